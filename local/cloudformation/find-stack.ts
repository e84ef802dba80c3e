/** Stacks as requests name them, and what IAM is asked about them. */
import { regionalArn } from '../arn.ts'
import type { Ask, Call } from '../service.ts'
import { validationError } from './errors.ts'
import { type Stack, type Stacks, stackNamed } from './stack.ts'

/** By name, or by id, by which alone a deleted one is found. Throws AwsError (ValidationError). */
export function findStack(stacks: Stacks, nameOrId: string | undefined, call: Call): Stack {
  const found = lookUp(stacks, nameOrId, call)
  if (found === undefined) throw validationError(`Stack with id ${nameOrId} does not exist`)
  return found
}

export function lookUp(stacks: Stacks, nameOrId = '', call: Call): Stack | undefined {
  const { account } = call.principal
  const byId = stacks.get(nameOrId)
  if (byId?.account === account && byId.region === call.region) return byId
  return stackNamed(stacks, nameOrId, { account, region: call.region })
}

export function ownStacks(stacks: Stacks, call: Call): Stack[] {
  return [...stacks.values()].filter(
    ({ account, region }) => account === call.principal.account && region === call.region,
  )
}

export function stackAsk(action: string, stacks: Stacks, nameOrId: string | undefined, call: Call): Ask {
  const id = lookUp(stacks, nameOrId, call)?.id
  const made = regionalArn(
    'cloudformation',
    call.region,
    call.principal.account,
    `stack/${nameOrId ?? '*'}/*`,
  )
  return { action: `cloudformation:${action}`, resource: id ?? made }
}
