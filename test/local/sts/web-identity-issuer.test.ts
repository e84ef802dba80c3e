/** What STS finds on the public internet, and what it makes of that. */
import { describe, expect, test } from 'vitest'
import {
  ACCOUNT,
  ISSUER,
  OTHER_ACCOUNT,
  type StsFixture,
  SUBJECT,
  stsFixture,
  trustIssuer,
} from './fixture.ts'
import { cluster, ecKey, rsaKey, serveIssuer, signToken } from './tokens.ts'

const rsa = rsaKey('rsa')
const discoveryUrl = `${ISSUER}/.well-known/openid-configuration`
const jwksUrl = `${ISSUER}/openid/v1/jwks`
const discovery = { issuer: ISSUER, jwks_uri: jwksUrl }

async function servedIssuer() {
  const made = await cluster([rsa])
  return {
    ...made,
    exchange: async (key = rsa, more: object = {}) => made.exchange(await made.token({}, key), more),
  }
}

const noKey = {
  code: 'InvalidIdentityToken',
  status: 400,
  message: expect.stringContaining("Couldn't retrieve verification key"),
}

describe('an issuer', () => {
  test.each<[string, (fixture: Pick<StsFixture, 'serve' | 'unserve'>) => unknown]>([
    ['that cannot be reached', ({ unserve }) => unserve(discoveryUrl)],
    ['that answers 403', ({ serve }) => serve(discoveryUrl, discovery, 403)],
    ['that answers 301', ({ serve }) => serve(discoveryUrl, discovery, 301)],
    ['whose discovery document is no JSON', ({ serve }) => serve(discoveryUrl, '<html>')],
    ['whose discovery document is empty', ({ serve }) => serve(discoveryUrl, '')],
    ['without jwks_uri', ({ serve }) => serve(discoveryUrl, { issuer: ISSUER })],
    [
      'whose keys are not on https',
      ({ serve }) => serve(discoveryUrl, { ...discovery, jwks_uri: 'http://a.b' }),
    ],
    ['whose jwks_uri is no URL', ({ serve }) => serve(discoveryUrl, { ...discovery, jwks_uri: 'https://' })],
    ['whose keys cannot be reached', ({ unserve }) => unserve(jwksUrl)],
    ['whose keys answer 404', ({ serve }) => serve(jwksUrl, { keys: [rsa.jwk] }, 404)],
    ['whose keys are no JSON', ({ serve }) => serve(jwksUrl, 'keys')],
    ['whose keys are no list', ({ serve }) => serve(jwksUrl, { keys: rsa.jwk })],
    ['without keys', ({ serve }) => serve(jwksUrl, { keys: [] })],
    ['without the key of the token', ({ serve }) => serve(jwksUrl, { keys: [rsaKey('other').jwk] })],
  ])('%s gives no verification key', async (_, change) => {
    const given = await servedIssuer()
    change(given)

    await expect(given.exchange()).rejects.toMatchObject(noKey)
  })

  test.each([`${ISSUER}/`, 'https://irsa.example.com/red', undefined])(
    'that calls itself %s is not the one of the provider',
    async (issuer) => {
      const { exchange, serve } = await servedIssuer()
      serve(discoveryUrl, { ...discovery, issuer })

      await expect(exchange()).rejects.toMatchObject({ code: 'InvalidIdentityToken' })
    },
  )

  test('may publish several keys, and its keys elsewhere', async () => {
    const { exchange, serve } = await servedIssuer()
    const ec = ecKey('ec', 'ES256')
    serve(discoveryUrl, { ...discovery, jwks_uri: 'https://keys.example.com/all' })
    serve('https://keys.example.com/all', { keys: [ec.jwk, rsa.jwk] })

    await expect(exchange(rsa)).resolves.toBeDefined()
    await expect(exchange(ec)).resolves.toBeDefined()
  })

  test('is asked for every token, so that a key which is no longer published is refused', async () => {
    const { exchange, serve } = await servedIssuer()
    await exchange()
    serve(jwksUrl, { keys: [] })

    await expect(exchange()).rejects.toMatchObject(noKey)
  })

  test.each<[string, object]>([
    ['a key that is none', { kty: 'RSA', kid: 'rsa', n: '!', e: 'AQAB' }],
    ['a key of another type', { ...ecKey('rsa', 'ES256').jwk }],
    ['a key for encryption', { ...rsa.jwk, use: 'enc' }],
  ])('that publishes %s makes the token invalid', async (_, jwk) => {
    const { exchange, serve } = await servedIssuer()
    serve(jwksUrl, { keys: [jwk] })

    await expect(exchange()).rejects.toMatchObject({ code: 'InvalidIdentityToken' })
  })

  // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html#manage-oidc-provider-prerequisites
  test('may publish 100 keys of each type, and the types count apart', async () => {
    const { exchange, serve } = await servedIssuer()
    const ec = ecKey('ec', 'ES256')
    const keys = (jwk: object, count: number) =>
      Array.from({ length: count }, (_, n) => ({ ...jwk, kid: `${n}` }))

    serve(jwksUrl, { keys: [...keys(rsa.jwk, 99), rsa.jwk, ec.jwk] })
    await expect(exchange(rsa)).resolves.toBeDefined()

    serve(jwksUrl, { keys: [...keys(rsa.jwk, 100), rsa.jwk, ec.jwk] })
    await expect(exchange(rsa)).rejects.toMatchObject({ code: 'InvalidIdentityToken' })
    await expect(exchange(ec)).resolves.toBeDefined()
  })
})

describe('a provider', () => {
  test('must be in the account of the role', async () => {
    const { createRole, exchange } = await servedIssuer()
    const RoleArn = await createRole('app', trustIssuer, { account: OTHER_ACCOUNT })

    await expect(exchange(rsa, { RoleArn })).rejects.toMatchObject({ code: 'InvalidIdentityToken' })
  })

  test('that STS has not heard of yet is none', async () => {
    const fixture = stsFixture()
    const RoleArn = await fixture.createRole('app', trustIssuer)
    serveIssuer(fixture, [rsa.jwk])
    const create = { Url: ISSUER, ClientIDList: ['sts.amazonaws.com'] }
    await fixture.inIam('CreateOpenIDConnectProvider', create, ACCOUNT)
    const WebIdentityToken = signToken(fixture, rsa)

    await expect(fixture.exchange({ RoleArn, WebIdentityToken })).rejects.toMatchObject({
      code: 'InvalidIdentityToken',
      message: `No OpenIDConnect provider found in your account for ${ISSUER}`,
    })

    fixture.clock.advance(5_000)
    await expect(fixture.exchange({ RoleArn, WebIdentityToken })).resolves.toMatchObject({
      SubjectFromWebIdentityToken: SUBJECT,
    })
  })

  test('takes only the audiences that are its client IDs', async () => {
    const { exchange, inIam } = await servedIssuer()
    const OpenIDConnectProviderArn = `arn:aws:iam::${ACCOUNT}:oidc-provider/irsa.example.com/blue`
    await inIam(
      'RemoveClientIDFromOpenIDConnectProvider',
      { OpenIDConnectProviderArn, ClientID: 'sts.amazonaws.com' },
      ACCOUNT,
    )

    await expect(exchange()).rejects.toMatchObject({ code: 'InvalidIdentityToken' })
  })
})
