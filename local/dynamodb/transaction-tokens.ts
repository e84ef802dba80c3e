/** ClientRequestToken of TransactWriteItems: a request that comes again is done once. */
import { createHash } from 'node:crypto'
import { AwsError } from '../errors.ts'
import { isRecord, toBase64 } from './attribute-values.ts'

export type TransactionTokens = Map<string, { readonly fingerprint: string; readonly at: Date }>

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
const VALID_MILLISECONDS = 10 * 60_000

/** Throws ValidationException. */
export function checkToken(token: string): void {
  if (token.length >= 1 && token.length <= 36) return
  const bound = token.length < 1 ? 'greater than or equal to 1' : 'less than or equal to 36'
  throw new AwsError(
    'ValidationException',
    `1 validation error detected: Value '${token}' at 'clientRequestToken' failed to satisfy constraint: Member must have length ${bound}`,
  )
}

/** Whether this very request has been done already. Throws IdempotentParameterMismatchException if the token stood for another. */
export function isRepeated(tokens: TransactionTokens, token: string, request: unknown, now: Date): boolean {
  for (const [other, { at }] of tokens)
    if (now.getTime() - at.getTime() >= VALID_MILLISECONDS) tokens.delete(other)
  const known = tokens.get(token)
  if (!known) return false
  if (known.fingerprint === fingerprint(request)) return true
  throw new AwsError(
    'IdempotentParameterMismatchException',
    'The request uses the same client token as a previous, but non-identical request.',
  )
}

export function remember(tokens: TransactionTokens, token: string, request: unknown, now: Date): void {
  tokens.set(token, { fingerprint: fingerprint(request), at: now })
}

function fingerprint(request: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(inOneOrder(toBase64(request))))
    .digest('base64')
}

/** JSON's members have no order. */
function inOneOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOneOrder)
  if (!isRecord(value)) return value
  const names = Object.keys(value).sort()
  return Object.fromEntries(names.map((name) => [name, inOneOrder(value[name])]))
}
