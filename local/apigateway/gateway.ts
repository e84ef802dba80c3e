/** A request to an HTTP API, from the network to the function and back. */
import { AwsError } from '../errors.ts'
import type { Call, Principal } from '../service.ts'
import type { ApiRequest, ApiResponse, GatewayView, World } from '../world.ts'
import { answerOf, failure } from './answer.ts'
import { type Api, type Apis, domainOf, integrationOf, type Route } from './api.ts'
import { identify, NotAuthenticated } from './caller.ts'
import { eventOf } from './event.ts'
import type { Invoked, InvokeInput } from './invoke.ts'
import { type FoundRoute, findRoute } from './route-choice.ts'
import { createRouteThrottle, type RouteThrottle } from './route-throttle.ts'

interface Gateway {
  readonly world: World
  readonly apis: Apis
  readonly requireAuth: boolean
  readonly throttle: RouteThrottle
}

export function createGateway(
  world: World,
  apis: Apis,
  { requireAuth }: { readonly requireAuth: boolean },
): GatewayView {
  const gateway = { world, apis, requireAuth, throttle: createRouteThrottle(world.clock) }
  return {
    async answer(host, request, requestId) {
      const api = apiOf(gateway, host)
      const response = api === undefined ? failure(404) : await answer(gateway, api, request, requestId)
      return { ...response, headers: { ...response.headers, 'apigw-requestid': [requestId] } }
    },
  }
}

/** By its own name; on local mode's port it is the only one of the stack's account. */
function apiOf({ world, apis }: Gateway, host: string | undefined): Api | undefined {
  const all = [...apis.values()]
  if (host !== undefined) return all.find((api) => domainOf(api) === host)
  const own = all.filter(({ account }) => account === world.account)
  return own.length === 1 ? own[0] : undefined
}

// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
const MOST_BODY_BYTES = 10 * 1024 * 1024
const MOST_HEADER_BYTES = 10_240

async function answer(
  gateway: Gateway,
  api: Api,
  received: ApiRequest,
  requestId: string,
): Promise<ApiResponse> {
  const path = decoded(received.path)
  if (path === undefined) return failure(400)
  if (received.body.length > MOST_BODY_BYTES) return failure(413)
  if (headerBytes(received) > MOST_HEADER_BYTES) return failure(431)
  const request = { ...received, path }
  const found = findRoute([...api.routes.values()], request)
  const stage = api.stages.get('$default')
  if (found === undefined || stage === undefined || integrationOf(api, found.route) === undefined)
    return failure(404)
  const { route } = found
  if (!gateway.throttle(`${api.apiId} ${route.RouteKey}`, stage.DefaultRouteSettings)) return failure(429)
  try {
    return await invoke(gateway, api, found, request, requestId)
  } catch (error) {
    if (error instanceof NotAuthenticated) return unauthenticated(route)
    if (error instanceof AwsError) return refusal(error)
    throw error
  }
}

async function invoke(
  { world, requireAuth }: Gateway,
  api: Api,
  { route, pathParameters }: FoundRoute,
  request: ApiRequest,
  requestId: string,
): Promise<ApiResponse> {
  const { principal, authorizer } = await identify(world, api, route, request, requireAuth)
  const time = world.clock.now()
  const input: InvokeInput = {
    apiId: api.apiId,
    routeId: route.RouteId,
    method: request.method,
    path: request.path,
    event: JSON.stringify(eventOf({ api, route, pathParameters, request, requestId, time, authorizer })),
  }
  const call: Call = { principal: principal ?? ANYBODY, region: api.region, requestId }
  const { payload, failed } = await world.dispatch<Invoked>('execute-api', 'Invoke', input, call)
  return failed ? failure(500) : answerOf(payload)
}

const ANYBODY: Principal = { kind: 'anonymous', account: '', arn: 'anonymous' }

function unauthenticated({ AuthorizationType }: Route): ApiResponse {
  return AuthorizationType === 'JWT' ? failure(401, { 'www-authenticate': ['Bearer'] }) : failure(403)
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-troubleshooting-lambda.html */
function refusal({ code, message }: AwsError): ApiResponse {
  if (code.startsWith('AccessDenied')) return failure(message.includes('execute-api:Invoke') ? 403 : 500)
  if (code === 'RequestTooLargeException') return failure(413)
  if (code === 'TooManyRequestsException' || code === 'IntegrationTimeout') return failure(503)
  return failure(500)
}

/** AWS tells functions the path decoded. Undefined when it cannot be. */
function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path)
  } catch {
    return undefined
  }
}

/** The request line counts too. */
function headerBytes({ method, path, search, headers }: ApiRequest): number {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  return Buffer.byteLength([`${method} ${path}?${search} HTTP/1.1`, ...lines].join('\r\n'))
}
