import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { UnusableInput } from '../../../cli/failure.ts'
import { EXAMPLE_EVENT } from '../../../cli/options.ts'
import { exampleAnnouncement, givenAnnouncement } from '../../../cli/start/announcement.ts'
import { parseClusterCreatedDetail } from '../../../lib/events/cluster-created.ts'
import { STACK } from '../../lib/resources/golem.ts'
import { aDirectory, aFile } from '../temporary.ts'

const ACCOUNT = '000000000000'
const REGION = 'eu-central-1'

const EC = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const RSA = generateKeyPairSync('rsa', { modulusLength: 2048 })

function publicPem(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'pem' }).toString()
}

function privatePem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString()
}

/** Another one's key comes first. */
const DETAIL = {
  cluster: 'golem',
  baseDomain: 'golem.gigantic.io',
  serviceAccountKeys: [EC, RSA].map(({ publicKey }) => publicPem(publicKey)),
}

function given(detail: unknown, signingKey?: string) {
  const signingKeyFile = signingKey === undefined ? undefined : aFile('sa.key', signingKey)
  return givenAnnouncement(aFile('event.json', detail), signingKeyFile, ACCOUNT, REGION)
}

describe('the example', () => {
  test('is announced with a fresh key, of which only the public part is in the event', () => {
    const { detail, desired, signer } = exampleAnnouncement(EXAMPLE_EVENT, ACCOUNT, REGION)

    expect(desired).toMatchObject({ cluster: 'golem', accountId: ACCOUNT, region: REGION })
    expect(parseClusterCreatedDetail(detail, ACCOUNT, STACK)).toMatchObject({
      desired,
      keys: [{ kid: signer?.kid, alg: signer?.alg, kty: 'RSA' }],
    })
    expect(JSON.stringify(detail)).not.toContain('PRIVATE')
    expect(signer?.privateKey.type).toBe('private')
  })

  test('has another key every time', () => {
    const kids = [1, 2].map(() => exampleAnnouncement(EXAMPLE_EVENT, ACCOUNT, REGION).signer?.kid)

    expect(new Set(kids).size).toBe(2)
  })
})

describe('an event of one’s own', () => {
  test('is announced as it is in the file, and nobody can sign for it without the key', () => {
    const { detail, desired, signer } = given(DETAIL)

    expect(detail).toEqual(DETAIL)
    expect(desired).toMatchObject({ cluster: 'golem', issuer: 'https://irsa.golem.gigantic.io' })
    expect(signer).toBeUndefined()
  })

  test.each([
    ['EC', EC.privateKey, 'ES256'],
    ['RSA', RSA.privateKey, 'RS256'],
  ])('can be signed for with one of its keys: %s', (_, privateKey, alg) => {
    const { detail, signer } = given(DETAIL, privatePem(privateKey))

    const { keys } = parseClusterCreatedDetail(detail, ACCOUNT, STACK)
    expect(signer).toMatchObject({ alg, kid: keys.find((key) => key.alg === alg)?.kid })
    expect(signer?.privateKey.equals(privateKey)).toBe(true)
    expect(JSON.stringify(detail)).not.toContain('PRIVATE')
  })

  test.each([
    ['PKCS#1', RSA.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()],
    ['SEC 1', EC.privateKey.export({ type: 'sec1', format: 'pem' }).toString()],
  ])('takes the key in the older form %s too', (_, pem) => {
    expect(given(DETAIL, pem).signer).toBeDefined()
  })

  test('signs with the kid that its JWK Set gives the key', () => {
    const { serviceAccountKeys: _, ...others } = DETAIL
    const jwks = { keys: [{ ...EC.publicKey.export({ format: 'jwk' }), kid: 'mine', alg: 'ES256' }] }

    expect(given({ ...others, jwks }, privatePem(EC.privateKey)).signer).toMatchObject({ kid: 'mine' })
  })

  test.each([
    [
      'another key than the event’s',
      privatePem(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey),
    ],
    ['another curve', privatePem(generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey)],
    ['a kind of key that no event has', privatePem(generateKeyPairSync('ed25519').privateKey)],
    ['a public key', publicPem(EC.publicKey)],
    [
      'a key behind a passphrase',
      EC.privateKey
        .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
        .toString(),
    ],
    ['no key', 'hush'],
    ['nothing', ''],
  ])('is not announced with %s to sign with, and nothing of the file is shown', (_, signingKey) => {
    const attempt = () => given(DETAIL, signingKey)

    expect(attempt).toThrow(UnusableInput)
    expect(attempt).toThrow(expect.objectContaining({ message: expect.not.stringMatching(/hush|BEGIN/) }))
  })

  test.each([
    ['PKCS#8', 'pkcs8'],
    ['SEC 1', 'sec1'],
  ] as const)('says of a signing key behind a passphrase how to take that off: %s', (_, type) => {
    const pem = EC.privateKey.export({ type, format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })

    expect(() => given(DETAIL, pem.toString())).toThrow(
      /is encrypted; decrypt it first: openssl pkey -in \S+ -out /,
    )
  })

  test.each([
    ['has a member too many', { ...DETAIL, more: 1 }],
    ['holds a private key', { ...DETAIL, serviceAccountKeys: [privatePem(EC.privateKey)] }],
    ['is for another partition', { ...DETAIL, region: 'cn-north-1' }],
  ])('that %s is sent as it is, for the pipeline to refuse', (_, detail) => {
    expect(given(detail, privatePem(EC.privateKey))).toEqual({
      detail,
      desired: undefined,
      signer: undefined,
    })
  })

  test('is not announced with a signing key that is not there, and says so', () => {
    const missing = join(aDirectory(), 'sa.key')
    const attempt = () => givenAnnouncement(aFile('event.json', DETAIL), missing, ACCOUNT, REGION)

    expect(attempt).toThrow(UnusableInput)
    expect(attempt).toThrow(`${missing} cannot be read: ENOENT`)
  })

  test('is not sent when it is not JSON', () => {
    expect(() => given('cluster: golem')).toThrow(UnusableInput)
  })
})
