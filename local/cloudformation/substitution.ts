/** Fn::Sub: `${Name}`, `${LogicalId.Attribute}` and `${!Literal}`, alone or with variables of its own. */
import { validationError } from './errors.ts'
import { isList, isObject, type Value, type ValueObject } from './value.ts'

export interface Substitution {
  readonly text: string
  readonly variables: ValueObject
}

/** Throws AwsError (ValidationError). */
export function parseSubstitution(argument: Value): Substitution {
  if (typeof argument === 'string') return { text: argument, variables: {} }
  const [text, variables, ...more] = isList(argument) ? argument : []
  if (typeof text !== 'string' || variables === undefined || !isObject(variables) || more.length > 0)
    throw validationError(
      "Template error: one or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as first argument, and an optional second argument to specify a mapping of values to replace in the string",
    )
  return { text, variables }
}

/** What the text names, apart from the substitution's own variables. */
export function substitutedNames({ text, variables }: Substitution): readonly string[] {
  return [...text.matchAll(PLACEHOLDER)]
    .map(([, name = '']) => name)
    .filter((name) => !name.startsWith('!') && !Object.hasOwn(variables, name))
}

export function substitute({ text }: Substitution, replacement: (name: string) => string): string {
  return text.replaceAll(PLACEHOLDER, (_, name: string) =>
    name.startsWith('!') ? `\${${name.slice(1)}}` : replacement(name),
  )
}

const PLACEHOLDER = /\$\{\s*([^{}]+?)\s*\}/g
