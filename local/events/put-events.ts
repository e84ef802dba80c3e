/** PutEvents: each entry is checked by itself, and matched against the rules of its bus. */
import { randomUUID } from 'node:crypto'
import type { PutEventsRequest, PutEventsRequestEntry } from '@aws-sdk/client-eventbridge'
import { AwsError } from '../errors.ts'
import { type Ask, type Call, type Operation, operation } from '../service.ts'
import { refuseMembers } from '../unsupported.ts'
import type { World } from '../world.ts'
import { type Buses, busArn, busAsk, findBus, invalid, type Rule } from './bus.ts'

/** As targets receive it. `account` is the sender's. */
export interface Event {
  readonly version: '0'
  readonly id: string
  readonly 'detail-type': string
  readonly source: string
  readonly account: string
  readonly time: string
  readonly region: string
  readonly resources: readonly string[]
  readonly detail: unknown
}

export type Deliver = (rule: Rule, event: Event) => void

export function putEventsOperation(world: World, buses: Buses, deliver: Deliver): Operation<never, unknown> {
  return operation<PutEventsRequest, object>({
    asks: ({ Entries = [] }, call) => Entries.flatMap((entry) => entryAsks(buses, entry, call)),
    run: (input, call) => {
      const { Entries = [] } = input
      refuseMembers('PutEvents', input, ['EndpointId'])
      for (const entry of Entries) refuseMembers('PutEvents', entry, ['TraceHeader'])
      if (Entries.length < 1 || Entries.length > 10)
        throw invalid(
          `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length between 1 and 10`,
        )
      const bytes = Entries.reduce((sum, entry) => sum + sizeOf(entry), 0)
      if (bytes >= LIMIT_BYTES) throw invalid('Total size of the entries in the request is over the limit.')
      const answers = Entries.map((entry) => putEntry(world, buses, deliver, entry, call))
      return { FailedEntryCount: answers.filter((one) => 'ErrorCode' in one).length, Entries: answers }
    },
  })
}

/** All entries together are less: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html#eb-putevent-size */
const LIMIT_BYTES = 1024 * 1024

function sizeOf({
  Source = '',
  DetailType = '',
  Detail = '',
  Resources = [],
  Time,
}: PutEventsRequestEntry): number {
  const texts = [Source, DetailType, Detail, ...Resources]
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), Time === undefined ? 0 : 14)
}

/** A service's own events come to the account's default bus without being asked of anybody. */
function entryAsks(
  buses: Buses,
  { EventBusName, Source = '', DetailType = '' }: PutEventsRequestEntry,
  call: Call,
): Ask[] {
  if (call.principal.kind === 'service' && Source.startsWith('aws.')) return []
  const context = { 'events:source': Source, 'events:detail-type': DetailType }
  return [busAsk(buses, 'PutEvents', EventBusName, call, context)]
}

type Answer = { readonly EventId: string } | { readonly ErrorCode: string; readonly ErrorMessage: string }

function putEntry(
  world: World,
  buses: Buses,
  deliver: Deliver,
  entry: PutEventsRequestEntry,
  call: Call,
): Answer {
  try {
    const event = eventOf(world, entry, call)
    // As AWS: an event for a bus that is not there vanishes, and the answer is a success.
    const bus = buses.get(busArn(entry.EventBusName, call)) ?? defaultBus(buses, entry, call)
    for (const rule of bus?.rules.values() ?? [])
      if (rule.state === 'ENABLED' && rule.pattern?.matches(event)) deliver(rule, event)
    return { EventId: event.id }
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    return { ErrorCode: error.code, ErrorMessage: error.message }
  }
}

function defaultBus(buses: Buses, { EventBusName = 'default' }: PutEventsRequestEntry, call: Call) {
  return EventBusName === 'default' ? findBus(buses, undefined, call) : undefined
}

function eventOf({ clock }: World, entry: PutEventsRequestEntry, { principal, region }: Call): Event {
  const { Source = '', DetailType = '', Detail = '', Resources = [], Time = clock.now() } = entry
  if (Source === '')
    throw new AwsError(
      'InvalidArgument',
      'Parameter Source is not valid. Reason: Source is a required argument.',
    )
  if (DetailType === '')
    throw new AwsError(
      'InvalidArgument',
      'Parameter DetailType is not valid. Reason: DetailType is a required argument.',
    )
  if (Detail === '')
    throw new AwsError(
      'InvalidArgument',
      'Parameter Detail is not valid. Reason: Detail is a required argument.',
    )
  if (Source.startsWith('aws.') && principal.kind !== 'service')
    throw new AwsError('NotAuthorizedForSourceException', 'Not authorized for the source.')
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': DetailType,
    source: Source,
    account: principal.account,
    time: `${Time.toISOString().slice(0, 19)}Z`,
    region,
    resources: Resources,
    detail: parseDetail(Detail),
  }
}

function parseDetail(text: string): unknown {
  try {
    const detail: unknown = JSON.parse(text)
    if (typeof detail === 'object' && detail !== null && !Array.isArray(detail)) return detail
  } catch (cause) {
    throw new AwsError('MalformedDetail', 'Detail is malformed.', 400, {}, { cause })
  }
  throw new AwsError('MalformedDetail', 'Detail is malformed.')
}
