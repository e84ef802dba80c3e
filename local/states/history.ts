/**
 * The events of one execution. Payloads are kept as the values that the branches share, and become text when they
 * are read. https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html
 */
import type { HistoryEvent, HistoryEventType } from '@aws-sdk/client-sfn'
import type { Clock } from '../clock.ts'
import { writeJson } from '../write-json.ts'
import { StateFailure } from './failures.ts'
import type { Json } from './json.ts'

/** The last event of an execution that reaches the limit is the ExecutionFailed itself, number 25,000. */
export const MAXIMUM_EVENTS = 25_000

export interface History {
  readonly size: () => number
  /** Returns the event's id. Throws StateFailure (States.Runtime) when only the last event is left. */
  readonly append: (type: HistoryEventType, previous: number, details?: Details) => number
  /** The event that ends the execution, or one attempt of it. */
  readonly end: (type: HistoryEventType, previous: number, details: Details) => void
  /** `from` and `to` are ids, both included. */
  readonly events: (from: number, to: number, includeData: boolean) => HistoryEvent[]
}

type DetailsMember = Extract<keyof HistoryEvent, `${string}EventDetails`>

export interface Details {
  readonly member: DetailsMember
  readonly fields: Readonly<Record<string, string | number | undefined>>
  readonly payload?: Payload
}

export interface Payload {
  readonly field: 'input' | 'output' | 'parameters'
  readonly value: Json
}

interface Entry {
  readonly time: number
  readonly type: HistoryEventType
  readonly previous: number
  readonly details: Details | undefined
}

export function createHistory(clock: Clock): History {
  const entries: Entry[] = []

  function push(type: HistoryEventType, previous: number, details: Details | undefined): number {
    return entries.push({ time: clock.now().getTime(), type, previous, details })
  }

  return {
    size: () => entries.length,
    append(type, previous, details) {
      if (entries.length < MAXIMUM_EVENTS - 1) return push(type, previous, details)
      throw new StateFailure(
        'States.Runtime',
        `The execution reached the maximum number of history events (${MAXIMUM_EVENTS}).`,
      )
    },
    end(type, previous, details) {
      push(type, previous, details)
    },
    events: (from, to, includeData) =>
      entries.slice(from - 1, to).map((entry, index) => toEvent(from + index, entry, includeData)),
  }
}

function toEvent(id: number, { time, type, previous, details }: Entry, includeData: boolean): HistoryEvent {
  const event = { id, previousEventId: previous, timestamp: new Date(time), type }
  if (details === undefined) return event
  return { ...event, [details.member]: { ...details.fields, ...payloadOf(details.payload, includeData) } }
}

function payloadOf(payload: Payload | undefined, includeData: boolean): object {
  if (payload === undefined || !includeData) return {}
  const text = writeJson(payload.value)
  if (payload.field === 'parameters') return { parameters: text }
  return { [payload.field]: text, [`${payload.field}Details`]: { truncated: false } }
}
