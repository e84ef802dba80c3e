/** Policy documents as AWS gives them back: another spelling, the same meaning. */
import { isDeepStrictEqual } from 'node:util'

/** From IAM (URL-encoded) or S3 (plain). What is not JSON comes back as it is: equal to no document of ours. */
export function parsePolicy(text: string): unknown {
  const json = text.startsWith('%7B') ? decodeURIComponent(text) : text
  try {
    return canonicalPolicy(JSON.parse(json))
  } catch (error) {
    if (error instanceof SyntaxError) return json
    throw error
  }
}

/**
 * One spelling for all that mean the same: lists of one as the one, other lists sorted and each once (nothing in a
 * policy depends on order), numbers and booleans as strings, members sorted by name.
 */
export function canonicalPolicy(value: unknown): unknown {
  if (Array.isArray(value)) return canonicalList(value)
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, member]) => member !== undefined)
    const sorted = entries.toSorted(([one], [other]) => (one < other ? -1 : 1))
    return Object.fromEntries(sorted.map(([name, member]) => [name, canonicalPolicy(member)]))
  }
  return String(value)
}

export function samePolicy(one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(canonicalPolicy(one), canonicalPolicy(other))
}

function canonicalList(values: readonly unknown[]): unknown {
  const byText = new Map(values.map(canonicalPolicy).map((value) => [JSON.stringify(value), value]))
  const sorted = [...byText].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, value]) => value)
  return sorted.length === 1 ? sorted[0] : sorted
}
