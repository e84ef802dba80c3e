/** An issuer's host as STS meets it before it can ask for a document: its addresses in the public DNS, then its certificate. */
import type { LookupAddress } from 'node:dns'
import { lookup } from 'node:dns/promises'
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls'
import { isPublicAddress } from './public-address.ts'

export interface IssuerProbe {
  readonly dns: { readonly addresses: readonly string[] } | { readonly fault: string }
  /** Undefined: there is no public address to connect to. */
  readonly tls: Handshake | { readonly fault: string } | undefined
}

/** One that a client with nothing but the public authorities' certificates takes. */
export interface Handshake {
  /** `TLSv1.3` */
  readonly protocol: string
  /** Who vouches for the host's certificate. */
  readonly authority: string
  readonly validTo: Date
}

export type ProbeIssuer = (host: string) => Promise<IssuerProbe>

/** What a test puts in place of the network. */
export interface ProbeSeams {
  readonly resolve?: (host: string) => Promise<readonly LookupAddress[]>
  readonly open?: (options: ConnectionOptions) => TLSSocket
}

const TIMEOUT_MILLISECONDS = 5_000
const HTTPS_PORT = 443

export function createIssuerProbe({
  resolve = resolveEverything,
  open = connect,
}: ProbeSeams = {}): ProbeIssuer {
  return async (host) => {
    const addresses = await resolve(host).catch(faultOf)
    if ('fault' in addresses) return { dns: addresses, tls: undefined }
    const all = addresses.map(({ address }) => address)
    const hidden = all.filter((address) => !isPublicAddress(address))
    if (hidden.length > 0)
      return {
        dns: { fault: `${hidden.join(', ')} is not an address of the public internet` },
        tls: undefined,
      }
    const [first] = all
    if (first === undefined) return { dns: { fault: 'it has no address' }, tls: undefined }
    const options = { host: first, port: HTTPS_PORT, servername: host, timeout: TIMEOUT_MILLISECONDS }
    return { dns: { addresses: all }, tls: await shakeHands(open, options).catch(faultOf) }
  }
}

function resolveEverything(host: string): Promise<readonly LookupAddress[]> {
  return lookup(host, { all: true, order: 'verbatim' })
}

/** Node checks the chain and the name as STS does, and fetches no certificate that the server leaves out. */
function shakeHands(open: NonNullable<ProbeSeams['open']>, options: ConnectionOptions): Promise<Handshake> {
  return new Promise((resolve, reject) => {
    const socket = open(options)
    socket.once('error', reject)
    socket.once('timeout', () => {
      reject(new Error(`it does not answer within ${TIMEOUT_MILLISECONDS / 1000} seconds`))
      socket.destroy()
    })
    socket.once('secureConnect', () => {
      const { issuer, valid_to } = socket.getPeerCertificate()
      resolve({
        protocol: socket.getProtocol() ?? '',
        authority: [issuer.O ?? issuer.CN ?? ''].flat().join(', '),
        validTo: new Date(valid_to),
      })
      socket.destroy()
    })
  })
}

function faultOf(error: unknown): { readonly fault: string } {
  if (!(error instanceof Error)) throw error
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  return {
    fault: code === undefined || error.message.includes(code) ? error.message : `${code}: ${error.message}`,
  }
}
