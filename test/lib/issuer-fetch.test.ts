import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createIssuerFetch, type FetchSeams } from '../../lib/issuer-fetch.ts'

const URL_OF_KEYS = 'https://irsa.golem.gigantic.io/openid/v1/jwks'

/** A server on 127.0.0.1 in place of the public internet, for one test. */
async function theInternet(answer: RequestListener, seams: FetchSeams = {}) {
  const requests: IncomingMessage[] = []
  const server = createServer((request, response) => {
    requests.push(request)
    answer(request, response)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const fetchIssuer = createIssuerFetch(`http://127.0.0.1:${address.port}`, seams)
  const close = () => new Promise((resolve) => server.close(resolve))
  return { fetchIssuer, requests, port: address.port, close }
}

describe('what is asked', () => {
  test('is one GET of the path, with the issuer’s host and nothing that tells who asks', async () => {
    const { fetchIssuer, requests } = await theInternet((_, response) => response.end('{}'))

    await fetchIssuer(URL_OF_KEYS)

    expect(requests.map(({ method, url, headers }) => ({ method, url, headers }))).toEqual([
      {
        method: 'GET',
        url: '/openid/v1/jwks',
        headers: { host: 'irsa.golem.gigantic.io', accept: 'application/json', connection: 'close' },
      },
    ])
  })
})

describe('what comes', () => {
  test('is the body, byte for byte and from every chunk', async () => {
    const body = '\uFEFF{"a": "ä€𝄞"}\r\n'
    const { fetchIssuer } = await theInternet((_, response) => {
      const bytes = Buffer.from(body)
      // In the midst of a character.
      response.write(bytes.subarray(0, 12), () => response.end(bytes.subarray(12)))
    })

    expect(await fetchIssuer(URL_OF_KEYS)).toEqual({ body })
  })

  test('may be empty', async () => {
    const { fetchIssuer } = await theInternet((_, response) => response.end())

    expect(await fetchIssuer(URL_OF_KEYS)).toEqual({ body: '' })
  })

  test('may have 128 KiB, and not a byte more', async () => {
    const { fetchIssuer } = await theInternet(({ url }, response) =>
      response.end('a'.repeat(131_072 + Number(url?.slice(1)))),
    )

    expect(await fetchIssuer('https://irsa.golem.gigantic.io/0')).toEqual({ body: 'a'.repeat(131_072) })
    expect(await fetchIssuer('https://irsa.golem.gigantic.io/1')).toEqual({
      fault: 'it serves more than 131072 bytes',
    })
  })

  test('is cut off as soon as it is too much', async () => {
    const { fetchIssuer } = await theInternet((_, response) => {
      const more = (): void => {
        if (response.write('a'.repeat(65_536))) setImmediate(more)
        else response.once('drain', more)
      }
      more()
    })

    expect(await fetchIssuer(URL_OF_KEYS)).toEqual({ fault: 'it serves more than 131072 bytes' })
  })
})

describe('what is in the way', () => {
  test.each([204, 400, 403, 404, 421, 500, 502, 503])('is status %i', async (status) => {
    const { fetchIssuer } = await theInternet((_, response) => response.writeHead(status).end('secret'))

    expect(await fetchIssuer(URL_OF_KEYS)).toEqual({ fault: `it answers with status ${status}` })
  })

  test.each([301, 302, 303, 307, 308])('is a redirect, which is not followed: %i', async (status) => {
    const { fetchIssuer, requests } = await theInternet((_, response) =>
      response.writeHead(status, { location: '/elsewhere' }).end(),
    )

    expect(await fetchIssuer(URL_OF_KEYS)).toEqual({ fault: `it answers with status ${status}` })
    expect(requests).toHaveLength(1)
  })

  test('is a status, whatever comes with it', async () => {
    const { fetchIssuer } = await theInternet((_, response) =>
      response.writeHead(404).end('a'.repeat(131_073)),
    )

    expect(await fetchIssuer(URL_OF_KEYS)).toEqual({ fault: 'it answers with status 404' })
  })

  test.each<[string, RequestListener]>([
    ['does not come', () => undefined],
    ['does not end', (_, response) => response.writeHead(200).write('{')],
    ['breaks off in its first line', ({ socket }) => socket.write('HTTP/1.1 2')],
  ])('is that the answer %s in time', async (_, answer) => {
    const { fetchIssuer } = await theInternet(answer, { timeoutMilliseconds: 50 })

    expect(await fetchIssuer(URL_OF_KEYS)).toEqual({ fault: 'it does not answer within 0.05 seconds' })
  })

  test('is a connection that is refused', async () => {
    const { fetchIssuer, close } = await theInternet((_, response) => response.end())
    await close()

    expect(await fetchIssuer(URL_OF_KEYS)).toEqual({ fault: expect.stringMatching(/^ECONNREFUSED: /) })
  })

  test.each<[string, RequestListener]>([
    ['before the answer', ({ socket }) => socket.destroy()],
    [
      'in the midst of it',
      ({ socket }, response) => {
        response.writeHead(200, { 'content-length': 9 })
        response.write('half', () => socket.destroy())
      },
    ],
  ])('is a connection that ends %s', async (_, answer) => {
    const { fetchIssuer } = await theInternet(answer)

    expect(await fetchIssuer(URL_OF_KEYS)).toEqual({ fault: expect.stringMatching(/^ECONNRESET: /) })
  })

  test('is an answer that is no HTTP', async () => {
    const { fetchIssuer } = await theInternet(({ socket }) => socket.end('hello\r\n\r\n'))

    expect(await fetchIssuer(URL_OF_KEYS)).toEqual({ fault: expect.stringMatching(/^HPE_/) })
  })
})

describe('the endpoint', () => {
  test.each([
    'https://127.0.0.1:4566',
    'http://localhost:4566',
    'http://0.0.0.0:4566',
    'http://10.0.0.1:4566',
    'http://127.0.0.1.example.com',
    'http://example.com/127.0.0.1',
    'http://127.0.0.1@example.com',
    'http://[::]:4566',
    'http://[::ffff:10.0.0.1]:4566',
  ])('is never another one than a loopback address over HTTP: %s', (endpoint) => {
    expect(() => createIssuerFetch(endpoint)).toThrow(RangeError)
  })

  test('may be IPv6’s', async () => {
    const { close, port } = await theInternet((_, response) => response.end())
    await close()
    const fetchIssuer = createIssuerFetch(`http://[::1]:${port}`)

    // Refused, or unreachable on a machine without IPv6; never looked up as a name.
    expect(await fetchIssuer(URL_OF_KEYS)).toEqual({
      fault: expect.stringMatching(/^(ECONN|EADDR|ENET|EAF)/),
    })
  })
})
