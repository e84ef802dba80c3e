/** Reads an issuer's document from outside: over the public DNS and HTTPS, as STS and IAM do. */
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'

/** What came, or what was in the way, in words that follow the URL. */
export type Fetched = { readonly body: string } | { readonly fault: string }
export type FetchIssuer = (url: string) => Promise<Fetched>

/** STS gives up on a slow issuer; it does not say when. */
const TIMEOUT_MILLISECONDS = 5_000
/** Of a JWK Set with 100 keys of each type; a discovery document has some hundred. */
const MAX_BYTES = 262_144

/**
 * Follows no redirect and sends nothing but the request. `endpoint` (http://127.0.0.1:4566) is connected to instead, with
 * the issuer's `Host`: local mode. Throws RangeError for one that is not a loopback address.
 */
export function createIssuerFetch(endpoint?: string): FetchIssuer {
  if (endpoint !== undefined) checkLoopback(new URL(endpoint))
  return (url) => fetchDocument(new URL(url), endpoint === undefined ? undefined : new URL(endpoint))
}

function checkLoopback({ protocol, hostname }: URL): void {
  if (protocol !== 'http:' || !/^(127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname))
    throw new RangeError(
      'ISSUER_ENDPOINT must be http:// and a loopback address: it replaces the public internet.',
    )
}

function fetchDocument(url: URL, endpoint: URL | undefined): Promise<Fetched> {
  const options = {
    method: 'GET',
    path: url.pathname,
    headers: { host: url.host, accept: 'application/json' },
    signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
    agent: false,
  } as const
  return new Promise((resolve) => {
    const request =
      endpoint === undefined
        ? requestHttps({ ...options, host: url.hostname, servername: url.hostname })
        : requestHttp({ ...options, host: bareAddress(endpoint), port: endpoint.port })
    request.on('error', (error) => resolve({ fault: faultOf(error) }))
    request.on('response', (response) => {
      const chunks: Buffer[] = []
      let bytes = 0
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes > MAX_BYTES) request.destroy(new Error(`it serves more than ${MAX_BYTES} bytes`))
        else chunks.push(chunk)
      })
      response.on('error', (error) => resolve({ fault: faultOf(error) }))
      response.on('end', () => {
        const { statusCode } = response
        resolve(
          statusCode === 200
            ? { body: Buffer.concat(chunks).toString('utf8') }
            : { fault: `it answers with status ${statusCode}` },
        )
      })
    })
    request.end()
  })
}

/** A socket takes an IPv6 address without the brackets that it has in a URL. */
function bareAddress({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '')
}

/** https://nodejs.org/api/errors.html#common-system-errors and TLS's own codes: the message says which. */
function faultOf(error: Error): string {
  const isTimeout = error.name === 'AbortError' || error.name === 'TimeoutError'
  if (isTimeout) return `it does not answer within ${TIMEOUT_MILLISECONDS / 1000} seconds`
  const code = 'code' in error && typeof error.code === 'string' ? `${error.code}: ` : ''
  return code === 'ENOTFOUND: ' ? 'its name is not in the DNS yet' : `${code}${error.message}`
}
