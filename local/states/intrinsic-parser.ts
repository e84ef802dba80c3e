/**
 * `States.Format('{}', $.name)` and its like, as a tree. A string literal keeps its escapes beside its value, because
 * States.Format tells `{}` from `\{\}`. https://states-language.net/#intrinsic-functions
 */
import { type Path, parsePath } from './paths.ts'

export interface IntrinsicCall {
  readonly text: string
  readonly name: string
  readonly arguments: readonly IntrinsicArgument[]
}

export type IntrinsicArgument =
  | { readonly kind: 'string'; readonly value: string; readonly escaped: string }
  | { readonly kind: 'literal'; readonly value: number | boolean | null }
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'call'; readonly call: IntrinsicCall }

/** AWS's limit per field. https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html */
const MAXIMUM_CALLS = 10

/** Throws SyntaxError. */
export function parseIntrinsic(text: string): IntrinsicCall {
  const reader: Reader = { text, at: 0, calls: 0 }
  const call = parseCall(reader)
  skipSpace(reader)
  if (reader.at < text.length) throw unexpected(reader)
  return call
}

interface Reader {
  readonly text: string
  at: number
  calls: number
}

function parseCall(reader: Reader): IntrinsicCall {
  const start = reader.at
  reader.calls += 1
  if (reader.calls > MAXIMUM_CALLS)
    throw new SyntaxError(`more than ${MAXIMUM_CALLS} intrinsic functions in one field`)
  const name = take(reader, /States\.[A-Za-z0-9]+/y)
  const list: IntrinsicArgument[] = []
  take(reader, /\s*\(\s*/y)
  if (!tryTake(reader, /\)/y)) {
    do list.push(parseArgument(reader))
    while (tryTake(reader, /\s*,\s*/y))
    take(reader, /\s*\)/y)
  }
  return { text: reader.text.slice(start, reader.at), name, arguments: list }
}

function parseArgument(reader: Reader): IntrinsicArgument {
  const next = reader.text[reader.at]
  if (next === "'") return parseString(reader)
  if (next === '$') return { kind: 'path', path: parsePath(take(reader, /\$(?:\[[^\]]*\]|[^\s,()[\]])*/y)) }
  if (next === 'S') return { kind: 'call', call: parseCall(reader) }
  const literal = take(reader, /null|true|false|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y)
  return { kind: 'literal', value: JSON.parse(literal) }
}

function parseString(reader: Reader): IntrinsicArgument {
  const escaped = take(reader, /'(?:[^'\\]|\\['{}\\])*'/y).slice(1, -1)
  return { kind: 'string', value: escaped.replaceAll(/\\(['{}\\])/g, '$1'), escaped }
}

function skipSpace(reader: Reader): void {
  tryTake(reader, /\s+/y)
}

function take(reader: Reader, pattern: RegExp): string {
  const found = tryTake(reader, pattern)
  if (found === undefined) throw unexpected(reader)
  return found
}

function tryTake(reader: Reader, pattern: RegExp): string | undefined {
  pattern.lastIndex = reader.at
  const found = pattern.exec(reader.text)?.[0]
  reader.at += found?.length ?? 0
  return found
}

function unexpected(reader: Reader): SyntaxError {
  return new SyntaxError(`unexpected "${reader.text.slice(reader.at) || 'end'}" in "${reader.text}"`)
}
