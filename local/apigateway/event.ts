/**
 * A request as the function is told of it, payload format 2.0:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
import type { ApiRequest } from '../world.ts'
import { type Api, domainOf, type Route } from './api.ts'

export interface Told {
  readonly api: Api
  readonly route: Route
  readonly pathParameters: Readonly<Record<string, string>>
  readonly request: ApiRequest
  readonly requestId: string
  readonly time: Date
  /** `{ iam: … }` or `{ jwt: … }`; undefined on an open route. */
  readonly authorizer: object | undefined
}

export function eventOf({ api, route, pathParameters, request, requestId, time, authorizer }: Told) {
  const { cookie, ...headers } = request.headers
  const { method, path, search } = request
  const parameters = queryOf(search)
  return {
    version: '2.0',
    routeKey: route.RouteKey,
    rawPath: path,
    rawQueryString: search,
    ...(cookie === undefined ? {} : { cookies: cookie.split(/;\s*/) }),
    headers: {
      ...headers,
      host: domainOf(api),
      'x-forwarded-for': SOURCE_IP,
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
    },
    ...(Object.keys(parameters).length === 0 ? {} : { queryStringParameters: parameters }),
    ...(Object.keys(pathParameters).length === 0 ? {} : { pathParameters }),
    requestContext: {
      accountId: api.account,
      apiId: api.apiId,
      ...(authorizer === undefined ? {} : { authorizer }),
      domainName: domainOf(api),
      domainPrefix: api.apiId,
      http: {
        method,
        path,
        protocol: 'HTTP/1.1',
        sourceIp: SOURCE_IP,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId,
      routeKey: route.RouteKey,
      stage: '$default',
      time: commonLogTime(time),
      timeEpoch: time.getTime(),
    },
    ...bodyOf(request),
  }
}

const SOURCE_IP = '127.0.0.1'

/** Decoded; what is there more than once is joined with commas. */
function queryOf(search: string): Record<string, string> {
  const parameters = new URLSearchParams(search)
  return Object.fromEntries(
    [...new Set(parameters.keys())].map((name) => [name, parameters.getAll(name).join(',')]),
  )
}

/** Text stays what it is, everything else becomes base64. */
function bodyOf({ headers, body }: ApiRequest) {
  if (body.length === 0) return { isBase64Encoded: false }
  const isText = /^(text\/|application\/(json|javascript|xml)\b)/i.test(headers['content-type'] ?? '')
  return { body: Buffer.from(body).toString(isText ? 'utf8' : 'base64'), isBase64Encoded: !isText }
}

/** `12/Mar/2020:19:03:58 +0000` */
function commonLogTime(time: Date): string {
  const [, day, month, year, clock] = /^\w+, (\d+) (\w+) (\d+) (\S+)/.exec(time.toUTCString()) ?? []
  return `${day}/${month}/${year}:${clock} +0000`
}
