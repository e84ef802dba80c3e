import { assert, asyncProperty, constantFrom, jsonValue } from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Fetched } from '../../../lib/issuer-fetch.ts'
import { discoveryDocument } from '../../../lib/oidc/discovery.ts'
import { jwksDocument, keysFromPems, type PublicJwk } from '../../../lib/oidc/jwks.ts'
import { createStep } from '../../../lib/reconcile.ts'
import { issuerCheckResource } from '../../../lib/resources/issuer-check.ts'
import { EC_KID, EC_PEM, RSA_KID, RSA_PEM } from '../oidc/keys.ts'
import { golem, HOST } from './golem.ts'

const ISSUER = `https://${HOST}`
const DISCOVERY_URL = `${ISSUER}/.well-known/openid-configuration`
const JWKS_URL = `${ISSUER}/openid/v1/jwks`

const { keys: KEYS } = keysFromPems([EC_PEM, RSA_PEM])
const CLUSTER = golem({ keys: KEYS })
const DISCOVERY = { body: discoveryDocument(ISSUER) }
const JWKS = { body: jwksDocument(KEYS) }
const READY = { status: 'ready', outputs: { issuer: ISSUER, kids: [EC_KID, RSA_KID] }, differences: [] }

/** The issuer as the internet shows it, and the URLs that were asked for. */
function theIssuer({ discovery = DISCOVERY, jwks = JWKS }: { discovery?: Fetched; jwks?: Fetched } = {}) {
  const urls: string[] = []
  const answers = new Map<string, Fetched>([
    [DISCOVERY_URL, discovery],
    [JWKS_URL, jwks],
  ])
  const check = issuerCheckResource(async (url) => {
    urls.push(url)
    return answers.get(url) ?? { fault: `nobody should ask for ${url}` }
  })
  return { check, urls }
}

describe('observe', () => {
  test('is ready when both documents are served as they were published', async () => {
    const { check, urls } = theIssuer()

    expect(await check.observe(CLUSTER)).toEqual(READY)
    expect(urls).toEqual([DISCOVERY_URL, JWKS_URL])
  })

  test.each([
    ['with a trailing slash in the issuer', DISCOVERY.body.replace(ISSUER, `${ISSUER}/`)],
    ['spelt otherwise', JSON.stringify(JSON.parse(DISCOVERY.body), undefined, 2)],
    ['with a byte order mark', `\uFEFF${DISCOVERY.body}`],
    ['of another issuer', discoveryDocument('https://irsa.troll.gigantic.io')],
    ['that is empty', ''],
  ])('is pending while it serves a discovery document %s: it must be byte-identical', async (_, body) => {
    const { check } = theIssuer({ discovery: { body } })

    expect(await check.observe(CLUSTER)).toEqual({
      status: 'pending',
      reason: `${DISCOVERY_URL}: it serves another document`,
    })
  })

  test.each([
    'its name is not in the DNS yet',
    'it answers with status 403',
    'it answers with status 404',
    'it does not answer within 5 seconds',
    'ERR_TLS_CERT_ALTNAME_INVALID: Hostname/IP does not match certificate’s altnames',
  ])('is pending with the reason, whichever document it is: %s', async (fault) => {
    const discovery = theIssuer({ discovery: { fault } }).check
    const jwks = theIssuer({ jwks: { fault } }).check

    expect(await discovery.observe(CLUSTER)).toEqual({
      status: 'pending',
      reason: `${DISCOVERY_URL}: ${fault}`,
    })
    expect(await jwks.observe(CLUSTER)).toEqual({ status: 'pending', reason: `${JWKS_URL}: ${fault}` })
  })

  test('is ready when more keys are served than must be, and nobody says what was published', async () => {
    const { check } = theIssuer()

    expect(await check.observe(golem({ keys: KEYS.slice(1) }))).toMatchObject({
      status: 'ready',
      outputs: { kids: [RSA_KID] },
    })
  })

  test('demands no key that the bucket step of this run did not publish', async () => {
    const [published] = KEYS
    const kids = published === undefined ? [] : [published.kid]
    const bucket = { bucket: 'b', region: 'eu-central-1', domainName: 'd', kids }
    const { check } = theIssuer({ jwks: { body: jwksDocument(KEYS.slice(0, 1)) } })

    expect(await check.observe(golem({ keys: KEYS, outputs: { bucket } }))).toEqual({
      ...READY,
      outputs: { issuer: ISSUER, kids },
    })
  })

  test('is pending while a key is served that the bucket step of this run did not publish', async () => {
    const bucket = { bucket: 'b', region: 'eu-central-1', domainName: 'd', kids: [RSA_KID] }
    const { check } = theIssuer()

    expect(await check.observe(golem({ keys: KEYS.slice(1), outputs: { bucket } }))).toEqual({
      status: 'pending',
      reason: `${JWKS_URL}: it still serves the keys ${EC_KID}`,
    })
  })

  test('is ready whatever the order and the spelling of the JWK Set', async () => {
    const served = KEYS.toReversed().map((key) =>
      Object.fromEntries(Object.entries({ ...key, x5c: ['MII'] }).toReversed()),
    )
    const { check } = theIssuer({ jwks: { body: JSON.stringify({ keys: served }, undefined, 2) } })

    expect(await check.observe(CLUSTER)).toEqual(READY)
  })

  test('is pending while a key is missing, and names it', async () => {
    const { check } = theIssuer({ jwks: { body: jwksDocument(KEYS.slice(0, 1)) } })

    expect(await check.observe(CLUSTER)).toEqual({
      status: 'pending',
      reason: `${JWKS_URL}: it does not serve the keys ${RSA_KID} yet`,
    })
  })

  test.each<[string, Partial<PublicJwk>]>([
    ['modulus', { n: 'AQAB' }],
    ['algorithm', { alg: 'RS512' }],
    ['type', { kty: 'EC' }],
  ])('takes a key of the same kid with another %s for another key', async (_, change) => {
    const [ec, rsa] = KEYS
    const { check } = theIssuer({ jwks: { body: JSON.stringify({ keys: [ec, { ...rsa, ...change }] }) } })

    expect(await check.observe(CLUSTER)).toMatchObject({
      status: 'pending',
      reason: expect.stringContaining(`the keys ${RSA_KID} yet`),
    })
  })

  test.each([
    ['no JSON', '<html>'],
    ['nothing', ''],
    ['no JWK Set', '[]'],
    ['no list of keys', '{"keys":{}}'],
    ['what are no keys', '{"keys":[null,1,"a",[]]}'],
  ])('is pending while it serves %s', async (_, body) => {
    const { check } = theIssuer({ jwks: { body } })

    expect(await check.observe(CLUSTER)).toEqual({
      status: 'pending',
      reason: `${JWKS_URL}: it does not serve the keys ${EC_KID}, ${RSA_KID} yet`,
    })
  })

  test('is pending, never an error, whatever JSON is served', async () => {
    await assert(
      asyncProperty(constantFrom('keys', 'other'), jsonValue(), async (member, value) => {
        const { check } = theIssuer({ jwks: { body: JSON.stringify({ [member]: [value] }) } })

        expect(await check.observe(CLUSTER)).toMatchObject({ status: 'pending' })
      }),
    )
  })
})

describe('create and delete', () => {
  test('do nothing: there is nothing to make, and nothing to take away', async () => {
    const { check, urls } = theIssuer()

    expect(await check.create(CLUSTER)).toBeUndefined()
    expect(await check.delete(CLUSTER)).toBeUndefined()
    expect(urls).toEqual([])
  })

  test('a step looks once, and waits while it is pending', async () => {
    const { check, urls } = theIssuer({ jwks: { fault: 'it answers with status 403' } })

    expect(await createStep(check, CLUSTER)).toMatchObject({ status: 'pending' })
    expect(urls).toHaveLength(2)
  })
})

describe('observe of an external issuer', () => {
  const issuer = 'https://aks.example.com/tenant/cluster/'
  const discoveryUrl = 'https://aks.example.com/tenant/cluster/.well-known/openid-configuration'
  const jwksUri = 'https://aks.example.com/keys'
  const cluster = golem({ hosting: { type: 'external' }, issuer, keys: [] })
  const good = { [discoveryUrl]: JSON.stringify({ issuer, jwks_uri: jwksUri }), [jwksUri]: JWKS.body }

  async function observed(served: Readonly<Record<string, string>>) {
    const check = issuerCheckResource(async (url) => {
      const body = served[url]
      return body === undefined ? { fault: 'it answers with status 404' } : { body }
    })
    return check.observe(cluster)
  }

  test('is ready with whatever keys it serves, wherever on its host', async () => {
    expect(await observed(good)).toEqual({
      status: 'ready',
      outputs: { issuer, kids: [RSA_KID, EC_KID] },
      differences: [],
    })
  })

  test.each<[string, Record<string, string>, string]>([
    ['no discovery document', { [discoveryUrl]: '[]' }, `${discoveryUrl}: it is no JSON object`],
    [
      'another issuer, by a slash',
      { [discoveryUrl]: JSON.stringify({ issuer: issuer.slice(0, -1), jwks_uri: jwksUri }) },
      `${discoveryUrl}: it does not name ${issuer}`,
    ],
    [
      'keys on another host',
      { [discoveryUrl]: JSON.stringify({ issuer, jwks_uri: 'https://aks.example.com.evil.example/keys' }) },
      `${discoveryUrl}: its jwks_uri is not`,
    ],
    [
      'keys on another port',
      { [discoveryUrl]: JSON.stringify({ issuer, jwks_uri: 'https://aks.example.com:8443/keys' }) },
      `${discoveryUrl}: its jwks_uri is not`,
    ],
    ['no keys', { [jwksUri]: '{"keys":[]}' }, `${jwksUri}: it serves no key`],
  ])('is pending while it has %s', async (_, served, reason) => {
    expect(await observed({ ...good, ...served })).toEqual({
      status: 'pending',
      reason: expect.stringContaining(reason),
    })
  })
})
