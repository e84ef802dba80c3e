/** Fn::FindInMap. */
import { validationError } from './errors.ts'
import type { Template } from './template.ts'
import type { Value } from './value.ts'

/** Throws AwsError (ValidationError). */
export function mapped(mappings: Template['mappings'], map: string, top: string, second: string): Value {
  const value = member(member(member(mappings, map), top), second)
  if (value !== undefined) return value
  throw validationError(`Template error: Unable to get mapping for ${[map, top, second].join('::')}`)
}

function member<Member>(
  from: Readonly<Record<string, Member>> | undefined,
  name: string,
): Member | undefined {
  return from !== undefined && Object.hasOwn(from, name) ? from[name] : undefined
}
