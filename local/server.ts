/** The HTTP server: API calls of SDKs and the AWS CLI, and everything else that the emulated internet serves. */
import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inBackground } from './background.ts'
import type { CallLog } from './calls.ts'
import { AwsError } from './errors.ts'
import { inWordsOf, unknownAccessKey, unsigned } from './refusals.ts'
import type { Principal } from './service.ts'
import { type Exchange, openExchange } from './wire/codec.ts'
import type { WireRequest, WireResponse } from './wire/message.ts'
import { credentialScope } from './wire/scope.ts'
import { type ApiRequest, type ApiResponse, EdgeError, type World } from './world.ts'

export interface Server {
  readonly port: number
  /** Ends idle and busy connections alike. */
  readonly close: () => Promise<void>
}

export type Served = Pick<World, 'clock' | 'dispatch' | 'sts' | 'edge' | 'gateway'> & {
  readonly calls: CallLog
  /** Of a call that is not signed and comes to our own address: neither says a region. */
  readonly unsaidRegion?: string | undefined
}

/** Listens on 127.0.0.1 and nowhere else; port 0 takes a free one. Rejects if the port is taken. */
export async function startServer(served: Served, port: number): Promise<Server> {
  const server = createServer((incoming, outgoing) => {
    const answered = readRequest(incoming)
      .then((request) => answer(served, request, incoming.url ?? '/'))
      .then((response) => send(outgoing, incoming, response))
      .catch((error: unknown) => send(outgoing, incoming, brokenAnswer(error)))
    inBackground(`the answer to ${incoming.method} ${incoming.url}`, answered)
  })
  // SDK clients keep connections; one that the server closes while a request is under way would be an error.
  server.keepAliveTimeout = 0
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** What the server answers; `url` is the request's as it came, from the path on. Rejects for what is wrong with the embedded AWS itself. */
export async function answer(
  served: Served,
  request: WireRequest,
  url: string,
): Promise<WireResponse | ApiResponse> {
  const requestId = randomUUID()
  const host = (request.headers.host ?? '').replace(/:\d+$/, '').toLowerCase()
  const api = apiCall(host, request, url)
  if (api !== undefined) return served.gateway().answer(api.host, api.request, requestId)
  if (!isEndpoint(host) || served.edge().isSite(host)) {
    const asked = URL.parse(`https://${host}${url}`)
    return asked ? fetchFromEdge(served, asked, request.method, requestId) : notAUrl(requestId)
  }
  const exchange = await openExchange(request, requestId, served.unsaidRegion)
  try {
    const { principal, input } = admit(served, exchange)
    const call = { principal, region: exchange.region, requestId }
    return exchange.answer(await served.dispatch(exchange.service, exchange.operation, input, call))
  } catch (error) {
    if (error instanceof AwsError) return exchange.refuse(error)
    throw error
  }
}

/** By the API's own name, or below /api of local mode's. What is signed for another service, a bucket called api perhaps, is not meant. */
function apiCall(
  host: string,
  wire: WireRequest,
  url: string,
): { readonly host: string | undefined; readonly request: ApiRequest } | undefined {
  const { query: _, ...rest } = wire
  const request = { ...rest, search: url.split(/\?(.*)/s)[1] ?? '' }
  if (/^[a-z0-9]+\.execute-api\./.test(host)) return { host, request }
  const service = credentialScope(wire)?.service ?? 'execute-api'
  if (!isOurs(host) || service !== 'execute-api' || !/^\/api(\/|$)/.test(wire.path)) return undefined
  return { host: undefined, request: { ...request, path: wire.path.slice('/api'.length) || '/' } }
}

function isOurs(host: string): boolean {
  return /^(127\.0\.0\.1|localhost|)$/.test(host)
}

/** What is refused here never comes to dispatch, and is logged all the same. */
function admit(served: Served, exchange: Exchange): { principal: Principal; input: object } {
  let principal: Principal = anonymous
  try {
    principal = identify(served, exchange)
    return { principal, input: exchange.input() }
  } catch (error) {
    const { service, operation, region } = exchange
    const { account, arn } = principal
    const time = served.clock.now()
    if (!(error instanceof AwsError)) throw error
    const refusal = inWordsOf(service, error)
    served.calls.record({
      time,
      service,
      operation,
      account,
      region,
      principal: arn,
      input: {},
      error: refusal,
    })
    throw refusal
  }
}

const anonymous: Principal = { kind: 'anonymous', account: '', arn: 'anonymous' }

/** `<bucket>.s3.<region>.amazonaws.com` included. */
function isEndpoint(host: string): boolean {
  return isOurs(host) || /\.amazonaws\.(com|com\.cn|eu)$/.test(host)
}

/** Throws the service's own error for a request that is not signed, or by nobody that STS knows. */
function identify({ sts }: Served, { service, operation, accessKeyId, region }: Exchange): Principal {
  if (accessKeyId === undefined) {
    const open =
      service === 's3' || (service === 'sts' && /^AssumeRoleWith(WebIdentity|SAML)$/.test(operation))
    if (!open) throw unsigned(service)
    return anonymous
  }
  const principal = sts().principal(accessKeyId, region)
  if (!principal) throw unknownAccessKey(service)
  return principal
}

async function fetchFromEdge(
  { edge }: Pick<World, 'edge'>,
  url: URL,
  method: string,
  requestId: string,
): Promise<WireResponse> {
  const identified = { 'x-amzn-requestid': requestId }
  try {
    const { status, headers, body } = await edge().fetch(url, method)
    return { status, headers: { ...headers, ...identified }, body }
  } catch (error) {
    if (!(error instanceof EdgeError)) throw error
    return {
      status: 502,
      headers: { ...identified, 'content-type': 'text/plain' },
      body: `${error.message}\n`,
    }
  }
}

/** The Host header is no host. */
function notAUrl(requestId: string): WireResponse {
  const headers = { 'x-amzn-requestid': requestId, 'content-type': 'text/plain' }
  return { status: 400, headers, body: 'Bad Request\n' }
}

async function readRequest(incoming: IncomingMessage): Promise<WireRequest> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk)
  const [path = '/', search = ''] = (incoming.url ?? '/').split(/\?(.*)/s)
  const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)])
  return {
    method: incoming.method ?? 'GET',
    path,
    query: [...new URLSearchParams(search)],
    headers: Object.fromEntries(headers),
    body: Buffer.concat(chunks),
  }
}

/** For what is wrong with the embedded AWS itself, before there is a protocol to say it in. */
function brokenAnswer(error: unknown): WireResponse {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return { status: 500, headers: { 'content-type': 'text/plain' }, body: `${text}\n` }
}

function send(
  outgoing: ServerResponse,
  incoming: IncomingMessage,
  { status, headers, body }: WireResponse | ApiResponse,
): void {
  const length = Buffer.byteLength(body)
  const announced = incoming.method === 'HEAD' ? (headers['content-length'] ?? length) : length
  const sent = Object.entries({ ...headers, 'content-length': announced })
  for (const [name, value] of sent) outgoing.setHeader(name, value)
  outgoing.writeHead(status)
  outgoing.end(incoming.method === 'HEAD' ? undefined : body)
}
