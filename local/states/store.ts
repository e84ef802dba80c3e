/** What Step Functions keeps, and how requests name it. */
import { isArn, parseArn, regionalArn } from '../arn.ts'
import { AwsError } from '../errors.ts'
import type { Ask, Call } from '../service.ts'
import type { CheckedDefinitions } from './checked-definitions.ts'
import type { Execution } from './execution.ts'
import type { StateMachine, Version } from './machine.ts'

export interface Store {
  /** By ARN. */
  readonly machines: Map<string, StateMachine>
  /** By ARN; those of a deleted machine stay until one of its name is made. */
  readonly executions: Map<string, Execution>
  readonly checked: CheckedDefinitions
}

export function machineArn(name: string, { principal, region }: Call): string {
  return regionalArn('states', region, principal.account, `stateMachine:${name}`)
}

/** arn:aws:states:<region>:<account>:execution:<machine>:<name> */
export function executionArn(machine: string, name: string): string {
  return `${machine.replace(':stateMachine:', ':execution:')}:${name}`
}

/** A machine, and the version if the ARN has one. Throws InvalidArn, StateMachineDoesNotExist. */
export function findMachine(
  { machines }: Store,
  arn = '',
): { readonly machine: StateMachine; readonly version: Version | undefined } {
  const [, , qualifier] = resourceOf(arn, 'stateMachine')
  const machine = machines.get(arn.split(':').slice(0, 7).join(':'))
  const version = qualifier === undefined ? undefined : machine?.versions.get(Number(qualifier))
  if (machine === undefined || (qualifier !== undefined && version === undefined))
    throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`)
  return { machine, version }
}

/** Throws InvalidArn, ExecutionDoesNotExist. */
export function findExecution({ executions }: Store, arn = ''): Execution {
  resourceOf(arn, 'execution')
  const execution = executions.get(arn)
  if (execution === undefined)
    throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`)
  return execution
}

export function executionsOf({ executions }: Store, machine: string): Execution[] {
  return [...executions.values()].filter((execution) => execution.machineArn === machine)
}

function resourceOf(arn: string, type: string): string[] {
  if (!isArn(arn)) throw invalidArn(`Invalid ARN prefix: ${arn}`)
  const { service, resource } = parseArn(arn)
  const parts = resource.split(':')
  if (service !== 'states' || parts[0] !== type || parts[1] === undefined)
    throw invalidArn(`Resource type not valid in this context: ${parts[0]}`)
  return parts
}

export function invalidArn(why: string): AwsError {
  return new AwsError('InvalidArn', `Invalid Arn: '${why}'`)
}

/** A question about something named by its ARN, which may be another account's. */
export function askFor(action: string, arn = '', context: Ask['context'] = {}): Ask {
  const ask = { action: `states:${action}`, resource: arn, context }
  return isArn(arn) ? { ...ask, owner: parseArn(arn).account } : ask
}
