/** What begins with a stack: its creation, an update, its deletion. All of it is checked before anything is made. */
import { randomUUID } from 'node:crypto'
import type { Capability, StackStatus } from '@aws-sdk/client-cloudformation'
import { regionalArn } from '../arn.ts'
import { AwsError } from '../errors.ts'
import type { Deployer } from './context.ts'
import { deployPlan } from './deployment.ts'
import { DeploymentFailed, validationError } from './errors.ts'
import { createJournal } from './journal.ts'
import { planStack } from './plan.ts'
import { removeResources } from './removal.ts'
import { isBusy, type Stack, type Stacks, stackNamed } from './stack.ts'
import type { Template } from './template.ts'

export interface Wanted {
  readonly template: Template
  readonly parameters: Readonly<Record<string, string>>
  readonly capabilities: readonly Capability[]
}

export interface Begun {
  readonly stack: Stack
  /** Rejects with DeploymentFailed; the stack's status and events say the same. */
  readonly done: Promise<void>
}

/** Throws AwsError (AlreadyExistsException, ValidationError, NotInLocalMode). */
export function beginCreation(
  stacks: Stacks,
  name: string,
  region: string,
  wanted: Wanted,
  deployer: Deployer,
): Begun {
  const { account } = deployer.principal
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
  if (!/^[a-zA-Z][-a-zA-Z0-9]{0,127}$/.test(name))
    throw validationError(
      `1 validation error detected: Value '${name}' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*`,
    )
  if (stackNamed(stacks, name, { account, region }))
    throw new AwsError('AlreadyExistsException', `Stack [${name}] already exists`)
  const id = regionalArn('cloudformation', region, account, `stack/${name}/${randomUUID()}`)
  const stack: Stack = {
    id,
    name,
    account,
    region,
    createdAt: deployer.world.clock.now(),
    updatedAt: undefined,
    deletedAt: undefined,
    status: 'CREATE_IN_PROGRESS',
    reason: undefined,
    template: wanted.template,
    parameters: new Map(),
    capabilities: wanted.capabilities,
    resources: new Map(),
    outputs: [],
    events: [],
  }
  const deploy = prepare(stacks, stack, wanted, deployer)
  stacks.set(id, stack)
  return { stack, done: deploy('CREATE_IN_PROGRESS') }
}

/** Throws AwsError (ValidationError, NotInLocalMode). */
export function beginUpdate(stacks: Stacks, stack: Stack, wanted: Wanted, deployer: Deployer): Begun {
  if (!UPDATABLE.has(stack.status))
    throw validationError(`Stack:${stack.id} is in ${stack.status} state and can not be updated.`)
  const deploy = prepare(stacks, stack, wanted, deployer)
  stack.updatedAt = deployer.world.clock.now()
  stack.capabilities = wanted.capabilities
  return { stack, done: deploy('UPDATE_IN_PROGRESS') }
}

// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html#cfn-console-view-stack-data-resources-status-codes
const UPDATABLE: ReadonlySet<StackStatus> = new Set<StackStatus>([
  'CREATE_COMPLETE',
  'UPDATE_COMPLETE',
  'UPDATE_ROLLBACK_COMPLETE',
])

function prepare(stacks: Stacks, stack: Stack, { template, parameters }: Wanted, deployer: Deployer) {
  const { account, region, name: stackName, id: stackId } = stack
  const plan = planStack(template, parameters, { account, region, stackName, stackId })
  const isExportTaken = (exportName: string) =>
    [...stacks.values()].some(
      (other) =>
        other !== stack &&
        other.account === account &&
        other.region === region &&
        other.outputs.some((output) => output.exportName === exportName),
    )
  return (status: 'CREATE_IN_PROGRESS' | 'UPDATE_IN_PROGRESS') => {
    if (status === 'CREATE_IN_PROGRESS') stack.parameters = plan.parameters
    createJournal(stack, deployer.world.clock).stack(status, 'User Initiated')
    return deployPlan(stack, plan, deployer, isExportTaken)
  }
}

/** Throws AwsError (ValidationError). */
export function beginDeletion(stack: Stack, deployer: Deployer): Begun {
  if (isBusy(stack))
    throw validationError(`Stack:${stack.id} is in ${stack.status} state and can not be deleted.`)
  createJournal(stack, deployer.world.clock).stack('DELETE_IN_PROGRESS', 'User Initiated')
  return { stack, done: deleteStack(stack, deployer) }
}

async function deleteStack(stack: Stack, deployer: Deployer): Promise<void> {
  const journal = createJournal(stack, deployer.world.clock)
  // What was never made, or is gone already, has only its record left.
  const resources = [...stack.resources.values()].filter(
    ({ status, physicalId }) => status !== 'DELETE_COMPLETE' && physicalId !== '',
  )
  const leftBehind = await removeResources(
    { stack, deployer, journal },
    resources.toReversed(),
    ({ retained }) => retained.onDeletion,
  )
  if (leftBehind.length > 0) {
    const reason = `The following resource(s) failed to delete: [${leftBehind.join(', ')}].`
    journal.stack('DELETE_FAILED', reason)
    throw new DeploymentFailed(stack.name, reason, [])
  }
  stack.outputs = []
  stack.deletedAt = deployer.world.clock.now()
  journal.stack('DELETE_COMPLETE')
}
