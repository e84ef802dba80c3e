/**
 * Which of an API's routes a request is for: the most specific one.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html#http-api-develop-routes.evaluation
 */
import type { Route } from './api.ts'

export interface FoundRoute {
  readonly route: Route
  /** What stands in the place of each `{variable}`. */
  readonly pathParameters: Readonly<Record<string, string>>
}

/** A word of the path goes before a variable in its place, the first place first; then the method goes before ANY. `$default` is last. */
export function findRoute(
  routes: readonly Route[],
  { method, path }: { readonly method: string; readonly path: string },
): FoundRoute | undefined {
  const [best] = routes
    .flatMap((route) => candidate(route, method, path.split('/')))
    .toSorted((one, other) => (one.rank < other.rank ? -1 : 1))
  if (best !== undefined) return best
  const route = routes.find(({ RouteKey }) => RouteKey === '$default')
  return route && { route, pathParameters: {} }
}

interface Candidate extends FoundRoute {
  /** The least is the most specific. */
  readonly rank: string
}

function candidate(route: Route, method: string, parts: readonly string[]): Candidate[] {
  const [routeMethod = '', template] = route.RouteKey.split(' ')
  const wanted = template?.split('/') ?? []
  const isOfMethod = routeMethod === 'ANY' || routeMethod === method
  if (!isOfMethod || wanted.length !== parts.length) return []
  const pathParameters: Record<string, string> = {}
  for (const [index, part] of parts.entries()) {
    const name = nameOf(wanted[index] ?? '')
    if (name === undefined ? wanted[index] !== part : part === '') return []
    if (name !== undefined) pathParameters[name] = part
  }
  const places = wanted.map((part) => (nameOf(part) === undefined ? 0 : 1)).join('')
  return [{ route, pathParameters, rank: `${places} ${routeMethod === 'ANY' ? 1 : 0}` }]
}

/** `{cluster}`: cluster */
function nameOf(part: string): string | undefined {
  return /^\{(\w+)\}$/.exec(part)?.[1]
}
