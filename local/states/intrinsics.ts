/** The intrinsic functions of the States Language. https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html */
import { createHash, randomInt, randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { EvaluationFailure } from './failures.ts'
import { type IntrinsicArgument, type IntrinsicCall, parseIntrinsic } from './intrinsic-parser.ts'
import { isArray, isObject, type Json, parseJson } from './json.ts'
import { type Data, readPath } from './paths.ts'

/** Throws SyntaxError for what cannot be parsed, an unknown function or a wrong number of arguments. */
export function compileIntrinsic(text: string): (data: Data) => Json {
  return compileCall(parseIntrinsic(text))
}

function compileCall(call: IntrinsicCall): (data: Data) => Json {
  const definition = FUNCTIONS[call.name]
  if (definition === undefined) throw new SyntaxError(`unknown intrinsic function ${call.name}`)
  const { least, most, run } = definition
  if (call.arguments.length < least || call.arguments.length > most)
    throw new SyntaxError(`wrong number of arguments in ${call.text}`)
  const values = call.arguments.map((argument, index) => compileArgument(call, argument, index))
  return (data) => {
    const inputs = values.map((value) => value(data))
    try {
      return run(...inputs)
    } catch (error) {
      if (!(error instanceof Misuse)) throw error
      throw new EvaluationFailure(
        `The function '${call.text}' had the following error: ${error.message}`,
        'States.IntrinsicFailure',
      )
    }
  }
}

function compileArgument(
  call: IntrinsicCall,
  argument: IntrinsicArgument,
  index: number,
): (data: Data) => Json {
  if (argument.kind === 'call') return compileCall(argument.call)
  if (argument.kind === 'literal') return () => argument.value
  if (argument.kind === 'string') {
    const template = call.name === 'States.Format' && index === 0
    return () => (template ? argument.escaped : argument.value)
  }
  return (data) => {
    const value = readPath(argument.path, data)
    if (value !== undefined) return value
    throw new EvaluationFailure(
      `The function '${call.text}' had the following error: The JsonPath argument for the field '${argument.path.text}' could not be found in the input '${JSON.stringify(data.input)}'`,
    )
  }
}

/** Arguments of the wrong kind or out of range: becomes States.IntrinsicFailure, which Catch can name. */
class Misuse extends Error {
  override readonly name = 'Misuse'
}

interface IntrinsicFunction {
  readonly least: number
  readonly most: number
  readonly run: (...inputs: Json[]) => Json
}

const exactly = (count: number, run: IntrinsicFunction['run']): IntrinsicFunction => ({
  least: count,
  most: count,
  run,
})

const FUNCTIONS: Readonly<Record<string, IntrinsicFunction>> = {
  'States.Array': { least: 0, most: Number.POSITIVE_INFINITY, run: (...items) => items },
  'States.ArrayPartition': exactly(2, (items, size) => partition(array(items), positive(size))),
  'States.ArrayContains': exactly(2, (items, item) =>
    array(items).some((one) => isDeepStrictEqual(one, item)),
  ),
  'States.ArrayRange': exactly(3, (first, last, step) => range(integer(first), integer(last), integer(step))),
  'States.ArrayGetItem': exactly(2, (items, index) => item(array(items), integer(index))),
  'States.ArrayLength': exactly(1, (items) => array(items).length),
  'States.ArrayUnique': exactly(1, (items) => [
    ...new Map(array(items).map((one) => [JSON.stringify(one), one])).values(),
  ]),
  'States.Base64Encode': exactly(1, (text) => Buffer.from(short(text)).toString('base64')),
  'States.Base64Decode': exactly(1, (text) => Buffer.from(short(text), 'base64').toString()),
  'States.Hash': exactly(2, (value, algorithm) => hash(value, string(algorithm))),
  'States.JsonMerge': exactly(3, (first, second, deep) => merge(first, second, deep)),
  'States.StringToJson': exactly(1, (text) => fromText(string(text))),
  'States.JsonToString': exactly(1, (value) => JSON.stringify(value)),
  'States.MathRandom': {
    least: 2,
    most: 3,
    run: (from, to, seed) => random(integer(from), integer(to), seed),
  },
  'States.MathAdd': exactly(2, (first, second) => integer(integer(first) + integer(second))),
  'States.StringSplit': exactly(2, (text, separators) => split(string(text), string(separators))),
  'States.UUID': exactly(0, () => randomUUID()),
  'States.Format': {
    least: 1,
    most: Number.POSITIVE_INFINITY,
    run: (template, ...values) => format(string(template), values),
  },
}

function array(value: Json | undefined): readonly Json[] {
  if (!isArray(value)) throw new Misuse('an array is expected')
  return value
}

function string(value: Json | undefined): string {
  if (typeof value !== 'string') throw new Misuse('a string is expected')
  return value
}

/** Encoding and hashing take up to 10,000 characters. */
function short(value: Json | undefined): string {
  const text = string(value)
  if (text.length > 10_000) throw new Misuse('at most 10000 characters are allowed')
  return text
}

/** Numbers are rounded to the nearest integer and must fit in 32 bits. */
function integer(value: Json | undefined): number {
  if (typeof value !== 'number') throw new Misuse('a number is expected')
  const rounded = Math.round(value)
  if (rounded < -(2 ** 31) || rounded >= 2 ** 31) throw new Misuse('the number is out of range')
  return rounded
}

function positive(value: Json | undefined): number {
  const number = integer(value)
  if (number < 1) throw new Misuse('a positive integer is expected')
  return number
}

function partition(items: readonly Json[], size: number): Json {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  )
}

function range(first: number, last: number, step: number): Json {
  if (step === 0) throw new Misuse('the increment must not be zero')
  const length = Math.max(0, Math.floor((last - first) / step) + 1)
  if (length > 1000) throw new Misuse('at most 1000 items are allowed')
  return Array.from({ length }, (_, index) => first + index * step)
}

function item(items: readonly Json[], index: number): Json {
  const found = items[index]
  if (found === undefined) throw new Misuse(`there is no item ${index}`)
  return found
}

const ALGORITHMS: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
}

function hash(value: Json | undefined, name: string): Json {
  const algorithm = ALGORITHMS[name]
  if (algorithm === undefined)
    throw new Misuse(`the algorithm must be one of ${Object.keys(ALGORITHMS).join(', ')}`)
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return createHash(algorithm).update(short(text)).digest('hex')
}

function merge(first: Json | undefined, second: Json | undefined, deep: Json | undefined): Json {
  if (!isObject(first) || !isObject(second)) throw new Misuse('objects are expected')
  if (deep !== false) throw new Misuse('only the shallow mode, false, is supported')
  return { ...first, ...second }
}

function fromText(text: string): Json {
  try {
    return parseJson(text)
  } catch (error) {
    throw new Misuse('the string is not JSON', { cause: error })
  }
}

/** From `from`, below `to`. The same seed gives the same number. */
function random(from: number, to: number, seed: Json | undefined): Json {
  if (to <= from) throw new Misuse('the end must be greater than the start')
  if (seed === undefined) return randomInt(from, to)
  const digest = createHash('sha256')
    .update(String(integer(seed)))
    .digest()
  return from + (digest.readUInt32BE() % (to - from))
}

/** Any character of `separators` separates; empty pieces are left out. */
function split(text: string, separators: string): Json {
  const pieces = ['']
  for (const character of text) {
    if (separators.includes(character)) pieces.push('')
    else pieces.push((pieces.pop() ?? '') + character)
  }
  return separators === '' ? [text] : pieces.filter((piece) => piece !== '')
}

function format(template: string, values: readonly Json[]): Json {
  let used = 0
  const text = template.replaceAll(/\\(['{}\\])|\{\}|[{}]/g, (found, escaped?: string) => {
    if (escaped !== undefined) return escaped
    const value = values[used]
    if (found !== '{}' || value === undefined)
      throw new Misuse('the placeholders {} do not match the arguments')
    used += 1
    return typeof value === 'string' ? value : JSON.stringify(value)
  })
  if (used < values.length) throw new Misuse('the placeholders {} do not match the arguments')
  return text
}
