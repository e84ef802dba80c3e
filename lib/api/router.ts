/** From an event of API Gateway to its answer: every error becomes a problem, none is thrown. */
import httpRouterHandler from '@middy/http-router'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { IrsaError, MethodNotAllowed, RouteNotFound } from '../errors.ts'
import type { Reporting } from '../handler.ts'
import { type HttpAnswer, httpEvent, requestOf } from './http.ts'
import { problemOf } from './problem.ts'
import type { Api, Published, Route } from './route.ts'

export type Answering = (event: unknown, reporting: Reporting) => Promise<HttpAnswer>

export function createRouter<Context extends Api>(
  context: Context,
  routes: readonly Route<Context>[],
): Answering {
  const run = httpRouterHandler<APIGatewayProxyEventV2, HttpAnswer>({
    routes: routes.map(({ method, path, answer }) => ({
      method,
      path,
      handler: async (event: APIGatewayProxyEventV2) => answer(context, requestOf(event)),
    })),
    notFoundResponse: ({ path }) => refuse(routes, path),
  })
  return async (input, { logger, context: invocation }) => {
    const event = httpEvent.parse(input)
    const { requestId } = event.requestContext
    try {
      return await run(event, invocation)
    } catch (error) {
      const isTheirs = error instanceof IrsaError && error.mendedBy === 'requester'
      if (isTheirs) logger.info('The request was refused.', { requestId, error: error.name })
      else logger.error('The request could not be answered.', { requestId, error })
      return problemOf(error, requestId)
    }
  }
}

/** Throws RouteNotFound, MethodNotAllowed. */
function refuse(routes: readonly Published[], path: string): never {
  const allowed = routes.filter((route) => isAt(route.path, path)).map(({ method }) => method)
  throw allowed.length === 0 ? new RouteNotFound() : new MethodNotAllowed(allowed)
}

function isAt(template: string, path: string): boolean {
  const parts = path.replace(/(?<=.)\/$/, '').split('/')
  const wanted = template.split('/')
  return (
    parts.length === wanted.length &&
    wanted.every((part, index) => (part.startsWith('{') ? parts[index] !== '' : part === parts[index]))
  )
}
