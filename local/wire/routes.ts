/** Which operation of a REST service a request asks for. */
import { bindingsOf } from './bindings.ts'
import type { WireRequest } from './message.ts'
import type { Model, OperationModel } from './model.ts'

export interface Route {
  readonly operation: OperationModel
  readonly name: string
  /** Still percent-encoded, by member name. */
  readonly labels: Readonly<Record<string, string>>
}

/**
 * The most specific operation whose path, fixed query and required parameters fit: GET of a key with `uploadId`
 * lists parts, without it gets the object. An operation that only lacks required parameters is found too, so that
 * validation can say which. `taken` are labels that are no longer in the path: S3's bucket.
 */
export function findRoute(
  model: Model,
  request: WireRequest,
  taken: Readonly<Record<string, string>>,
): Route | undefined {
  const fitting = patternsOf(model).flatMap((pattern) => {
    const labels = matchPath(pattern, request, taken)
    return labels && hasFixedQuery(pattern, request) ? [{ pattern, labels }] : []
  })
  const complete = fitting.filter(({ pattern }) => hasRequired(pattern, request))
  const [best] = (complete.length > 0 ? complete : fitting).sort(
    (a, b) => b.pattern.specificity - a.pattern.specificity,
  )
  return best && { operation: best.pattern.operation, name: best.pattern.operation.name, labels: best.labels }
}

interface Pattern {
  readonly operation: OperationModel
  readonly method: string
  readonly path: RegExp
  readonly labels: readonly string[]
  readonly fixedQuery: readonly (readonly [string, string])[]
  readonly requiredQuery: readonly string[]
  readonly requiredHeaders: readonly string[]
  readonly specificity: number
}

const patterns = new WeakMap<Model, readonly Pattern[]>()

function patternsOf(model: Model): readonly Pattern[] {
  const known = patterns.get(model)
  if (known) return known
  const found = [...model.operations.values()].flatMap((operation) => patternOf(operation) ?? [])
  patterns.set(model, found)
  return found
}

function patternOf(operation: OperationModel): Pattern | undefined {
  if (!operation.http) return undefined
  const [path = '', query = ''] = operation.http.path.split('?')
  const fixedQuery = [...new URLSearchParams(query)]
  const bindings = bindingsOf(operation.input)
  const required = bindings.filter((binding) => binding.required)
  const requiredQuery = required.filter(({ place }) => place === 'query').map(({ wireName }) => wireName)
  const requiredHeaders = required.filter(({ place }) => place === 'header').map(({ wireName }) => wireName)
  const fixedSegments = path.split('/').filter((segment) => segment && !segment.startsWith('{')).length
  const told = fixedQuery.filter(([name]) => name !== 'x-id')
  return {
    operation,
    method: operation.http.method,
    path: pathPattern(path),
    labels: bindings.filter(({ place }) => place === 'label').map(({ name }) => name),
    fixedQuery,
    requiredQuery,
    requiredHeaders,
    specificity: fixedSegments * 100 + told.length * 10 + requiredQuery.length + requiredHeaders.length,
  }
}

/** botocore ends Route 53 paths with a slash that the model does not have. */
function pathPattern(path: string): RegExp {
  const source = path
    .replace(/\/$/, '')
    .replace(/[.$]/g, '\\$&')
    .replace(/\{(\w+)\+\}/g, '(?<$1>.+)')
    .replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')
  return new RegExp(path.includes('+}') ? `^${source}$` : `^${source}/?$`)
}

function matchPath(
  { method, path, labels }: Pattern,
  request: WireRequest,
  taken: Readonly<Record<string, string>>,
): Record<string, string> | undefined {
  const match = method === request.method ? path.exec(request.path) : null
  if (!match) return undefined
  const found = { ...taken, ...match.groups }
  const fits = labels.length === Object.keys(found).length && labels.every((name) => name in found)
  return fits ? found : undefined
}

/** `x-id` only repeats the operation's name; botocore leaves it out. */
function hasFixedQuery({ fixedQuery }: Pattern, { query }: WireRequest): boolean {
  return fixedQuery.every(([name, value]) => {
    const given = query.filter(([parameter]) => parameter === name)
    if (name === 'x-id' && given.length === 0) return true
    return given.some(([, text]) => value === '' || text === value)
  })
}

function hasRequired({ requiredQuery, requiredHeaders }: Pattern, { query, headers }: WireRequest): boolean {
  return (
    requiredQuery.every((name) => query.some(([parameter]) => parameter === name)) &&
    requiredHeaders.every((name) => name in headers)
  )
}
