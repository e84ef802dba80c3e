import { createPublicKey, generateKeyPairSync, type JsonWebKey } from 'node:crypto'
import fc from 'fast-check'
import { createLocalJWKSet, jwtVerify, SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { InvalidInput, PrivateKeyInInput } from '../../../lib/errors.ts'
import { jwksDocument, keysFromJwks, keysFromPems } from '../../../lib/oidc/jwks.ts'
import { EC_KID, EC_PEM, RSA_KID, RSA_MODULUS, RSA_PEM } from './keys.ts'

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ec = generateKeyPairSync('ec', { namedCurve: 'P-384' })
const rsaJwk: JsonWebKey = rsa.publicKey.export({ format: 'jwk' })
const ecJwk: JsonWebKey = ec.publicKey.export({ format: 'jwk' })

/** RSA 8192, by its form; making so large a key takes seconds. */
function largeJwk(number: number): JsonWebKey {
  const modulus = Buffer.alloc(1024, 255)
  modulus.writeUInt16BE(number, 512)
  return { kty: 'RSA', n: modulus.toString('base64url'), e: 'AQAB' }
}

function messages(jwks: unknown): string[] {
  return keysFromJwks(jwks).faults.map(({ path, message }) => `${path.join('.')}: ${message}`)
}

describe('jwksDocument', () => {
  test('is these exact bytes: by kid, members in one order', () => {
    const { keys } = keysFromPems([RSA_PEM, EC_PEM])

    expect(jwksDocument(keys)).toBe(
      `{"keys":[{"kty":"RSA","kid":"${RSA_KID}","use":"sig","alg":"RS256","n":"${RSA_MODULUS}","e":"AQAB"},` +
        `{"kty":"EC","kid":"${EC_KID}","use":"sig","alg":"ES256","crv":"P-256",` +
        '"x":"0OaHxIZYLpjfYTLZaWXSF6_s-Q7jRDdb59tKjloW-6s","y":"gozDVZ5pAJGm_i270NFFE90kErMjfUk_nII2YLRbegk"}]}',
    )
  })

  test('does not depend on the order of the keys', () => {
    const { keys } = keysFromPems([RSA_PEM, EC_PEM])

    expect(jwksDocument(keys.toReversed())).toBe(jwksDocument(keys))
  })

  test('publishes no member beyond the nine, whatever an object carries', () => {
    const [key] = keysFromPems([EC_PEM]).keys
    if (key === undefined) throw new Error('no key')

    expect(jwksDocument([Object.assign({ d: 'secret', key_ops: ['sign'] }, key)])).toBe(jwksDocument([key]))
  })

  test('without keys is refused', () => {
    expect(() => jwksDocument([])).toThrow(InvalidInput)
  })

  test('verifies a token that the private key has signed', async () => {
    const pem = ec.publicKey.export({ type: 'spki', format: 'pem' }).toString()
    const { keys } = keysFromPems([RSA_PEM, pem])
    const kid = keys.find((key) => key.alg === 'ES384')?.kid ?? ''
    const token = await new SignJWT({}).setProtectedHeader({ alg: 'ES384', kid }).sign(ec.privateKey)

    await expect(jwtVerify(token, createLocalJWKSet(JSON.parse(jwksDocument(keys))))).resolves.toBeDefined()
  })
})

describe('keysFromPems', () => {
  test('takes several texts, and the same key twice as one', () => {
    const { keys, faults } = keysFromPems([RSA_PEM, `${EC_PEM}${RSA_PEM}`])

    expect(faults).toEqual([])
    expect(keys.map((key) => key.kid)).toEqual([RSA_KID, EC_KID])
  })

  test('names every text that is wrong', () => {
    const { faults } = keysFromPems(['x', RSA_PEM, 'y'])

    expect(faults.map((fault) => fault.path)).toEqual([[0], [2]])
  })

  test('wants at least one', () => {
    expect(keysFromPems([]).faults).toEqual([{ path: [], message: 'must have at least one key' }])
  })

  test('refuses more keys than a document of 128 KiB holds', () => {
    const pems = Array.from({ length: 100 }, (_, index) =>
      createPublicKey({ key: largeJwk(index), format: 'jwk' })
        .export({ type: 'spki', format: 'pem' })
        .toString(),
    )

    const { faults } = keysFromPems(pems)

    expect(faults).toEqual([
      { path: [], message: expect.stringMatching(/^makes a document of 1\d{5} bytes/) },
    ])
  })

  test('refuses private keys, naming the text', () => {
    const pem = ec.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

    expect(() => keysFromPems([RSA_PEM, pem])).toThrow(new PrivateKeyInInput('serviceAccountKeys[1]'))
  })
})

describe('keysFromJwks', () => {
  test('keeps the kid and leaves out what we do not publish', () => {
    const key = { ...ecJwk, kid: 'mine', key_ops: ['verify'], x5c: ['…'], other: 1 }

    const { keys, faults } = keysFromJwks({ keys: [key], note: 'ignored' })

    expect(faults).toEqual([])
    expect(keys).toEqual([{ kid: 'mine', use: 'sig', alg: 'ES384', ...ecJwk }])
  })

  test.each(['RS256', 'RS384', 'RS512'])('takes %s for an RSA key', (alg) => {
    expect(keysFromJwks({ keys: [{ ...rsaJwk, kid: 'a', use: 'sig', alg }] }).keys[0]?.alg).toBe(alg)
  })

  test('takes the same key of one kid twice as one', () => {
    const { keys, faults } = keysFromJwks({
      keys: [
        { ...rsaJwk, kid: 'a' },
        { ...rsaJwk, kid: 'a', alg: 'RS256' },
      ],
    })

    expect(faults).toEqual([])
    expect(keys).toHaveLength(1)
  })

  test('writes a modulus with leading zeros as RFC 7518 has it', () => {
    const padded = Buffer.concat([Buffer.alloc(2), Buffer.from(rsaJwk.n ?? '', 'base64url')])

    expect(
      keysFromJwks({ keys: [{ ...rsaJwk, kid: 'a', n: padded.toString('base64url') }] }).keys[0]?.n,
    ).toBe(rsaJwk.n)
  })

  test.each([
    ['no set', null, ': must be a JWK Set: {"keys": […]}'],
    ['a list', [], ': must be a JWK Set: {"keys": […]}'],
    ['keys that are no list', { keys: {} }, ': must be a JWK Set: {"keys": […]}'],
    ['no keys', { keys: [] }, 'keys: must have at least one key'],
    ['a key that is none', { keys: ['x'] }, 'keys.0: must be a JWK'],
  ])('refuses %s', (_, jwks, message) => {
    expect(messages(jwks)).toEqual([message])
  })

  const key: Record<string, unknown> = { ...ecJwk, kid: 'a' }
  const rsaKey: Record<string, unknown> = { ...rsaJwk, kid: 'a' }
  test.each<[string, Record<string, unknown>]>([
    ['without kid', { ...key, kid: undefined }],
    ['with an empty kid', { ...key, kid: '' }],
    ['with a kid that is a number', { ...key, kid: 1 }],
    ['with a kid of odd characters', { ...key, kid: 'a#b' }],
    ['with a kid that is too long', { ...key, kid: 'a'.repeat(256) }],
    ['for encryption', { ...key, use: 'enc' }],
    ['with the algorithm of another curve', { ...key, alg: 'ES256' }],
    ['with the algorithm of another type', { ...rsaKey, alg: 'ES256' }],
    ['with an algorithm that STS does not verify', { ...rsaKey, alg: 'PS256' }],
    ['with algorithm none', { ...rsaKey, alg: 'none' }],
    ['with the curve of another key', { ...key, crv: 'P-256' }],
    ['on the curve of Bitcoin', { ...key, crv: 'secp256k1' }],
    ['off its curve', { ...key, y: key.x }],
    ['of type oct', { kty: 'oct', kid: 'a' }],
    ['of type OKP', { ...generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }), kid: 'a' }],
    ['with base64 that is padded', { ...rsaKey, e: 'AQAB==' }],
    ['with a modulus that was mangled', { ...rsaKey, n: `${rsaJwk.n?.slice(0, -3)} !` }],
    ['without modulus', { ...rsaKey, n: undefined }],
    ['with an empty modulus', { ...rsaKey, n: '' }],
    ['with a short modulus', { ...rsaKey, n: rsaJwk.n?.slice(0, 100) }],
    ['with a modulus far too long', { ...rsaKey, n: Buffer.alloc(2000, 255).toString('base64url') }],
    ['with an even modulus', { ...rsaKey, n: Buffer.alloc(256, 254).toString('base64url') }],
    ['with exponent 1', { ...rsaKey, e: 'AQ' }],
    ['with an even exponent', { ...rsaKey, e: 'AQAA' }],
    ['with an exponent that Go refuses', { ...rsaKey, e: Buffer.alloc(5, 255).toString('base64url') }],
  ])('refuses a key %s, naming it', (_, wrong) => {
    const other = { ...rsaJwk, kid: 'other' }

    const { keys, faults } = keysFromJwks({ keys: [other, wrong] })

    expect(keys.map(({ kid }) => kid)).toEqual(['other'])
    expect(faults.map((fault) => fault.path)).toEqual([['keys', 1]])
  })

  test('refuses two keys of one kid', () => {
    expect(messages({ keys: [rsaKey, key] })).toEqual(['keys.1: has the kid of another key in the list'])
  })

  test('takes 100 keys of each type, and not one more of any', () => {
    const set = (count: number) => ({
      keys: Array.from({ length: count }, (_, index) => [
        { ...rsaJwk, kid: `rsa${index}` },
        { ...ecJwk, kid: `ec${index}` },
      ]).flat(),
    })

    expect(keysFromJwks(set(100)).faults).toEqual([])
    expect(messages(set(101))).toEqual([
      'keys: has more than the 100 RSA keys that STS reads',
      'keys: has more than the 100 EC keys that STS reads',
    ])
  })

  test('takes as many keys as make a document of 128 KiB, and not a byte more', () => {
    const kids = Array.from({ length: 89 }, (_, index) => `${index}`.padEnd(39, '-'))
    const setOf = (longest: number) => ({
      keys: kids.map((kid, index) => ({ ...largeJwk(1), kid: index === 0 ? kid.padEnd(longest, '-') : kid })),
    })
    const longest = 39 + 131_072 - jwksDocument(keysFromJwks(setOf(39)).keys).length

    expect(jwksDocument(keysFromJwks(setOf(longest)).keys)).toHaveLength(131_072)
    expect(messages(setOf(longest))).toEqual([])
    expect(messages(setOf(longest + 1))).toEqual([
      'keys: makes a document of 131073 bytes, and 131072 is the most',
    ])
  })

  test.each(['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'])('refuses the private member %s', (member) => {
    const set = {
      keys: [
        { ...rsaJwk, kid: 'a' },
        { ...rsaJwk, kid: 'b', [member]: 'AQAB' },
      ],
    }

    expect(() => keysFromJwks(set)).toThrow(new PrivateKeyInInput(`jwks.keys[1].${member}`))
  })

  test('takes private members that are null or empty: some encoders write them for public keys', () => {
    expect(keysFromJwks({ keys: [{ ...rsaJwk, kid: 'a', d: null, p: '' }] }).faults).toEqual([])
  })

  test('refuses a private member even where kty is missing', () => {
    expect(() => keysFromJwks({ keys: [{ d: 'AQAB' }] })).toThrow(new PrivateKeyInInput('jwks.keys[0].d'))
  })

  test('never throws anything but PrivateKeyInInput, and what it accepts is a key', () => {
    const member = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.constant(undefined),
      fc.constantFrom(ecJwk.x, rsaJwk.n),
    )
    const jwk = fc.record(
      {
        kty: fc.constantFrom('RSA', 'EC', 'oct'),
        kid: fc.oneof(fc.constant('a'), fc.string()),
        crv: fc.constantFrom('P-256', 'P-384', 'x'),
        n: member,
        e: fc.oneof(fc.constant('AQAB'), member),
        x: member,
        y: fc.oneof(fc.constant(ecJwk.y), member),
      },
      { requiredKeys: ['kty', 'kid'] },
    )
    fc.assert(
      fc.property(fc.array(fc.oneof(jwk, fc.jsonValue()), { maxLength: 4 }), (keys) => {
        try {
          for (const { kid: _kid, use: _use, alg: _alg, ...members } of keysFromJwks({ keys }).keys)
            expect(createPublicKey({ key: { ...members }, format: 'jwk' }).type).toBe('public')
        } catch (error) {
          expect(error).toBeInstanceOf(PrivateKeyInInput)
        }
      }),
    )
  })
})
