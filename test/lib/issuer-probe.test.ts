import { once } from 'node:events'
import { type ConnectionOptions, connect, createServer } from 'node:tls'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createIssuerProbe } from '../../lib/issuer-probe.ts'
import { selfSigned } from './self-signed.ts'

const HOST = 'irsa.golem.gigantic.io'
const TRUSTED = selfSigned(HOST)
const OTHER = selfSigned('other.gigantic.io')
const ADDRESS = '18.66.0.1'

const resolving = (...addresses: string[]) => ({
  resolve: async () => addresses.map((address) => ({ address, family: 4 })),
})

/** A server on 127.0.0.1 that is found wherever the probe connects to, and to what that was. */
async function theInternet(certificate = TRUSTED, { ca = TRUSTED.cert } = {}) {
  const server = createServer(certificate, (socket) => socket.on('error', () => undefined))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => void server.close())
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const asked: ConnectionOptions[] = []
  const open = (options: ConnectionOptions) => {
    asked.push(options)
    return connect({ ...options, host: '127.0.0.1', port: address.port, ca })
  }
  return { open, asked }
}

describe('the probe of an issuer', () => {
  test('tells its addresses, and what its certificate says', async () => {
    const { open, asked } = await theInternet()

    const probe = await createIssuerProbe({ ...resolving(ADDRESS), open })(HOST)

    expect(probe).toEqual({
      dns: { addresses: [ADDRESS] },
      tls: { protocol: 'TLSv1.3', authority: HOST, validTo: new Date('9999-12-31T23:59:59Z') },
    })
    expect(asked).toMatchObject([{ host: ADDRESS, port: 443, servername: HOST }])
  })

  test.each([
    ['that no authority vouches for', selfSigned(HOST), TRUSTED.cert, /self-signed|signature failure/],
    ['for another name', OTHER, OTHER.cert, /does not match certificate/],
  ])('says of a certificate %s what is wrong', async (_, certificate, ca, fault) => {
    const { open } = await theInternet(certificate, { ca })

    const { tls } = await createIssuerProbe({ ...resolving(ADDRESS), open })(HOST)

    expect(tls).toEqual({ fault: expect.stringMatching(fault) })
  })

  test.each([
    ['an address that is not public', resolving('10.0.0.1'), '10.0.0.1 is not an address'],
    ['no address', resolving(), 'it has no address'],
    [
      'a name that is not in the DNS',
      {
        resolve: () =>
          Promise.reject(Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' })),
      },
      'ENOTFOUND',
    ],
  ])('connects to nothing for %s', async (_, dns, fault) => {
    const { open, asked } = await theInternet()

    const probe = await createIssuerProbe({ ...dns, open })(HOST)

    expect(probe).toEqual({ dns: { fault: expect.stringContaining(fault) }, tls: undefined })
    expect(asked).toEqual([])
  })
})
