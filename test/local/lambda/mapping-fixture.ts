/** A table with a stream and a function that is a callback, with an event source mapping between them. */
import type {
  CreateEventSourceMappingRequest,
  EventSourceMappingConfiguration,
  UpdateEventSourceMappingRequest,
} from '@aws-sdk/client-lambda'
import { createDynamodb } from '../../../local/dynamodb/index.ts'
import { AwsError } from '../../../local/errors.ts'
import { createConcurrency } from '../../../local/lambda/concurrency.ts'
import { eventSourceMappingOperations } from '../../../local/lambda/event-source-mappings.ts'
import type { Functions, LambdaFunction } from '../../../local/lambda/function.ts'
import { createMappingPoller } from '../../../local/lambda/mapping-poller.ts'
import type { Run } from '../../../local/lambda/runner.ts'
import type { Outcome } from '../../../local/lambda/sandbox.ts'
import { defaultSettings } from '../../../local/lambda/settings.ts'
import type { Ask, Call } from '../../../local/service.ts'
import { key, tableInput } from '../dynamodb/fixture.ts'
import { manualClock } from '../states/manual-clock.ts'
import { testWorld } from '../world.ts'
import { ACCOUNT, administrator, FUNCTION, REGION, ROLE, type Sent } from './fixture.ts'

export const QUEUE = `arn:aws:sqs:${REGION}:${ACCOUNT}:failures`

/** A record as the function gets it. */
export interface EventRecord {
  readonly eventName: string
  readonly eventSourceARN: string
  readonly dynamodb: {
    readonly SequenceNumber: string
    readonly Keys: { readonly pk: { readonly S: string } }
  } & Readonly<Record<string, unknown>>
}

export interface Invocation {
  readonly records: readonly EventRecord[]
  readonly keys: readonly string[]
  readonly at: Date
  readonly invokedArn: string
}

/** What the function returns, or what it throws. */
export type Handler = (invocation: Invocation) => unknown

/** For a handler to throw, so that the function fails. */
export class Failure extends Error {
  override readonly name = 'Failure'
}

export async function mappingFixture(handler: Handler = () => null) {
  const clock = manualClock()
  const sent: Sent[] = []
  const invocations: Invocation[] = []
  const log: string[] = []
  /** Operations that the function's role may not call. */
  const denied = new Set<string>()
  let answer = handler

  const world = testWorld({
    clock,
    async dispatch<Output>(service: string, name: string, input: object, call: Call) {
      sent.push({ service, operation: name, input: { ...input }, call })
      if (denied.has(name)) throw new AwsError('AccessDenied', `may not ${name}`, 403)
      return (service === 'sqs' ? {} : await run(name, input, call)) as Output
    },
    streams: () => dynamodb.streams,
    sts: () => ({
      principal: (accessKeyId) => ({
        kind: 'role-session',
        account: ACCOUNT,
        arn: `arn:aws:sts::${ACCOUNT}:assumed-role/function/${accessKeyId}`,
        roleArn: ROLE,
        sessionPolicies: [],
      }),
      serviceSession: () => ({
        accessKeyId: 'ASIA1',
        secretAccessKey: 'secret',
        sessionToken: 'token',
        expiration: new Date(clock.now().getTime() + 3_600_000),
      }),
    }),
  })
  const dynamodb = await createDynamodb(world)
  const functions: Functions = new Map()
  const addFunction = (name = 'work') => {
    const added = activeFunction(name, clock.now())
    functions.set(added.arn, added)
    return added
  }
  const work = addFunction()
  const runFunction: Run = async ({ event, invokedArn }) => {
    const { Records: records }: { readonly Records: readonly EventRecord[] } = JSON.parse(event)
    const keys = records.map(({ dynamodb }) => dynamodb.Keys.pk.S)
    const invocation = { records, keys, at: clock.now(), invokedArn }
    invocations.push(invocation)
    return outcomeOf(() => answer(invocation))
  }
  const logs = {
    file: (name: string) => name,
    append: (_: string, line: string) => void log.push(line),
    read: () => log.join('\n'),
  }
  const concurrency = createConcurrency(functions, () => undefined)
  const poller = createMappingPoller({ world, functions, concurrency, run: runFunction, logs })
  const mappings = eventSourceMappingOperations({ world, functions, mappings: new Map(), poller })
  const operations = Object.assign({}, mappings, ...dynamodb.services.map((service) => service.operations))

  async function run<Output = object>(name: string, input: object, call = administrator): Promise<Output> {
    return operations[name].run(input, call)
  }

  async function settle(): Promise<void> {
    for (let turn = 0; turn < 25; turn += 1) await clock.settle()
  }

  /** In steps, so that what happens on the way has the time to happen. */
  async function pass(milliseconds: number, step = 1_000): Promise<void> {
    await settle()
    for (let left = milliseconds; left > 0; left -= step) {
      await clock.pass(Math.min(step, left))
      await settle()
    }
  }

  const { TableDescription } = await run<{ TableDescription: { LatestStreamArn: string } }>('CreateTable', {
    ...tableInput,
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
  })
  const EventSourceArn = TableDescription.LatestStreamArn
  await pass(5_000)

  const create = (input: Partial<CreateEventSourceMappingRequest> = {}) =>
    run<EventSourceMappingConfiguration>('CreateEventSourceMapping', {
      EventSourceArn,
      FunctionName: 'work',
      StartingPosition: 'TRIM_HORIZON',
      ...input,
    })

  return {
    clock,
    world,
    sent,
    invocations,
    /** The keys of each invocation's records, as text. */
    keys: () => invocations.map(({ keys }) => keys.join()),
    log,
    denied,
    functions,
    work,
    addFunction,
    concurrency,
    EventSourceArn,
    run,
    asks: (name: string, input: object): readonly Ask[] => operations[name].asks(input, administrator),
    settle,
    pass,
    handle: (next: Handler) => {
      answer = next
    },
    put: async (...names: string[]) => {
      for (const name of names) await run('PutItem', { TableName: 'registry', Item: key(name) })
    },
    create,
    /** A mapping that is enabled. */
    async map(input: Partial<CreateEventSourceMappingRequest> = {}): Promise<string> {
      const { UUID = '' } = await create(input)
      await pass(5_000)
      return UUID
    },
    get: (UUID: string) => run<EventSourceMappingConfiguration>('GetEventSourceMapping', { UUID }),
    /** A change that has come true. */
    async update(UUID: string, input: Omit<UpdateEventSourceMappingRequest, 'UUID'>): Promise<void> {
      await run('UpdateEventSourceMapping', { UUID, ...input })
      await pass(5_000)
    },
  }
}

function activeFunction(name: string, modified: Date): LambdaFunction {
  const revision = {
    id: name,
    version: '$LATEST',
    settings: { ...defaultSettings, handler: 'work.handler', role: ROLE },
    code: { sha256: '', bytes: 0, directory: '/', compiled: '/compiled' },
    modified,
  }
  return {
    arn: FUNCTION.replace('work', name),
    name,
    account: ACCOUNT,
    region: REGION,
    revision,
    deployed: revision,
    versions: new Map(),
    tags: new Map(),
    policies: new Map(),
    eventInvokeConfigs: new Map(),
    reservedConcurrency: undefined,
  }
}

async function outcomeOf(handle: () => unknown): Promise<Outcome> {
  try {
    return { payload: JSON.stringify((await handle()) ?? null), failed: false, log: '' }
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return { payload: JSON.stringify({ errorMessage: error.message }), failed: true, log: '' }
  }
}
