/** Which keys a JWK Set that somebody serves has, and lacks. */
import { isRecord } from '../is-record.ts'
import type { PublicJwk } from './public-key.ts'

/** The kids of those that are not in the document, whatever it is. A key of the same kid with other members is another key. */
export function missingKeys(keys: readonly Sought[], document: string): string[] {
  const served = keysIn(document)
  return keys
    .filter(
      (key) => !served.some((other) => Object.entries(key).every(([name, value]) => other[name] === value)),
    )
    .map(({ kid }) => kid)
}

/** Of every key in the document that has one. */
export function servedKids(document: string): string[] {
  return keysIn(document).flatMap(({ kid }) => (typeof kid === 'string' ? [kid] : []))
}

type Sought = Omit<PublicJwk, 'alg'> & Partial<Pick<PublicJwk, 'alg'>>

function keysIn(document: string): readonly Readonly<Record<string, unknown>>[] {
  try {
    const jwks: unknown = JSON.parse(document)
    const keys = isRecord(jwks) ? jwks.keys : undefined
    return Array.isArray(keys) ? keys.filter(isRecord) : []
  } catch (error) {
    if (error instanceof SyntaxError) return []
    throw error
  }
}
