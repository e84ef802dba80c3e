/** As it is deployed, without ISSUER_ENDPOINT: over the public DNS and HTTPS, to addresses that were checked. */
import type { LookupAddress } from 'node:dns'
import { once } from 'node:events'
import type { IncomingMessage, RequestListener } from 'node:http'
import { createServer, type RequestOptions, request } from 'node:https'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createIssuerFetch, type FetchSeams } from '../../lib/issuer-fetch.ts'
import { selfSigned } from './self-signed.ts'

const HOST = 'irsa.golem.gigantic.io'
const KEYS = `https://${HOST}/openid/v1/jwks`
const TRUSTED = selfSigned(HOST)
const PUBLIC: LookupAddress = { address: '2600:9000::1', family: 6 }
const OTHER_PUBLIC: LookupAddress = { address: '18.66.0.1', family: 4 }
const HERE: LookupAddress = { address: '127.0.0.1', family: 4 }

/** A server on 127.0.0.1, and how Node's own request comes to it wherever it was sent; what was asked on the way. */
async function theInternet(answer: RequestListener, { certificate = TRUSTED } = {}) {
  const server = createServer(certificate, answer)
  const names: unknown[] = []
  server.on('secureConnection', ({ servername }) => names.push(servername))
  await once(server.listen(0, HERE.address), 'listening')
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const destinations: unknown[] = []
  const detour = ({ lookup, port, ...options }: RequestOptions) =>
    request({
      ...options,
      port: address.port,
      ca: TRUSTED.cert,
      lookup: (name, lookupOptions, answered) =>
        lookup?.(name, lookupOptions, (error, addresses) => {
          destinations.push({ name, port, addresses })
          answered(error, [HERE])
        }),
    })
  return { detour, names, destinations }
}

/** Where no request may go out. */
function noRequest(): never {
  throw new Error('a request was sent')
}

function dns(...addresses: LookupAddress[]): Required<Pick<FetchSeams, 'resolve'>> & { asked: string[] } {
  const asked: string[] = []
  return {
    asked,
    resolve: async (host) => {
      asked.push(host)
      return addresses
    },
  }
}

function refusedByDns(code: string): Pick<FetchSeams, 'resolve'> {
  const error = Object.assign(new Error(`getaddrinfo ${code} ${HOST}`), { code })
  return { resolve: () => Promise.reject(error) }
}

describe('a document', () => {
  test('comes over HTTPS from the addresses that were checked, asked for by the issuer’s name', async () => {
    const requests: IncomingMessage[] = []
    const { detour, names, destinations } = await theInternet((incoming, response) => {
      requests.push(incoming)
      response.end('{"keys":[]}')
    })
    const { resolve, asked } = dns(PUBLIC, OTHER_PUBLIC)

    const fetched = await createIssuerFetch(undefined, { resolve, request: detour })(KEYS)

    expect(fetched).toEqual({ body: '{"keys":[]}' })
    expect(asked).toEqual([HOST])
    expect(destinations).toEqual([{ name: HOST, port: 443, addresses: [PUBLIC, OTHER_PUBLIC] }])
    expect(names).toEqual([HOST])
    expect(requests.map(({ method, url, headers }) => ({ method, url, headers }))).toEqual([
      {
        method: 'GET',
        url: '/openid/v1/jwks',
        headers: { host: HOST, accept: 'application/json', connection: 'close' },
      },
    ])
  })

  test('comes from the first address where Node asks for only one', async () => {
    const answers: unknown[][] = []
    const send = ({ lookup }: RequestOptions) => {
      lookup?.(HOST, { all: false }, (...answer) => answers.push(answer))
      return noRequest()
    }

    await createIssuerFetch(undefined, { ...dns(PUBLIC, OTHER_PUBLIC), request: send })(KEYS)

    expect(answers).toEqual([[null, PUBLIC.address, PUBLIC.family]])
  })

  test('is not fetched from where a redirect points', async () => {
    const { detour, destinations } = await theInternet((_, response) =>
      response.writeHead(302, { location: 'https://elsewhere.gigantic.io/' }).end(),
    )

    expect(await createIssuerFetch(undefined, { ...dns(PUBLIC), request: detour })(KEYS)).toEqual({
      fault: 'it answers with status 302',
    })
    expect(destinations).toHaveLength(1)
  })
})

describe('a URL', () => {
  test.each([
    ['over HTTP', `http://${HOST}/`],
    ['of another scheme', 'file:///etc/passwd'],
    ['with another port', `https://${HOST}:8443/`],
    ['with a user', `https://user@${HOST}/`],
    ['with a password', `https://:password@${HOST}/`],
    ['with a query', `https://${HOST}/?a`],
    ['with an empty query', `https://${HOST}/?`],
    ['with a fragment', `https://${HOST}/#a`],
    ['with an empty fragment', `https://${HOST}/#`],
    ['with an IPv4 address', 'https://18.66.0.1/'],
    ['with an IPv4 address in disguise', 'https://0x7f.1/'],
    ['with an IPv6 address', 'https://[2600:9000::1]/'],
    ['with a name of one label', 'https://localhost/'],
    ['with a name that ends with a dot', `https://${HOST}./`],
    ['with an underscore in its name', `https://_dmarc.${HOST}/`],
    ['that is none', 'irsa.golem.gigantic.io'],
  ])('%s is refused, and nobody is asked', async (_, url) => {
    const { resolve, asked } = dns(PUBLIC)

    const fetched = await createIssuerFetch(undefined, { resolve, request: noRequest })(url)

    expect(fetched).toEqual({ fault: expect.stringMatching(/^it is not https:\/\//) })
    expect(asked).toEqual([])
  })

  test('is refused in local mode too', async () => {
    expect(await createIssuerFetch('http://127.0.0.1:9')(`http://${HOST}/`)).toEqual({
      fault: expect.stringMatching(/^it is not https:\/\//),
    })
  })
})

describe('a name', () => {
  test.each<[string, LookupAddress[]]>([
    ['a private address', [{ address: '10.0.0.1', family: 4 }]],
    ['the metadata service', [{ address: '169.254.169.254', family: 4 }]],
    ['a private address in IPv6', [{ address: 'fd00:ec2::254', family: 6 }]],
    ['a private address mapped into IPv6', [{ address: '::ffff:10.0.0.1', family: 6 }]],
    ['a private address among public ones', [PUBLIC, { address: '127.0.0.1', family: 4 }, OTHER_PUBLIC]],
  ])('with %s is refused before anything is connected to, and the address is not told', async (_, found) => {
    const fetched = await createIssuerFetch(undefined, { ...dns(...found), request: noRequest })(KEYS)

    expect(fetched).toEqual({ fault: 'its name has an address that is not public' })
  })

  test.each([
    ['that is not in the DNS', refusedByDns('ENOTFOUND')],
    ['without any address', dns()],
  ])('%s is not there yet', async (_, seams) => {
    expect(await createIssuerFetch(undefined, { ...seams, request: noRequest })(KEYS)).toEqual({
      fault: 'its name is not in the DNS yet',
    })
  })

  test('that cannot be looked up is a fault with the resolver’s code', async () => {
    const fetchIssuer = createIssuerFetch(undefined, { ...refusedByDns('EAI_AGAIN'), request: noRequest })

    expect(await fetchIssuer(KEYS)).toEqual({ fault: expect.stringMatching(/^EAI_AGAIN: /) })
  })
})

describe('a server', () => {
  test('whose certificate no known authority has signed is a fault', async () => {
    const { detour } = await theInternet((_, response) => response.end('{}'), {
      certificate: selfSigned(HOST),
    })

    expect(await createIssuerFetch(undefined, { ...dns(PUBLIC), request: detour })(KEYS)).toEqual({
      fault: expect.stringMatching(/^DEPTH_ZERO_SELF_SIGNED_CERT: /),
    })
  })

  test('whose certificate is for another name is a fault, which does not repeat that name', async () => {
    const { detour } = await theInternet((_, response) => response.end('{}'))
    const fetchIssuer = createIssuerFetch(undefined, { ...dns(PUBLIC), request: detour })

    expect(await fetchIssuer('https://irsa.troll.gigantic.io/openid/v1/jwks')).toEqual({
      fault: 'ERR_TLS_CERT_ALTNAME_INVALID: its certificate is for another name',
    })
  })

  test('that refuses connections at every address is a fault that says so', async () => {
    const { port } = await closedPort()
    const send = (options: RequestOptions) =>
      request({
        ...options,
        port,
        lookup: (_, __, answered) => answered(null, [HERE, { address: '127.0.0.2', family: 4 }]),
      })

    expect(await createIssuerFetch(undefined, { ...dns(PUBLIC), request: send })(KEYS)).toEqual({
      fault: `ECONNREFUSED: connect ECONNREFUSED 127.0.0.1:${port}`,
    })
  })
})

describe('the time', () => {
  const LIMIT = { timeoutMilliseconds: 10 }
  const LATE = { fault: 'it does not answer within 0.01 seconds' }

  test('is limited while the name is looked up', async () => {
    const resolve = () => new Promise<never>(() => undefined)

    expect(await createIssuerFetch(undefined, { ...LIMIT, resolve, request: noRequest })(KEYS)).toEqual(LATE)
  })

  test('is limited while the server says nothing', async () => {
    const { detour } = await theInternet(() => undefined)

    expect(await createIssuerFetch(undefined, { ...LIMIT, ...dns(PUBLIC), request: detour })(KEYS)).toEqual(
      LATE,
    )
  })
})

async function closedPort() {
  const server = createServer()
  await once(server.listen(0, HERE.address), 'listening')
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address
}
