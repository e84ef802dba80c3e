import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PrivateKeyInInput } from '../../../lib/errors.ts'
import { fieldName, holdsPrivateKey, refusePrivateKeys } from '../../../lib/oidc/private-key.ts'
import { EC_CERTIFICATE_PEM, EC_PEM, RSA_MODULUS, RSA_PEM, RSA_PKCS1_PEM } from './keys.ts'

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const pkcs8 = ec.export({ type: 'pkcs8', format: 'pem' }).toString()
const base64 = (der: Buffer) => der.toString('base64')

describe('holdsPrivateKey sees', () => {
  test.each<[string, unknown]>([
    ['armour in a text', `the key is ${pkcs8}`],
    ['armour on one line', pkcs8.replaceAll('\n', ' ')],
    ['armour whose end is missing', pkcs8.slice(0, 60)],
    ['armour whose beginning is missing', pkcs8.slice(-50)],
    ['armour in base64 again, as in a Kubernetes Secret', { data: { key: base64(Buffer.from(pkcs8)) } }],
    ['armour in base64 twice', base64(Buffer.from(base64(Buffer.from(pkcs8))))],
    ['armour in base64 that begins before it', base64(Buffer.from(`the key: ${pkcs8}`))],
    ['armour in lines of base64', base64(Buffer.from(pkcs8)).replaceAll(/.{76}/g, '$&\n')],
    ['armour in hexadecimal digits', Buffer.from(pkcs8).toString('hex')],
    ['a JWK in base64', base64(Buffer.from(JSON.stringify(ec.export({ format: 'jwk' }))))],
    [
      'PKCS #8 in hexadecimal digits',
      ec.export({ type: 'pkcs8', format: 'der' }).toString('hex').toUpperCase(),
    ],
    ['PKCS #8 in base64url', ec.export({ type: 'pkcs8', format: 'der' }).toString('base64url')],
    ['PKCS #8 in base64 twice', base64(Buffer.from(base64(ec.export({ type: 'pkcs8', format: 'der' }))))],
    ['armour in a URL', `https://example.com/?key=${encodeURIComponent(pkcs8)}`],
    ['PKCS #8 without armour', base64(ec.export({ type: 'pkcs8', format: 'der' }))],
    ['PKCS #1 without armour', base64(rsa.export({ type: 'pkcs1', format: 'der' }))],
    ['SEC 1 without armour', base64(ec.export({ type: 'sec1', format: 'der' }))],
    [
      'the beginning of a key in a text',
      `key=${base64(rsa.export({ type: 'pkcs1', format: 'der' })).slice(0, 60)}`,
    ],
    [
      'encrypted PKCS #8 without armour',
      base64(ec.export({ type: 'pkcs8', format: 'der', cipher: 'aes-256-cbc', passphrase: 'x' })),
    ],
    ['a JWK', { a: [{ ...ec.export({ format: 'jwk' }) }] }],
    ['a symmetric JWK', { kty: 'oct', k: 'AQAB' }],
    ['further primes', { kty: 'RSA', oth: [{ r: 'AQAB' }] }],
    ['a JWK as text', JSON.stringify(ec.export({ format: 'jwk' }))],
    ['a name', { a: { [pkcs8]: 1 } }],
  ])('%s', (_, value) => {
    expect(holdsPrivateKey(value)).toBe(true)
  })

  test('one at the bottom of a very deep value', () => {
    let value: unknown = pkcs8
    for (let depth = 0; depth < 300_000; depth++) value = [value]

    expect(() => refusePrivateKeys(value, 'detail')).toThrow(
      new PrivateKeyInInput(`detail${'[0]'.repeat(10)}…`),
    )
  })
})

describe('holdsPrivateKey sees none in', () => {
  test.each<[string, unknown]>([
    ['public keys and certificates', [RSA_PEM, RSA_PKCS1_PEM, EC_PEM, EC_CERTIFICATE_PEM, RSA_MODULUS]],
    [
      'a public JWK',
      { keys: [generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' })] },
    ],
    ['tags named like members of a JWK', { tags: { d: 'x', k: 'y', q: 'z' } }],
    ['public keys in base64 again', base64(Buffer.from(RSA_PEM + EC_CERTIFICATE_PEM))],
    ['public keys in hexadecimal digits', Buffer.from(RSA_PEM + EC_CERTIFICATE_PEM).toString('hex')],
    ['digests', [`sha256:${'a1b2c3d4'.repeat(8)}`, '3082'.repeat(20)]],
    ['null', null],
    ['numbers', [1, 2]],
    ['words about private keys', 'team private-key rotation'],
  ])('%s', (_, value) => {
    expect(holdsPrivateKey(value)).toBe(false)
  })

  test('any JSON without armour or key members', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
        expect(holdsPrivateKey(value)).toBe(false)
      }),
    )
  })
})

describe('refusePrivateKeys', () => {
  test('names the place', () => {
    const detail = { cluster: 'x', jwks: { keys: [{ kty: 'EC' }, { kty: 'EC', d: 'AQAB' }] } }

    expect(() => refusePrivateKeys(detail, 'detail')).toThrow(new PrivateKeyInInput('detail.jwks.keys[1].d'))
  })

  test('names the object when the secret is in a name', () => {
    expect(() => refusePrivateKeys({ tags: { [pkcs8]: '' } }, 'detail')).toThrow(
      new PrivateKeyInInput('detail.tags'),
    )
  })
})

describe('fieldName', () => {
  test('shows names and places', () => {
    expect(fieldName('detail', ['tags', 'kubernetes.io/name', 3, 'x'])).toBe(
      'detail.tags.kubernetes.io/name[3].x',
    )
  })

  test('hides names that could be secrets', () => {
    expect(fieldName('detail', ['a b', 'x'.repeat(41)])).toBe(
      'detail.(a name that is not shown).(a name that is not shown)',
    )
  })
})
