/** Facts from https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html */
import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { SUBJECT } from './fixture.ts'
import { cluster, forge, rsaKey } from './tokens.ts'

const rsa = rsaKey('rsa')
const other = rsaKey('other')
const invalid = { code: 'InvalidIdentityToken', status: 400 }
const seconds = (date: Date) => Math.floor(date.getTime() / 1000)

describe('a signature', () => {
  test.each<[string, (token: string) => string]>([
    ['of another payload', (token) => forge(token, { claims: { sub: `${SUBJECT}-admin` } })],
    ['with a byte changed', (token) => token.replace(/.{4}$/, (end) => (end === 'AAAA' ? 'BBBB' : 'AAAA'))],
    ['left out', (token) => forge(token, { signature: '' })],
    ['of none', (token) => forge(token, { header: { alg: 'none', kid: 'rsa' }, signature: '' })],
    ['of none, in another case', (token) => forge(token, { header: { alg: 'None' }, signature: '' })],
  ])('%s makes the token invalid', async (_, tamper) => {
    const { exchange, token } = await cluster([rsa, other])

    await expect(exchange(tamper(token()))).rejects.toMatchObject(invalid)
  })

  test('that is an HMAC with the public key as its secret makes the token invalid', async () => {
    const { exchange, token } = await cluster([rsa, other])
    const unsigned = forge(token(), { header: { alg: 'HS256', kid: 'rsa' } })
    const signed = unsigned.slice(0, unsigned.lastIndexOf('.'))
    const signature = createHmac('sha256', JSON.stringify(rsa.jwk)).update(signed).digest('base64url')

    await expect(exchange(`${signed}.${signature}`)).rejects.toMatchObject(invalid)
  })

  test('by another key under the name of the published one makes the token invalid', async () => {
    const { exchange, token } = await cluster([rsa, other])

    await expect(exchange(token({}, rsaKey('rsa')))).rejects.toMatchObject(invalid)
  })
})

describe('a token in time', () => {
  const expired = { code: 'ExpiredTokenException', status: 400 }

  test('is expired from its expiry on', async () => {
    const { clock, exchange, token } = await cluster([rsa, other])
    const right = token()

    clock.advance(3_599_000)
    await expect(exchange(right)).resolves.toBeDefined()

    clock.advance(1_000)
    await expect(exchange(right)).rejects.toMatchObject(expired)
  })

  test('is refused for its age, however long it is valid', async () => {
    const { clock, exchange, token } = await cluster([rsa, other])
    const right = token({ claims: { exp: seconds(clock.now()) + 30 * 86_400 } })

    clock.advance(153_938_000)
    await expect(exchange(right)).rejects.toMatchObject({ ...expired, message: 'Token too old: 153938' })
  })

  test.each(['iat', 'nbf'])('is not valid before its %s', async (claim) => {
    const { clock, exchange, token } = await cluster([rsa, other])
    const hence = seconds(clock.now()) + 3600
    const early = token({ claims: { [claim]: hence, exp: hence + 3600 } })

    await expect(exchange(early)).rejects.toMatchObject(invalid)

    clock.advance(3_600_000)
    await expect(exchange(early)).resolves.toBeDefined()
  })
})

describe('our own limits, where AWS documents none,', () => {
  test.each([
    ['iat', { iat: 300 }, { iat: 301 }],
    ['nbf', { nbf: 300 }, { nbf: 301 }],
    ['age', { iat: -86_400 }, { iat: -86_401 }],
  ])('hold to the second: %s', async (_, within, beyond) => {
    const { clock, exchange, token } = await cluster([rsa, other])
    const at = (claims: object) =>
      Object.fromEntries(Object.entries(claims).map(([name, after]) => [name, seconds(clock.now()) + after]))

    await expect(exchange(token({ claims: at(within) }))).resolves.toBeDefined()
    await expect(exchange(token({ claims: at(beyond) }))).rejects.toMatchObject({ status: 400 })
  })
})

describe('a request', () => {
  test('may have a token of 20,000 characters', async () => {
    const { exchange, token } = await cluster([rsa, other])
    const { length: shortest } = token({ claims: { note: '' } })
    // Four characters for three bytes.
    const long = token({ claims: { note: 'a'.repeat(Math.floor(((20_000 - shortest) * 3) / 4)) } })

    expect(long).toHaveLength(20_000)
    await expect(exchange(long)).resolves.toBeDefined()
  })

  test.each<[string, object, string]>([
    ['with a token of three characters', { WebIdentityToken: 'a.b' }, 'ValidationError'],
    ['with a token of 20,001', { WebIdentityToken: 'a'.repeat(20_001) }, 'ValidationError'],
    ['for less than a quarter of an hour', { DurationSeconds: 899 }, 'ValidationError'],
    ['for longer than the role allows', { DurationSeconds: 3601 }, 'ValidationError'],
    ['with a session name that is none', { RoleSessionName: 'a b' }, 'ValidationError'],
    ['with a role that is none', { RoleArn: 'app' }, 'ValidationError'],
    ['with a session policy of 2,049', { Policy: ' '.repeat(2049) }, 'ValidationError'],
    ['with a session policy that is none', { Policy: '{}' }, 'MalformedPolicyDocument'],
    ['with managed session policies', { PolicyArns: [] }, 'NotInLocalMode'],
    ['with a provider of OAuth 2.0', { ProviderId: 'www.amazon.com' }, 'NotInLocalMode'],
  ])('%s is refused', async (_, input, code) => {
    const { exchange, token } = await cluster([rsa, other])

    await expect(exchange(token(), input)).rejects.toMatchObject({ code })
  })

  test('can give the session less than the role', async () => {
    const { exchange, principal, token } = await cluster([rsa, other])
    const document = { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: 's3:*', Resource: '*' }] }

    const { Credentials } = await exchange(token(), { Policy: JSON.stringify(document) })

    expect(principal(Credentials)).toMatchObject({ sessionPolicies: [document] })
  })

  test.each(['tags', 'source_identity', 'roles'])(
    'whose token has the claim %s, which AWS reads and local mode does not, fails loudly',
    async (name) => {
      const { exchange, token } = await cluster([rsa, other])
      const claims = { [`https://aws.amazon.com/${name}`]: ['a'] }

      await expect(exchange(token({ claims }))).rejects.toMatchObject({ code: 'NotInLocalMode' })
    },
  )
})
