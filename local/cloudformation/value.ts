/** What a template is made of: JSON without null, which CloudFormation does not take. */

export type Value = string | number | boolean | readonly Value[] | ValueObject
export interface ValueObject {
  readonly [key: string]: Value
}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value)
}

export function isObject(value: Value): value is ValueObject {
  return typeof value === 'object' && !Array.isArray(value)
}

/** Path of the first null, or of anything else that is not JSON; undefined if all is a value. */
export function firstNonValue(value: unknown, path = ''): string | undefined {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return undefined
  if (typeof value !== 'object' || value === null) return path || '/'
  for (const [key, member] of Object.entries(value)) {
    const found = firstNonValue(member, `${path}/${key}`)
    if (found !== undefined) return found
  }
  return undefined
}
