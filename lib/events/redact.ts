/**
 * What of a refused event may be kept in the dead-letter queue. A list of what may stay, not of what must go: a value
 * stays only where its own schema takes it, and even there not if it looks like a secret. The reason, kept beside it,
 * says what was wrong with the rest.
 */

import * as z from 'zod'
import { isRecord } from '../is-record.ts'
import { holdsPrivateKey } from '../oidc/private-key.ts'
import { envelopeSchema } from './envelope.ts'
import { INBOUND } from './names.ts'
import { publicKeyMembers } from './public-keys.ts'

export const STRUCK_OUT = '(struck out)'

/**
 * Total: takes any JSON and never throws. Public keys are kept as JWKs with the published members only, times with
 * milliseconds; names that the schema does not know are struck out too.
 */
export function redact(event: unknown): unknown {
  if (!isRecord(event)) return STRUCK_OUT
  const { detail, ...around } = event
  return {
    ...redactMembers(around, AROUND),
    detail: isRecord(detail) ? redactMembers(detail, shapeOf(event['detail-type'])) : STRUCK_OUT,
  }
}

type Shape = Readonly<Record<string, z.ZodType>>

/** With what EventBridge puts there, though nobody here reads it: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html */
const AROUND: Shape = {
  ...envelopeSchema.shape,
  version: z.string(),
  resources: z.array(z.string()),
  'replay-name': z.string(),
}

function shapeOf(detailType: unknown): Shape {
  const known = Object.entries(INBOUND).find(([name]) => name === detailType)
  return known?.[1].shape ?? {}
}

function redactMembers(record: Readonly<Record<string, unknown>>, shape: Shape): Record<string, unknown> {
  const members = Object.entries(record).map(([name, value]) => {
    const schema = Object.hasOwn(shape, name) ? shape[name] : undefined
    return schema === undefined ? [STRUCK_OUT, STRUCK_OUT] : [name, redactMember(name, value, schema)]
  })
  return Object.fromEntries(members)
}

function redactMember(name: string, value: unknown, schema: z.ZodType): unknown {
  if (holdsPrivateKey(value)) return STRUCK_OUT
  const parsed = schema.safeParse(value)
  if (!parsed.success) return STRUCK_OUT
  const isPublicKeys = Object.hasOwn(publicKeyMembers, name)
  return isPublicKeys || !looksSecret(JSON.stringify(parsed.data)) ? parsed.data : STRUCK_OUT
}

/** A piece of a key without its armour, in a text that may say anything: mixed-case base64 as no name or sentence is. */
function looksSecret(text: string): boolean {
  const runs = text.match(/[\w+/-]{40,}/g) ?? []
  return runs.some((run) => /[a-z]/.test(run) && /[A-Z]/.test(run))
}
