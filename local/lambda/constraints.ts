/** Constraints of single members, in the words in which AWS refuses them: AwsError (ValidationException). */
import { AwsError } from '../errors.ts'

export function oneOf(value: string | undefined, member: string, values: readonly string[]): void {
  if (value !== undefined && !values.includes(value))
    throw validation(value, member, `satisfy enum value set: [${values.join(', ')}]`)
}

export function within(value: number, member: string, least: number, most: number): void {
  if (value < least) throw validation(String(value), member, `have value greater than or equal to ${least}`)
  if (value > most) throw validation(String(value), member, `have value less than or equal to ${most}`)
}

export function matches(value: string | undefined, member: string, pattern: RegExp): void {
  if (value !== undefined && !pattern.test(value))
    throw validation(value, member, `satisfy regular expression pattern: ${pattern.source}`)
}

/** `constraint` goes on after "Member must". */
export function validation(value: string, member: string, constraint: string): AwsError {
  return new AwsError(
    'ValidationException',
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must ${constraint}`,
  )
}
