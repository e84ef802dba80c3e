/** The one way from unknown to typed: everything that is wrong in one error, and no value in its text. */
import * as z from 'zod'
import { InvalidInput } from './errors.ts'
import { fieldName, shownName } from './oidc/private-key.ts'
import { pathOf, placesIn } from './places.ts'

/**
 * `name` is what the sender calls the input (`detail`). Throws InvalidInput that names every wrong field and what is
 * allowed there, and never what was there: it could be a secret.
 */
export function parse<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  name: string,
): z.output<Schema> {
  const result = schema.safeParse(input, { error: wordsFor })
  const unseen = unseenMembers(input)
  if (result.success && unseen.length === 0) return result.data
  const issues = result.error?.issues ?? []
  const faults = [...issues.flatMap((issue) => faultsOf(issue, [])), ...unseen]
  const shown = faults.slice(0, MAX_FAULTS)
  const lines = shown.map(({ path, message }) => `${fieldName(name, path)}: ${message}`)
  if (faults.length > MAX_FAULTS) lines.push(`and ${faults.length - MAX_FAULTS} more`)
  throw new InvalidInput(lines.join('; '), {
    faults: shown.map(({ path, message }) => ({ pointer: pointerTo(name, path), detail: message })),
  })
}

/** For a rule that no schema can judge; `field` as `parse` names fields: `role.policies[0].parameters`. */
export function invalidField(field: string, detail: string): InvalidInput {
  return new InvalidInput(`${field}: ${detail}`, { faults: [{ pointer: pointerTo(field, []), detail }] })
}

/** RFC 6901, of a field in the input that is called `name` or in a part of it that `name` leads to. */
function pointerTo(name: string, path: readonly PropertyKey[]): string {
  const [, ...within] = name.split(/[.[\]]+/).filter((part) => part !== '')
  const names = [
    ...within,
    ...path.map((part) => (typeof part === 'number' ? String(part) : shownName(String(part)))),
  ]
  return names.map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

/** A string with a rule of its own: `faultOf` says what is wrong with it, in words that follow the field's name. */
export function stringWith(faultOf: (text: string) => string | undefined): z.ZodString {
  return z.string().superRefine((text, context) => {
    const fault = faultOf(text)
    if (fault !== undefined) context.addIssue(fault)
  })
}

/** For a rule over several members: judged even when one of them is wrong, so that one error names everything. */
export const DESPITE_FAULTS = {
  when: ({ value }: { readonly value: unknown }): boolean => typeof value === 'object' && value !== null,
}

/** A message must stay readable, and small enough for a queue, whatever was sent. */
const MAX_FAULTS = 20

interface Fault {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

/** Zod leaves out this one name, even where any name is taken, and says nothing: whoever sent it would believe that it counts. */
function unseenMembers(input: unknown): Fault[] {
  return [...placesIn(input)]
    .filter(({ name }) => name === UNSEEN)
    .map((place) => ({ path: pathOf(place), message: 'is not known' }))
}

const UNSEEN = '__proto__'

/** One line per wrong field: unknown members one by one, and of a union only the form that was meant. */
function faultsOf(issue: z.core.$ZodIssue, above: readonly PropertyKey[]): Fault[] {
  const path = [...above, ...issue.path]
  if (issue.code === 'unrecognized_keys')
    return issue.keys
      .filter((key) => key !== UNSEEN)
      .map((key) => ({ path: [...path, key], message: 'is not known' }))
  if (issue.code === 'invalid_union') {
    const meant = issue.errors.filter(fitsTheForm)
    const [only] = meant
    if (only !== undefined && meant.length === 1) return only.flatMap((inner) => faultsOf(inner, path))
  }
  return [{ path, message: issue.message }]
}

/** Another type, or members that this form does not have: another form was meant. */
function fitsTheForm(issues: readonly z.core.$ZodIssue[]): boolean {
  return !issues.some(
    (issue) =>
      issue.path.length === 0 && (issue.code === 'unrecognized_keys' || issue.code === 'invalid_type'),
  )
}

/** Zod asks here where a schema has no words of its own. */
function wordsFor(issue: z.core.$ZodRawIssue): string {
  if (issue.input === undefined) return 'is required'
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${TYPES[issue.expected] ?? `of type ${issue.expected}`}`
    case 'invalid_value':
      return `must be ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`
    case 'too_small':
      return `must ${UNITS[issue.origin]?.('at least', issue.minimum) ?? 'be larger'}`
    case 'too_big':
      return `must ${UNITS[issue.origin]?.('at most', issue.maximum) ?? 'be smaller'}`
    case 'invalid_key':
      return issue.issues.map((inner) => inner.message).join(', ')
    default:
      return 'has none of the allowed forms'
  }
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
}

const UNITS: Readonly<Record<string, (bound: string, amount: number | bigint) => string>> = {
  string: (bound, amount) => `have ${bound} ${amount} ${Number(amount) === 1 ? 'character' : 'characters'}`,
  array: (bound, amount) => `have ${bound} ${amount} ${Number(amount) === 1 ? 'entry' : 'entries'}`,
  number: (bound, amount) => `be ${bound} ${amount}`,
  int: (bound, amount) => `be ${bound} ${amount}`,
}
