import { createHash, generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { InvalidInput, PrivateKeyInInput } from '../../../lib/errors.ts'
import { keysFromPem } from '../../../lib/oidc/pem.ts'
import {
  EC_CERTIFICATE_PEM,
  EC_COMPRESSED_PEM,
  EC_KID,
  EC_PEM,
  RSA_KID,
  RSA_MODULUS,
  RSA_PEM,
  RSA_PKCS1_PEM,
} from './keys.ts'

const rsaJwk = { kty: 'RSA', kid: RSA_KID, use: 'sig', alg: 'RS256', n: RSA_MODULUS, e: 'AQAB' }
const ecJwk = {
  kty: 'EC',
  kid: EC_KID,
  use: 'sig',
  alg: 'ES256',
  crv: 'P-256',
  x: '0OaHxIZYLpjfYTLZaWXSF6_s-Q7jRDdb59tKjloW-6s',
  y: 'gozDVZ5pAJGm_i270NFFE90kErMjfUk_nII2YLRbegk',
}

function read(pem: string) {
  return keysFromPem(pem, 'serviceAccountKeys[0]')
}

describe('keysFromPem reads', () => {
  test('an RSA key, with the kid that Kubernetes gives it', () => {
    expect(read(RSA_PEM)).toEqual([rsaJwk])
  })

  test('a PKCS #1 key as the same key', () => {
    expect(read(RSA_PKCS1_PEM)).toEqual([rsaJwk])
  })

  test.each([
    ['plainly', EC_PEM],
    ['with a compressed point', EC_COMPRESSED_PEM],
    ['in a certificate', EC_CERTIFICATE_PEM],
    ['under another label', EC_PEM.replaceAll('PUBLIC KEY', 'EC PUBLIC KEY')],
    ['with line ends of Windows', EC_PEM.replaceAll('\n', '\r\n')],
  ])('an EC key written %s as the same key', (_, pem) => {
    expect(read(pem)).toEqual([ecJwk])
  })

  test.each([
    ['P-256', 'ES256', 32],
    ['P-384', 'ES384', 48],
    ['P-521', 'ES512', 66],
  ])('a key on %s with algorithm %s and coordinates of full length', (crv, alg, bytes) => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: crv })
    const der = publicKey.export({ type: 'spki', format: 'der' })

    const [jwk] = read(publicKey.export({ type: 'spki', format: 'pem' }).toString())

    expect(jwk).toMatchObject({
      kty: 'EC',
      kid: createHash('sha256').update(der).digest('base64url'),
      use: 'sig',
      alg,
      crv,
    })
    expect(Buffer.from(jwk?.x ?? '', 'base64url')).toHaveLength(bytes)
    expect(Buffer.from(jwk?.y ?? '', 'base64url')).toHaveLength(bytes)
  })

  test('several blocks in one text, in their order', () => {
    expect(read(`${EC_PEM}\n\n${RSA_PEM}`).map((key) => key.kid)).toEqual([EC_KID, RSA_KID])
  })
})

describe('keysFromPem refuses', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey

  function appended(pem: string, der: Buffer): string {
    const body = Buffer.from(pem.replaceAll(/-----[^-]+-----/g, ''), 'base64')
    return `-----BEGIN PUBLIC KEY-----\n${Buffer.concat([body, der]).toString('base64')}\n-----END PUBLIC KEY-----`
  }

  function publicPem(key: { export(options: { type: 'spki'; format: 'pem' }): string | Buffer }): string {
    return key.export({ type: 'spki', format: 'pem' }).toString()
  }

  test.each([
    ['an empty text', ''],
    ['no PEM', 'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQDx'],
    ['a block that is cut off', RSA_PEM.slice(0, 300)],
    ['a second block that is cut off', `${EC_PEM}${RSA_PEM.slice(0, 300)}`],
    ['a block without its beginning', `${EC_PEM}${RSA_PEM.slice(300)}`],
    ['text between the blocks', `${EC_PEM}a comment\n${RSA_PEM}`],
    ['labels that differ', EC_PEM.replace('END PUBLIC KEY', 'END EC PUBLIC KEY')],
    ['headers inside the block', EC_PEM.replace('-----\n', '-----\nProc-Type: 4\n\n')],
    ['base64 that is no key', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----'],
    [
      'a private key behind a public one in the same block',
      appended(EC_PEM, ec.export({ type: 'sec1', format: 'der' })),
    ],
    ['line ends that were escaped twice', EC_PEM.replaceAll('\n', '\\n')],
    ['Ed25519, which STS cannot verify', publicPem(generateKeyPairSync('ed25519').publicKey)],
    [
      'RSA-PSS, which RS256 is not',
      publicPem(generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).publicKey),
    ],
    ['RSA of 1024 bits', publicPem(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey)],
    ['the curve of Bitcoin', publicPem(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey)],
  ])('%s', (_, pem) => {
    expect(() => read(pem)).toThrow(InvalidInput)
  })

  test('a very long text of spaces without thinking long about it', () => {
    expect(() => read(`-----BEGIN PUBLIC KEY-----${' '.repeat(250_000)}`)).toThrow(InvalidInput)
  })

  const pkcs8 = rsa.export({ type: 'pkcs8', format: 'pem' }).toString()
  test.each([
    ['PKCS #8', pkcs8],
    ['PKCS #1', rsa.export({ type: 'pkcs1', format: 'pem' }).toString()],
    ['SEC 1', ec.export({ type: 'sec1', format: 'pem' }).toString()],
    [
      'encrypted PKCS #8',
      rsa.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }).toString(),
    ],
    [
      'encrypted PKCS #1',
      rsa.export({ type: 'pkcs1', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }).toString(),
    ],
    [
      'OpenSSH',
      '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA\n-----END OPENSSH PRIVATE KEY-----',
    ],
    [
      'Ed25519',
      generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    ],
    ['PKCS #8 under the label of a public key', pkcs8.replaceAll('PRIVATE', 'PUBLIC')],
    [
      'encrypted PKCS #8 under the label of a public key',
      ec
        .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
        .toString()
        .replaceAll('ENCRYPTED PRIVATE', 'PUBLIC'),
    ],
    ['a private key after a public one', `${EC_PEM}${pkcs8}`],
    ['a private key that is cut off', pkcs8.slice(0, 200)],
  ])('a private key (%s), naming the field and showing nothing of it', (_, pem) => {
    const refused = refusal(() => read(pem))

    expect(refused).toBeInstanceOf(PrivateKeyInInput)
    expect(refused.message).toBe(
      'serviceAccountKeys[0] holds a private key. It was struck out and not stored.',
    )
  })

  function refusal(act: () => unknown): Error {
    try {
      act()
    } catch (error) {
      if (error instanceof Error) return error
    }
    throw new Error('nothing was refused')
  }
})
