/** Facts from https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html */
import { describe, expect, test } from 'vitest'
import { ACCOUNT, ISSUER, PROVIDER, SUBJECT } from './fixture.ts'
import { cluster, ecKey, forge, rsaKey, type TokenChange } from './tokens.ts'

const rsa = rsaKey('rsa')
const other = rsaKey('other')

const invalid = { code: 'InvalidIdentityToken', status: 400 }

test('a right token is exchanged for credentials of the role', async () => {
  const { clock, exchange, fetched, principal, RoleArn, token } = await cluster([rsa, other])

  const answer = await exchange(token())

  expect(answer).toEqual({
    Credentials: expect.objectContaining({ Expiration: new Date(clock.now().getTime() + 3_600_000) }),
    AssumedRoleUser: {
      Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/app/pod`,
      AssumedRoleId: expect.stringMatching(/^AROA[A-Z2-7]{17}:pod$/),
    },
    SubjectFromWebIdentityToken: SUBJECT,
    Audience: 'sts.amazonaws.com',
    // AWS documents the iss claim and answers the provider's ARN.
    Provider: PROVIDER,
  })
  expect(principal(answer.Credentials)).toMatchObject({ kind: 'role-session', roleArn: RoleArn })
  expect(fetched).toEqual([`${ISSUER}/.well-known/openid-configuration`, `${ISSUER}/openid/v1/jwks`])
})

describe('a key of', () => {
  test.each([
    rsaKey('a', 'RS256'),
    rsaKey('b', 'RS384'),
    rsaKey('c', 'RS512'),
    ecKey('d', 'ES256'),
    ecKey('e', 'ES384'),
    ecKey('f', 'ES512'),
  ])('$alg signs tokens that STS takes', async (key) => {
    const { alg: _, ...withoutAlg } = key.jwk
    const { exchange, token } = await cluster([key], [withoutAlg])

    await expect(exchange(token())).resolves.toMatchObject({
      SubjectFromWebIdentityToken: SUBJECT,
    })
  })

  test('PS256 does not', async () => {
    const { exchange, token } = await cluster([{ ...rsa, alg: 'PS256', jwk: { ...rsa.jwk, alg: 'PS256' } }])

    await expect(exchange(token())).rejects.toMatchObject(invalid)
  })
})

describe('a token', () => {
  test.each<[string, TokenChange]>([
    ['for another audience', { claims: { aud: 'kubernetes.default.svc' } }],
    ['whose first audience is another', { claims: { aud: ['vault', 'sts.amazonaws.com'] } }],
    ['without audience', { claims: { aud: undefined } }],
    ['for another authorized party', { claims: { azp: 'vault' } }],
    ['of an issuer without provider', { claims: { iss: 'https://irsa.example.com/red' } }],
    ['of an issuer with a slash more', { claims: { iss: `${ISSUER}/` } }],
    ['of an issuer in another case', { claims: { iss: ISSUER.toUpperCase() } }],
    ['of an issuer without https', { claims: { iss: ISSUER.replace('https', 'http') } }],
    ['without issuer', { claims: { iss: undefined } }],
    ['without subject', { claims: { sub: undefined } }],
    ['with an empty subject', { claims: { sub: '' } }],
    ['without iat', { claims: { iat: undefined } }],
    ['without exp', { claims: { exp: undefined } }],
    ['of a key that is not published', { header: { kid: 'gone' } }],
    ['that names another published key', { header: { kid: 'other' } }],
  ])('%s is invalid', async (_, change) => {
    const { exchange, token } = await cluster([rsa, other])

    await expect(exchange(token(change))).rejects.toMatchObject(invalid)
  })

  // What SignJWT would not sign.
  test.each<[string, object]>([
    ['an issuer that is no text', { iss: 42 }],
    ['a subject that is no text', { sub: 42 }],
    ['an audience that is no text', { aud: 42 }],
    ['an authorized party that is no text', { azp: 42 }],
    ['an expiry in fractions of a second', { exp: 2_000_000_000.5 }],
    ['an expiry as text', { exp: '2000000000' }],
    ['an issue time as text', { iat: '1767225600' }],
  ])('with %s is invalid', async (_, change) => {
    const { exchange, token } = await cluster([rsa, other])

    await expect(exchange(forge(token(), { claims: change }))).rejects.toMatchObject(invalid)
  })

  test.each<[string, string]>([
    ['is no JWT', 'secret'],
    ['has two parts', 'e30.e30'],
    ['has parts that are no JSON', 'a.b.c'],
  ])('that %s is invalid', async (_, text) => {
    const { exchange } = await cluster([rsa, other])

    await expect(exchange(text)).rejects.toMatchObject(invalid)
  })

  test('names its audience in azp when it has both', async () => {
    const { exchange, token } = await cluster([rsa, other])

    const claims = { aud: 'vault', azp: 'sts.amazonaws.com' }
    await expect(exchange(token({ claims }))).resolves.toMatchObject({ Audience: 'sts.amazonaws.com' })
  })
})
