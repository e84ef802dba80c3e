/**
 * The paths of the States Language that name one node: `$`, members and indices, from the input (`$`) or the context
 * object (`$$`). https://states-language.net/#path
 */
import { NotInLocalMode } from '../errors.ts'
import { EvaluationFailure, StateFailure } from './failures.ts'
import { isArray, isObject, type Json } from './json.ts'

export interface Path {
  readonly text: string
  readonly root: '$' | '$$'
  readonly steps: readonly (string | number)[]
}

/** What paths are read from. The context object is made only when a path asks for it. */
export interface Data {
  readonly input: Json
  readonly context: () => Json
}

const STEP = /\.([^\s.[\]()'"*?,:@\\]+)|\['([^'*]+)'\]|\["([^"*]+)"\]|\[(\d+)\]/y

/** Throws NotInLocalMode for the JSONPath operators that select several nodes. */
export function parsePath(text: string): Path {
  const root = text.startsWith('$$') ? '$$' : '$'
  const steps: (string | number)[] = []
  let at = root.length
  while (at < text.length) {
    STEP.lastIndex = at
    const match = STEP.exec(text)
    if (!text.startsWith('$') || match === null)
      throw new NotInLocalMode(`the path "${text}" (it has members and indices: $.a.b[0]['c'])`)
    const [step, member, single, double, index] = match
    steps.push(index === undefined ? (member ?? single ?? double ?? '') : Number(index))
    at += step.length
  }
  return { text, root, steps }
}

/** undefined if there is no such node; a null node is null. */
export function readPath(path: Path, data: Data): Json | undefined {
  let node: Json | undefined = path.root === '$$' ? data.context() : data.input
  for (const step of path.steps) node = child(node, step)
  return node
}

/** Throws EvaluationFailure (States.Runtime) if there is no such node. */
export function requirePath(path: Path, data: Data): Json {
  const node = readPath(path, data)
  if (node === undefined) throw new EvaluationFailure(`Invalid path '${path.text}' : No results for path`)
  return node
}

function child(node: Json | undefined, step: string | number): Json | undefined {
  if (typeof step === 'number') return isArray(node) ? node[step] : undefined
  return isObject(node) && Object.hasOwn(node, step) ? node[step] : undefined
}

/**
 * `input` with `value` at the path, making the objects on the way: what ResultPath does. Throws StateFailure
 * (States.ResultPathMatchFailure) when something that is neither object nor array is in the way.
 * https://states-language.net/#using-resultpath
 */
export function writePath(path: Path, input: Json, value: Json): Json {
  return place(input, path.steps, value, path)
}

function place(node: Json | undefined, steps: Path['steps'], value: Json, path: Path): Json {
  const [step, ...rest] = steps
  if (step === undefined) return value
  if (typeof step === 'string' && (node === undefined || isObject(node)))
    return { ...node, [step]: place(child(node, step), rest, value, path) }
  if (typeof step === 'number' && isArray(node) && step < node.length)
    return node.with(step, place(node[step], rest, value, path))
  throw new StateFailure(
    'States.ResultPathMatchFailure',
    `Unable to apply ReferencePath ${path.text} to input ${JSON.stringify(node)}`,
  )
}
