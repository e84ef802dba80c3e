/** Values of a stack's parameters: given, or the default, after the template's rules for them. */
import { NotInLocalMode } from '../errors.ts'
import { validationError } from './errors.ts'
import type { ParameterDeclaration } from './template.ts'
import type { Value } from './value.ts'

type Declarations = Readonly<Record<string, ParameterDeclaration>>

/** As they were given, defaults included, by name. Throws AwsError (ValidationError, NotInLocalMode). */
export function resolveParameters(
  declarations: Declarations,
  given: Readonly<Record<string, string>>,
): ReadonlyMap<string, string> {
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(declarations, name))
  if (unknown.length > 0)
    throw validationError(`Parameters: [${unknown.join(', ')}] do not exist in the template`)
  const missing = Object.keys(declarations).filter(
    (name) => given[name] === undefined && declarations[name]?.Default === undefined,
  )
  if (missing.length > 0) throw validationError(`Parameters: [${missing.join(', ')}] must have values`)
  return new Map(
    Object.entries(declarations).map(([name, declaration]) => {
      const text = given[name] ?? declaration.Default ?? ''
      check(name, text, declaration)
      return [name, text]
    }),
  )
}

/** What Ref answers: a list for the list types. */
export function parameterValue({ Type }: ParameterDeclaration, text: string): Value {
  return isListType(Type) ? itemsOf(text) : text
}

function check(name: string, text: string, declaration: ParameterDeclaration): void {
  const { Type, AllowedValues, AllowedPattern, MinLength = 0, MaxLength = Infinity } = declaration
  const { MinValue = -Infinity, MaxValue = Infinity, ConstraintDescription } = declaration
  const refuse = (why: string) =>
    validationError(
      `Parameter '${name}' ${ConstraintDescription ? `failed to satisfy constraint: ${ConstraintDescription}` : why}`,
    )
  if (!TYPES.has(Type)) throw new NotInLocalMode(`parameters of the type ${Type} (${name})`)
  const items = isListType(Type) ? itemsOf(text) : [text]
  if (Type.includes('Number'))
    for (const item of items) {
      if (item === '' || !Number.isFinite(Number(item))) throw refuse('must be a number.')
      if (Number(item) < MinValue) throw refuse(`must be a number not less than ${MinValue}`)
      if (Number(item) > MaxValue) throw refuse(`must be a number not greater than ${MaxValue}`)
    }
  if (AllowedValues !== undefined && items.some((item) => !AllowedValues.includes(item)))
    throw refuse(`must be one of AllowedValues [${AllowedValues.join(', ')}]`)
  if (AllowedPattern !== undefined && items.some((item) => !new RegExp(`^(?:${AllowedPattern})$`).test(item)))
    throw refuse(`must match pattern ${AllowedPattern}`)
  if (text.length < MinLength) throw refuse(`must contain at least ${MinLength} characters`)
  if (text.length > MaxLength) throw refuse(`must contain at most ${MaxLength} characters`)
}

// The others are looked up in the account: SSM parameters, VPCs, key pairs.
const TYPES: ReadonlySet<string> = new Set(['String', 'Number', 'CommaDelimitedList', 'List<Number>'])

function isListType(type: string): boolean {
  return type === 'CommaDelimitedList' || type === 'List<Number>'
}

function itemsOf(text: string): string[] {
  return text === '' ? [] : text.split(',').map((item) => item.trim())
}
