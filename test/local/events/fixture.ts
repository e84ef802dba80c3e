/** EventBridge alone: targets are callbacks, every role trusts it, the clock stands still. */
import type { PutEventsRequestEntry, PutEventsResponse, Target } from '@aws-sdk/client-eventbridge'
import { AwsError } from '../../../local/errors.ts'
import { createEvents } from '../../../local/events/index.ts'
import type { Ask, Call, Principal } from '../../../local/service.ts'
import { manualClock } from '../states/manual-clock.ts'
import { testWorld } from '../world.ts'

export const ACCOUNT = '000000000000'
export const OTHER_ACCOUNT = '111111111111'
export const REGION = 'eu-central-1'
export const FUNCTION = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:work`
export const QUEUE = `arn:aws:sqs:${REGION}:${ACCOUNT}:events`
export const DEAD_LETTERS = `arn:aws:sqs:${REGION}:${ACCOUNT}:dead`
export const MACHINE = `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:work`
export const ROLE = `arn:aws:iam::${ACCOUNT}:role/events`
export const BUS = `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/irsa`

export function callOf(account = ACCOUNT, region = REGION): Call {
  const principal: Principal = {
    kind: 'administrator',
    account,
    arn: `arn:aws:iam::${account}:user/local`,
  }
  return { principal, region, requestId: 'request' }
}

export interface Sent {
  readonly to: string
  readonly input: Readonly<Record<string, unknown>>
  readonly call: Call
  /** Milliseconds since the fixture was made. */
  readonly at: number
}

/** What a target answers, or throws. */
export type Answer = (input: Readonly<Record<string, unknown>>) => unknown

export function eventsFixture(answers: Readonly<Record<string, Answer>> = {}) {
  const clock = manualClock()
  const sent: Sent[] = []
  const untrusted = new Set<string>()
  const world = testWorld({
    clock,
    async dispatch<Output>(service: string, operation: string, input: object, call: Call) {
      const to = `${service} ${operation}`
      sent.push({ to, input: { ...input }, call, at: clock.offset() })
      return (await answers[to]?.({ ...input })) as Output
    },
    sts: () => ({
      principal: (accessKeyId) => ({
        kind: 'role-session',
        account: ACCOUNT,
        arn: `arn:aws:sts::${ACCOUNT}:assumed-role/events/${accessKeyId}`,
        roleArn: ROLE,
        sessionPolicies: [],
      }),
      serviceSession(roleArn, accessKeyId) {
        if (untrusted.has(roleArn)) throw new AwsError('AccessDenied', 'not trusted', 403)
        return { accessKeyId, secretAccessKey: '', sessionToken: '', expiration: clock.now() }
      },
    }),
  })
  const { service } = createEvents(world)

  async function run<Output = unknown>(operation: string, input: object, call = callOf()): Promise<Output> {
    const found = service.operations[operation]
    if (!found) throw new Error(`no ${operation}`)
    return (await found.run(input as never, call)) as Output
  }

  async function put(...entries: Partial<PutEventsRequestEntry>[]): Promise<PutEventsResponse> {
    const Entries = entries.map((one) => ({ ...anEntry, ...one }))
    const answer = await run<PutEventsResponse>('PutEvents', { Entries })
    await clock.settle()
    return answer
  }

  /** A rule of the bus `irsa` for events of `test`, with one target. */
  async function rule(target: Partial<Target> = {}, EventPattern: object = { source: ['test'] }) {
    await run('CreateEventBus', { Name: 'irsa' })
    await run('PutRule', { Name: 'rule', EventBusName: 'irsa', EventPattern: JSON.stringify(EventPattern) })
    const Targets = [{ Id: 'target', Arn: FUNCTION, ...target }]
    await run('PutTargets', { Rule: 'rule', EventBusName: 'irsa', Targets })
  }

  return {
    clock,
    service,
    sent,
    untrusted,
    run,
    put,
    rule,
    /** What the targets were given, read as JSON where it is. */
    delivered: () => sent.map(payloadOf),
    asks: (operation: string, input: object, call = callOf()): readonly Ask[] =>
      service.operations[operation]?.asks(input as never, call) ?? [],
  }
}

export const anEntry = {
  EventBusName: 'irsa',
  Source: 'test',
  DetailType: 'Test',
  Detail: '{"cluster":"blue"}',
}

export function payloadOf({ input }: Sent): unknown {
  const text = input.MessageBody ?? input.input ?? Buffer.from(input.Payload as Uint8Array).toString()
  return JSON.parse(String(text))
}
