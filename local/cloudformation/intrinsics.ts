/**
 * Values of properties and outputs, with the intrinsic functions worked out.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
import { NotInLocalMode } from '../errors.ts'
import { validationError } from './errors.ts'
import { parseSubstitution, substitute } from './substitution.ts'
import { isList, isObject, type Value } from './value.ts'

/** What intrinsic functions may ask for; each throws AwsError (ValidationError) for what is not there. */
export interface Scope {
  /** undefined is AWS::NoValue. */
  readonly ref: (name: string) => Value | undefined
  readonly attribute: (logicalId: string, attribute: string) => Value
  readonly condition: (name: string) => boolean
  readonly mapped: (map: string, top: string, second: string) => Value
}

/** undefined where AWS::NoValue takes the value away. Throws AwsError (ValidationError, NotInLocalMode). */
export function evaluate(value: Value, scope: Scope): Value | undefined {
  if (isList(value)) return evaluateList(value, scope)
  if (!isObject(value)) return plain(value)
  const call = intrinsicOf(value)
  if (call !== undefined) return functionNamed(call.name)(call.argument, scope)
  const members = Object.entries(value).flatMap(([key, member]) => {
    const evaluated = evaluate(member, scope)
    return evaluated === undefined ? [] : [[key, evaluated] as const]
  })
  return Object.fromEntries(members)
}

function evaluateList(list: readonly Value[], scope: Scope): Value[] {
  return list.map((item) => evaluate(item, scope)).filter((item) => item !== undefined)
}

function plain(value: string | number | boolean): Value {
  if (typeof value === 'string' && value.includes('{{resolve:'))
    throw new NotInLocalMode(`dynamic references: ${value}`)
  return value
}

export interface IntrinsicCall {
  readonly name: string
  readonly argument: Value
}

/** An object with the one member Ref or Fn::…; undefined if it is an ordinary one. Throws AwsError (ValidationError). */
export function intrinsicOf(value: Value): IntrinsicCall | undefined {
  if (isList(value) || !isObject(value)) return undefined
  const entries = Object.entries(value)
  const [name, argument] = entries.find(([key]) => key === 'Ref' || key.startsWith('Fn::')) ?? []
  if (name === undefined || argument === undefined) return undefined
  if (entries.length === 1) return { name, argument }
  // A property may well be called Ref, but none begins with Fn::.
  if (name === 'Ref') return undefined
  throw validationError(`Template format error: ${name} must be the only member of its object`)
}

type Intrinsic = (argument: Value, scope: Scope) => Value | undefined

/** Throws AwsError (ValidationError, NotInLocalMode). */
export function functionNamed(name: string): Intrinsic {
  const found = Object.hasOwn(functions, name) ? functions[name] : undefined
  if (found !== undefined) return found
  if (REFUSED.has(name)) throw new NotInLocalMode(`the intrinsic function ${name}`)
  throw validationError(`Template error: unknown intrinsic function ${name}`)
}

const REFUSED: ReadonlySet<string> = new Set([
  'Fn::ImportValue',
  'Fn::Base64',
  'Fn::GetAZs',
  'Fn::Cidr',
  'Fn::Transform',
  'Fn::ForEach',
  'Fn::Length',
  'Fn::ToJsonString',
  'Fn::GetStackOutput',
])

const functions: Readonly<Record<string, Intrinsic>> = {
  Ref: (argument, scope) => scope.ref(textOf('Ref', argument)),
  'Fn::GetAtt': (argument, scope) => scope.attribute(...parseGetAtt(argument)),
  'Fn::Sub': (argument, scope) => {
    const substitution = parseSubstitution(argument)
    return plain(substitute(substitution, (name) => substituted(name, substitution.variables, scope)))
  },
  'Fn::Join': (argument, scope) => {
    const [delimiter, list] = argumentsOf('Fn::Join', argument, 2)
    const items = listOf('Fn::Join', list, scope)
    return items.map((item) => textOf('Fn::Join', item)).join(textOf('Fn::Join', delimiter))
  },
  'Fn::Select': (argument, scope) => {
    const [index, list] = argumentsOf('Fn::Select', argument, 2)
    const position = Number(textOf('Fn::Select', evaluate(index, scope)))
    const item = listOf('Fn::Select', list, scope)[position]
    if (item !== undefined) return item
    throw validationError(`Template error: Fn::Select cannot select nonexistent value at index ${position}`)
  },
  'Fn::Split': (argument, scope) => {
    const [delimiter, source] = argumentsOf('Fn::Split', argument, 2)
    return textOf('Fn::Split', evaluate(source, scope)).split(textOf('Fn::Split', delimiter))
  },
  'Fn::If': (argument, scope) => evaluate(takenBranch(argument, scope.condition), scope),
  'Fn::FindInMap': (argument, scope) => {
    const keys = argumentsOf('Fn::FindInMap', argument, 3)
    const [map, top, second] = keys.map((key) => textOf('Fn::FindInMap', evaluate(key, scope)))
    return scope.mapped(map ?? '', top ?? '', second ?? '')
  },
}

function substituted(name: string, variables: Readonly<Record<string, Value>>, scope: Scope): string {
  const variable = Object.hasOwn(variables, name) ? variables[name] : undefined
  if (variable !== undefined) return textOf('Fn::Sub', evaluate(variable, scope))
  return textOf('Fn::Sub', name.includes('.') ? scope.attribute(...parseGetAtt(name)) : scope.ref(name))
}

/** Logical id and attribute, from `[id, attribute]` or `id.attribute`. Throws AwsError (ValidationError). */
export function parseGetAtt(argument: Value): [logicalId: string, attribute: string] {
  const dot = typeof argument === 'string' ? argument.indexOf('.') : -1
  const [logicalId, attribute, ...more] =
    typeof argument === 'string' && dot > 0
      ? [argument.slice(0, dot), argument.slice(dot + 1)]
      : isList(argument)
        ? argument
        : []
  if (typeof logicalId !== 'string' || typeof attribute !== 'string' || more.length > 0)
    throw validationError(
      'Template error: every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute',
    )
  return [logicalId, attribute]
}

/** Of Fn::If. Throws AwsError (ValidationError). */
export function takenBranch(argument: Value, condition: (name: string) => boolean): Value {
  const [name, then, otherwise] = argumentsOf('Fn::If', argument, 3)
  return condition(textOf('Fn::If', name)) ? then : otherwise
}

type Arguments<Count extends 2 | 3> = Count extends 2 ? [Value, Value] : [Value, Value, Value]

function argumentsOf<Count extends 2 | 3>(name: string, argument: Value, count: Count): Arguments<Count>
function argumentsOf(name: string, argument: Value, count: number): readonly Value[] {
  if (isList(argument) && argument.length === count) return argument
  throw validationError(`Template error: ${name} requires a list argument with ${count} elements`)
}

function listOf(name: string, list: Value, scope: Scope): readonly Value[] {
  const evaluated = evaluate(list, scope)
  if (evaluated !== undefined && isList(evaluated)) return evaluated
  throw validationError(`Template error: every ${name} object requires a list of values`)
}

function textOf(name: string, value: Value | undefined): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return String(value)
  throw validationError(`Template error: every ${name} object takes strings, not ${JSON.stringify(value)}`)
}
