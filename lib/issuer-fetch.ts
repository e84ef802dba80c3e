/** Reads an issuer's document from outside: over the public DNS and HTTPS, as STS and IAM do. */
import type { LookupAddress } from 'node:dns'
import { lookup } from 'node:dns/promises'
import { type ClientRequest, request as requestHttp } from 'node:http'
import { type RequestOptions, request as requestHttps } from 'node:https'
import type { LookupFunction } from 'node:net'
import { MAX_DOCUMENT_BYTES } from './oidc/jwks.ts'
import { isPublicAddress } from './public-address.ts'

/** What came, or what was in the way, in words that follow the URL. */
export type Fetched = { readonly body: string } | { readonly fault: string }
export type FetchIssuer = (url: string) => Promise<Fetched>

/** What a test puts in place of the network and the time. */
export interface FetchSeams {
  readonly resolve?: (host: string) => Promise<readonly LookupAddress[]>
  readonly request?: (options: RequestOptions) => ClientRequest
  /** For everything together, the look-up included. */
  readonly timeoutMilliseconds?: number
}

/** STS gives up on a slow issuer; it does not say when. */
const TIMEOUT_MILLISECONDS = 5_000
const HTTPS_PORT = 443

/**
 * Follows no redirect, sends nothing but the request, and connects to public addresses only. `endpoint`
 * (http://127.0.0.1:4566) is connected to instead, with the issuer's `Host`: local mode. Throws RangeError for one that is
 * not a loopback address.
 */
export function createIssuerFetch(endpoint?: string, seams: FetchSeams = {}): FetchIssuer {
  const { timeoutMilliseconds = TIMEOUT_MILLISECONDS } = seams
  const findServer = endpoint === undefined ? publicServer(seams) : loopbackServer(new URL(endpoint))
  return async (text) => {
    const url = URL.canParse(text) ? new URL(text) : undefined
    if (url === undefined || !isPlain(url))
      return {
        fault: 'it is not https:// and a DNS name, on port 443, without user info, query and fragment',
      }
    const signal = AbortSignal.timeout(timeoutMilliseconds)
    try {
      return { body: await readBody(await findServer(url, signal), url, signal) }
    } catch (error) {
      return { fault: faultOf(error, timeoutMilliseconds) }
    }
  }
}

/** Sends a request to the server that was found. */
type Send = (options: RequestOptions) => ClientRequest
type FindServer = (url: URL, signal: AbortSignal) => Promise<Send>

/** A name can be its owner's way into our network; and what it has been looked up to is what is connected to. */
function publicServer({ resolve = resolveEverything, request = requestHttps }: FetchSeams): FindServer {
  return async ({ hostname }, signal) => {
    const addresses = await unlessAborted(resolve(hostname), signal)
    if (addresses.length === 0) throw new Error(NOT_IN_DNS)
    if (!addresses.every(({ address }) => isPublicAddress(address)))
      throw new Error('its name has an address that is not public')
    const server = { host: hostname, servername: hostname, port: HTTPS_PORT, lookup: answering(addresses) }
    return (options) => request({ ...options, ...server })
  }
}

function loopbackServer({ protocol, hostname, port }: URL): FindServer {
  if (protocol !== 'http:' || !/^(127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname))
    throw new RangeError(
      'ISSUER_ENDPOINT must be http:// and a loopback address: it replaces the public internet.',
    )
  // A socket takes an IPv6 address without the brackets that it has in a URL.
  const server = { host: hostname.replace(/^\[|\]$/g, ''), port }
  return async () => (options) => requestHttp({ ...options, ...server })
}

/** The host as the URL standard has it: lower case, punycode, every IPv4 address in its one form, IPv6 in brackets. */
function isPlain({ protocol, username, password, hostname, port, href }: URL): boolean {
  const hasUserInfo = username !== '' || password !== ''
  return protocol === 'https:' && port === '' && !hasUserInfo && !/[?#]/.test(href) && DNS_NAME.test(hostname)
}

/** RFC 1123 §2.1: at least two labels, the last one beginning with a letter. */
const DNS_NAME = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/

function resolveEverything(host: string): Promise<readonly LookupAddress[]> {
  return lookup(host, { all: true, order: 'verbatim' })
}

/** A look-up cannot be called off. */
function unlessAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    promise.then(resolve, reject)
  })
}

/** What Node asks when it connects: another look-up could have another answer. */
function answering(addresses: readonly LookupAddress[]): LookupFunction {
  return (_, { all }, answer) => {
    const [first] = addresses
    if (all) answer(null, [...addresses])
    else answer(null, first?.address ?? '', first?.family)
  }
}

/** Rejects with what is in the way. */
function readBody(send: Send, url: URL, signal: AbortSignal): Promise<string> {
  const headers = { host: url.host, accept: 'application/json' }
  return new Promise((resolve, reject) => {
    const request = send({ method: 'GET', path: url.pathname, headers, signal, agent: false })
    const giveUp = (fault: string) => {
      reject(new Error(fault))
      request.destroy()
    }
    request.on('error', reject)
    request.on('response', (response) => {
      response.on('error', reject)
      if (response.statusCode !== 200) return giveUp(`it answers with status ${response.statusCode}`)
      const chunks: Buffer[] = []
      let bytes = 0
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes > MAX_DOCUMENT_BYTES) giveUp(`it serves more than ${MAX_DOCUMENT_BYTES} bytes`)
        else chunks.push(chunk)
      })
      response.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
    })
    request.end()
  })
}

const NOT_IN_DNS = 'its name is not in the DNS yet'

/** https://nodejs.org/api/errors.html#common-system-errors and TLS's own codes: the message says which. */
function faultOf(error: unknown, timeoutMilliseconds: number): string {
  if (!(error instanceof Error)) throw error
  if (error.name === 'AbortError' || error.name === 'TimeoutError')
    return `it does not answer within ${timeoutMilliseconds / 1000} seconds`
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  if (code === undefined) return error.message
  if (code === 'ENOTFOUND') return NOT_IN_DNS
  // Node's own words name what the certificate is for, which is the server's to choose.
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return `${code}: its certificate is for another name`
  // One for each address, and none for all of them.
  const [first] = error instanceof AggregateError ? error.errors : []
  return `${code}: ${first instanceof Error ? first.message : error.message}`
}
