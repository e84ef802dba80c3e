/** Start, stop, describe, list and redrive executions. */
import { randomUUID } from 'node:crypto'
import {
  type DescribeExecutionInput,
  type DescribeExecutionOutput,
  type DescribeStateMachineForExecutionInput,
  type DescribeStateMachineForExecutionOutput,
  ExecutionStatus,
  type ListExecutionsInput,
  type ListExecutionsOutput,
  type RedriveExecutionInput,
  type RedriveExecutionOutput,
  type StartExecutionInput,
  type StartExecutionOutput,
  type StopExecutionInput,
  type StopExecutionOutput,
} from '@aws-sdk/client-sfn'
import { parseArn } from '../arn.ts'
import { AwsError, NotInLocalMode } from '../errors.ts'
import { operation } from '../service.ts'
import type { World } from '../world.ts'
import { MAXIMUM_PAYLOAD } from './data.ts'
import { type Execution, startExecution, stopExecution } from './execution.ts'
import { parseJson } from './json.ts'
import { checkName } from './names.ts'
import { invalidMember, pageOf } from './pages.ts'
import { redriveStatusOf } from './redrivable.ts'
import { redriveExecution } from './redrive.ts'
import { askFor, executionArn, executionsOf, findExecution, findMachine, type Store } from './store.ts'

export function executionOperations(store: Store, world: World) {
  return {
    StartExecution: operation<StartExecutionInput, StartExecutionOutput>({
      run: (input) => start(store, world, input),
      asks: (input) => [askFor('StartExecution', input.stateMachineArn)],
    }),
    StopExecution: operation<StopExecutionInput, StopExecutionOutput>({
      run(input) {
        const execution = findExecution(store, input.executionArn)
        stopExecution(execution, input.error, input.cause)
        return { stopDate: execution.stopDate }
      },
      asks: (input) => [askFor('StopExecution', input.executionArn)],
    }),
    DescribeExecution: operation<DescribeExecutionInput, DescribeExecutionOutput>({
      run: (input) => describe(store, input),
      asks: (input) => [askFor('DescribeExecution', input.executionArn)],
    }),
    DescribeStateMachineForExecution: operation<
      DescribeStateMachineForExecutionInput,
      DescribeStateMachineForExecutionOutput
    >({
      run: (input) => describeMachineOf(findExecution(store, input.executionArn)),
      asks: (input) => [askFor('DescribeStateMachineForExecution', input.executionArn)],
    }),
    ListExecutions: operation<ListExecutionsInput, ListExecutionsOutput>({
      run: (input) => list(store, input),
      asks: (input) => [askFor('ListExecutions', input.stateMachineArn ?? input.mapRunArn)],
    }),
    RedriveExecution: operation<RedriveExecutionInput, RedriveExecutionOutput>({
      run(input) {
        const execution = findExecution(store, input.executionArn)
        if (input.clientToken !== undefined && !/^[!-~]{1,64}$/.test(input.clientToken))
          throw new AwsError(
            'ValidationException',
            'clientToken must have 1 to 64 printable ASCII characters',
          )
        return { redriveDate: redriveExecution(execution, input.clientToken) }
      },
      asks: (input) => [askFor('RedriveExecution', input.executionArn)],
    }),
  }
}

function start(store: Store, world: World, input: StartExecutionInput): StartExecutionOutput {
  const { machine, version } = findMachine(store, input.stateMachineArn)
  if (machine.status === 'DELETING')
    throw new AwsError('StateMachineDeleting', `State Machine is being deleted: '${machine.arn}'`)
  const { name = randomUUID(), input: inputText = '{}' } = input
  checkName(name)
  checkInput(inputText)
  const arn = executionArn(machine.arn, name)
  const execution =
    sameExecution(store.executions.get(arn), inputText) ??
    startExecution(world, {
      arn,
      name,
      region: parseArn(machine.arn).region,
      machineArn: machine.arn,
      machineName: machine.name,
      versionArn: version?.arn,
      revision: version?.revision ?? machine.revision,
      inputText,
    })
  store.executions.set(arn, execution)
  return { executionArn: arn, startDate: execution.startDate }
}

/** A repeated start is answered while the execution runs; later, or with another input, the name is taken. */
function sameExecution(existing: Execution | undefined, inputText: string): Execution | undefined {
  if (existing === undefined) return undefined
  if (existing.status === 'RUNNING' && existing.inputText === inputText) return existing
  throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${existing.arn}'`)
}

function checkInput(text: string): void {
  if (Buffer.byteLength(text) > MAXIMUM_PAYLOAD)
    throw invalidMember('***', 'input', `have length less than or equal to ${MAXIMUM_PAYLOAD}`)
  try {
    parseJson(text)
  } catch (error) {
    const message = `Invalid State Machine Execution Input: '${error instanceof Error ? error.message : error}'`
    throw new AwsError('InvalidExecutionInput', message, 400, {}, { cause: error })
  }
}

function describe(store: Store, input: DescribeExecutionInput): DescribeExecutionOutput {
  if (input.includedData === 'METADATA_ONLY') throw new NotInLocalMode('DescribeExecution with METADATA_ONLY')
  const execution = findExecution(store, input.executionArn)
  const { status, reason } = redriveStatusOf(execution)
  const { error, cause, output } = execution
  return {
    ...summary(execution),
    input: execution.inputText,
    inputDetails: { included: true },
    ...(output === undefined ? {} : { output, outputDetails: { included: true } }),
    ...(error === undefined ? {} : { error }),
    ...(cause === undefined ? {} : { cause }),
    redriveStatus: status,
    ...(status === 'REDRIVABLE' ? {} : { redriveStatusReason: reason }),
  }
}

function summary(execution: Execution) {
  const { arn, machineArn, name, status, startDate, stopDate, versionArn, redrives } = execution
  const redriven = redrives.at(-1)
  return {
    executionArn: arn,
    stateMachineArn: machineArn,
    name,
    status,
    startDate,
    redriveCount: redrives.length,
    ...(stopDate === undefined ? {} : { stopDate }),
    ...(versionArn === undefined ? {} : { stateMachineVersionArn: versionArn }),
    ...(redriven === undefined ? {} : { redriveDate: redriven.date }),
  }
}

function describeMachineOf({
  machineArn,
  machineName,
  revision,
}: Execution): DescribeStateMachineForExecutionOutput {
  return {
    stateMachineArn: machineArn,
    name: machineName,
    definition: revision.definition,
    roleArn: revision.roleArn,
    updateDate: revision.date,
    loggingConfiguration: revision.loggingConfiguration,
    tracingConfiguration: revision.tracingConfiguration,
    encryptionConfiguration: { type: 'AWS_OWNED_KEY' },
    ...(revision.revisionId === undefined ? {} : { revisionId: revision.revisionId }),
  }
}

/** The latest first. A redriveFilter is for the executions of a Map Run; with a machine AWS refuses it. */
function list(store: Store, input: ListExecutionsInput): ListExecutionsOutput {
  if (input.mapRunArn !== undefined) throw new NotInLocalMode('ListExecutions of a Map Run')
  if (input.stateMachineArn === undefined)
    throw new AwsError('ValidationException', 'Must provide a StateMachine ARN or MapRun ARN')
  if (input.redriveFilter !== undefined)
    throw new AwsError('ValidationException', 'redriveFilter is not supported with a state machine ARN')
  checkStatusFilter(input.statusFilter)
  const { machine, version } = findMachine(store, input.stateMachineArn)
  const executions = executionsOf(store, machine.arn)
    .filter(({ status }) => input.statusFilter === undefined || status === input.statusFilter)
    .filter(({ versionArn }) => version === undefined || versionArn === version.arn)
    .sort((one, other) => (latestFirst(one) < latestFirst(other) ? -1 : 1))
  const { items, token } = pageOf(executions, latestFirst, input)
  return { executions: items.map(summary), ...token }
}

/** Sixteen digits that fall as time goes on, then the name. */
function latestFirst({ startDate, name }: Execution): string {
  return `${9e15 - startDate.getTime()}/${name}`
}

function checkStatusFilter(status: string | undefined): void {
  const known: readonly string[] = Object.values(ExecutionStatus)
  if (status !== undefined && !known.includes(status))
    throw invalidMember(status, 'statusFilter', `satisfy enum value set: [${known.join(', ')}]`)
}
