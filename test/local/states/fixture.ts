/** Step Functions alone: functions are plain callbacks, status events are collected, the clock stands still. */
import type {
  DescribeExecutionOutput,
  GetExecutionHistoryOutput,
  HistoryEvent,
  StartExecutionInput,
  StartExecutionOutput,
} from '@aws-sdk/client-sfn'
import { AwsError } from '../../../local/errors.ts'
import type { Ask, Call, Principal } from '../../../local/service.ts'
import { checkedDefinitions } from '../../../local/states/checked-definitions.ts'
import { parseJson } from '../../../local/states/json.ts'
import { compileDefinition } from '../../../local/states/parse-definition.ts'
import { statesService } from '../../../local/states/service.ts'
import { machineArn, type Store } from '../../../local/states/store.ts'
import { testWorld } from '../world.ts'
import { manualClock } from './manual-clock.ts'

export const ACCOUNT = '000000000000'
export const REGION = 'eu-central-1'
export const ROLE = `arn:aws:iam::${ACCOUNT}:role/machine`
export const FUNCTION = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:work`

export interface Invocation {
  readonly functionName: string
  readonly payload: unknown
  /** Milliseconds since the fixture was made. */
  readonly at: number
  readonly principal: Principal
}

interface Seed {
  readonly name?: string
  readonly tags?: Readonly<Record<string, string>>
}

/** What a function answers: its result, `functionError` for one that failed, a promise for one that takes its time. */
export type Handler = (payload: unknown, attempt: number) => unknown

export const administrator: Call = {
  principal: { kind: 'administrator', account: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:root` },
  region: REGION,
  requestId: 'request',
}

export function functionError(errorType: string, errorMessage = 'went wrong') {
  return { functionError: { errorType, errorMessage } }
}

export function statesFixture(handlers: Readonly<Record<string, Handler>> = {}) {
  const clock = manualClock()
  const invocations: Invocation[] = []
  const statusEvents: { readonly entry: Record<string, unknown>; readonly call: Call }[] = []
  const sessions: { readonly roleArn: string; readonly service: string }[] = []
  const untrusted = new Set<string>()

  async function invoke(input: { FunctionName: string; Payload: Uint8Array }, call: Call) {
    const name = input.FunctionName.split(':').at(-1) ?? ''
    const handler = handlers[name]
    const payload = JSON.parse(Buffer.from(input.Payload).toString())
    const attempt = invocations.filter(({ functionName }) => functionName === input.FunctionName).length
    invocations.push({
      functionName: input.FunctionName,
      payload,
      at: clock.offset(),
      principal: call.principal,
    })
    if (handler === undefined)
      throw new AwsError('ResourceNotFoundException', `Function not found: ${input.FunctionName}`, 404)
    const answer = await handler(payload, attempt)
    const failed = isFunctionError(answer)
    const text = JSON.stringify(failed ? answer.functionError : answer)
    return {
      StatusCode: 200,
      ExecutedVersion: '$LATEST',
      ...(text === undefined ? {} : { Payload: Buffer.from(text) }),
      ...(failed ? { FunctionError: 'Unhandled' } : {}),
    }
  }

  const services: Record<string, (input: never, call: Call) => Promise<unknown>> = {
    'lambda Invoke': invoke,
    'events PutEvents': async (input: { Entries: Record<string, unknown>[] }, call) => {
      for (const entry of input.Entries) statusEvents.push({ entry, call })
      return { FailedEntryCount: 0, Entries: [] }
    },
  }

  const world = testWorld({
    clock,
    account: ACCOUNT,
    async dispatch<Output>(service: string, operation: string, input: object, call: Call) {
      const run = services[`${service} ${operation}`]
      if (run === undefined) throw new Error(`unexpected ${service} ${operation}`)
      return (await run(input as never, call)) as Output
    },
    sts: () => ({
      principal: (accessKeyId) => ({
        kind: 'role-session',
        account: ACCOUNT,
        arn: `arn:aws:sts::${ACCOUNT}:assumed-role/machine/${accessKeyId}`,
        roleArn: ROLE,
        sessionPolicies: [],
      }),
      serviceSession(roleArn, sessionName, service) {
        if (untrusted.has(roleArn)) throw new AwsError('AccessDenied', 'not trusted', 403)
        sessions.push({ roleArn, service })
        const expiration = new Date(clock.now().getTime() + 3_600_000)
        return { accessKeyId: sessionName, secretAccessKey: '', sessionToken: '', expiration }
      },
    }),
  })

  const store: Store = { machines: new Map(), executions: new Map(), checked: checkedDefinitions() }
  const service = statesService(store, world)

  /** Runs an operation as IAM and the wire would after they have let it pass. */
  async function send<Output>(operation: string, input: object, call: Call = administrator): Promise<Output> {
    const found = service.operations[operation]
    if (found === undefined) throw new Error(`no ${operation}`)
    return (await found.run(input as never, call)) as Output
  }

  function asks(operation: string, input: object, call: Call = administrator): readonly Ask[] {
    return service.operations[operation]?.asks(input as never, call) ?? []
  }

  /** A machine as CreateStateMachine would have made it, without the tenth of a second that asl-validator takes. */
  function create(definition: object, { name = 'machine', tags = {} }: Seed = {}): string {
    const arn = machineArn(name, administrator)
    const text = JSON.stringify(definition)
    const revision = {
      revisionId: undefined,
      definition: text,
      machine: compileDefinition(parseJson(text)),
      roleArn: ROLE,
      loggingConfiguration: { level: 'OFF' as const, includeExecutionData: false },
      tracingConfiguration: { enabled: false },
      date: clock.now(),
    }
    const machine = { arn, name, creationDate: clock.now(), status: 'ACTIVE' as const, revision }
    store.machines.set(arn, {
      ...machine,
      versions: new Map(),
      lastVersion: 0,
      tags: new Map(Object.entries(tags)),
    })
    return arn
  }

  async function start(
    stateMachineArn: string,
    input: unknown = {},
    more: Partial<StartExecutionInput> = {},
  ) {
    const request = { stateMachineArn, input: JSON.stringify(input), ...more }
    const { executionArn } = await send<StartExecutionOutput>('StartExecution', request)
    await clock.settle()
    return executionArn ?? ''
  }

  /** Makes a machine, starts it and lets it go as far as it goes without time passing. */
  async function run(definition: object, input: unknown = {}): Promise<string> {
    return start(create(definition), input, { name: 'execution' })
  }

  const describe = (executionArn: string) =>
    send<DescribeExecutionOutput>('DescribeExecution', { executionArn })

  async function output(executionArn: string): Promise<unknown> {
    const { output, status, error, cause } = await describe(executionArn)
    if (output === undefined) throw new Error(`${status}: ${error}: ${cause}`)
    return JSON.parse(output)
  }

  async function history(executionArn: string): Promise<HistoryEvent[]> {
    const request = { executionArn, maxResults: 1000 }
    const { events } = await send<GetExecutionHistoryOutput>('GetExecutionHistory', request)
    return events ?? []
  }

  /** `<id> <type> after <previous id>`, one line an event. */
  async function trace(executionArn: string): Promise<string[]> {
    return (await history(executionArn)).map(
      ({ id, type, previousEventId }) => `${id} ${type} after ${previousEventId}`,
    )
  }

  return {
    clock,
    world,
    service,
    invocations,
    statusEvents,
    sessions,
    untrusted,
    services,
    send,
    asks,
    create,
    start,
    run,
    describe,
    output,
    history,
    trace,
  }
}

function isFunctionError(answer: unknown): answer is ReturnType<typeof functionError> {
  return typeof answer === 'object' && answer !== null && 'functionError' in answer
}

/** A promise with its ends outside, for a function that is under way. */
export function pending<T = unknown>() {
  return Promise.withResolvers<T>()
}
