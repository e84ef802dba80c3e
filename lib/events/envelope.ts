/** What EventBridge puts around every event. `account` is set by AWS and says who speaks; the rest is the sender's word. */
import * as z from 'zod'
import { isRecord } from '../is-record.ts'
import { parse } from '../parse.ts'

export const accountId = z.string().regex(/^\d{12}$/, 'must be an AWS account ID of 12 digits')

/** Seconds as EventBridge writes them, or finer; always UTC. */
const TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/

/** The members that we read; AWS may add others. `detail` has a schema of its own. */
export const envelopeSchema = z.object({
  id: z.string().regex(/^[\w-]{1,64}$/, 'must be an event ID'),
  account: accountId,
  time: z
    .string()
    .regex(TIME, 'must be a time like 2026-01-31T12:00:00Z')
    .refine((time) => !Number.isNaN(Date.parse(time)), 'must be a date that exists')
    .transform(inMilliseconds),
  region: z.string().regex(/^[a-z0-9-]{1,32}$/, 'must be a region'),
  source: z.string().min(1).max(256),
  'detail-type': z.string().min(1).max(128),
})

export interface Envelope {
  readonly id: string
  /** Who speaks. */
  readonly account: string
  /** With milliseconds, so that two times compare as strings. */
  readonly time: string
  readonly source: string
  readonly detailType: string
}

/** Throws InvalidInput. */
export function openEnvelope(event: unknown): { readonly envelope: Envelope; readonly detail: unknown } {
  const { detail, around } = isRecord(event) ? apart(event) : { detail: undefined, around: event }
  const { id, account, time, source, 'detail-type': detailType } = parse(envelopeSchema, around, 'event')
  return { envelope: { id, account, time, source, detailType }, detail }
}

function apart({ detail, ...around }: Readonly<Record<string, unknown>>) {
  return { detail, around }
}

function inMilliseconds(time: string): string {
  const [, seconds = '', fraction = ''] = TIME.exec(time) ?? []
  return `${seconds}.${fraction.slice(0, 3).padEnd(3, '0')}Z`
}
