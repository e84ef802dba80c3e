import { generateKeyPairSync } from 'node:crypto'
import { SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { explain, type Situation } from '../../../lib/explain/explain.ts'

const ISSUER = 'https://irsa.example.com'
const PROVIDER = 'arn:aws:iam::111122223333:oidc-provider/irsa.example.com'
const SUBJECT = 'system:serviceaccount:shop:cart'
const NOW = new Date('2026-01-31T12:00:00Z')
const SECONDS = NOW.getTime() / 1000
const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const JWK = { ...publicKey.export({ format: 'jwk' }), kid: 'a', use: 'sig' }

function trustOf(condition: object) {
  const Statement = {
    Effect: 'Allow',
    Principal: { Federated: PROVIDER },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: condition,
  }
  return { Version: '2012-10-17', Statement: [Statement] }
}

function sign(claims: object = {}): Promise<string> {
  const right = { iss: ISSUER, sub: SUBJECT, aud: ['sts.amazonaws.com'], iat: SECONDS, exp: SECONDS + 3600 }
  return new SignJWT({ ...right, ...claims }).setProtectedHeader({ alg: 'ES256', kid: 'a' }).sign(privateKey)
}

async function verdictOf(changes: Partial<Situation> = {}, claims: object = {}) {
  return explain({
    token: await sign(claims),
    roleArn: 'arn:aws:iam::111122223333:role/irsa/golem/prod_golem_shop_cart',
    role: { trustPolicy: trustOf({ StringEquals: { 'irsa.example.com:sub': SUBJECT } }) },
    provider: { arn: PROVIDER, url: ISSUER, clientIds: ['sts.amazonaws.com'] },
    documents: { issuer: ISSUER, keys: [JWK] },
    region: 'eu-central-1',
    now: NOW,
    ...changes,
  })
}

describe('explain', () => {
  test('passes every step of a token that opens the role', async () => {
    const { isAdmitted, error, steps } = await verdictOf()

    expect([isAdmitted, error]).toEqual([true, undefined])
    expect(steps.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual(
      ['token', 'provider', 'time', 'documents', 'signature', 'audience', 'role', 'trust'].map(
        (name) => `${name} passes`,
      ),
    )
  })

  test('names every step that refuses, with a remedy, and STS’s code of the first', async () => {
    const { isAdmitted, error, steps } = await verdictOf({}, { exp: SECONDS - 60, sub: `${SUBJECT}s` })

    expect([isAdmitted, error]).toEqual([false, 'ExpiredTokenException'])
    expect(steps.filter(({ outcome }) => outcome === 'refuses')).toEqual([
      {
        name: 'time',
        outcome: 'refuses',
        words: 'It expired 60 seconds ago.',
        remedy: expect.stringContaining('kubelet'),
      },
      {
        name: 'trust',
        outcome: 'refuses',
        words: `Statement 1: StringEquals wants irsa.example.com:sub to be ${SUBJECT}, and it is ${SUBJECT}s.`,
        remedy: expect.stringContaining('role'),
      },
    ])
  })

  test.each([
    [{ nbf: SECONDS + 400 }, 'refuses', 'It is not to be taken for another 400 seconds, says its nbf.'],
    [{ iat: SECONDS + 400, nbf: SECONDS + 400 }, 'refuses', 'It was issued 400 seconds in the future.'],
    [
      { nbf: SECONDS + 200 },
      'passes',
      'It is valid for 3600 more seconds, and begins in 200: STS bears clocks that differ by 300.',
    ],
  ])('says of a token that begins in the future when it does: %j', async (claims, outcome, words) => {
    const { steps } = await verdictOf({}, claims)

    expect(steps.find(({ name }) => name === 'time')).toMatchObject({ outcome, words })
  })

  test.each([
    ['provider', { provider: undefined }, /has no OIDC provider for https:\/\/irsa\.example\.com,/],
    ['documents', { documents: { fault: 'it answers with status 403' } }, /status 403/],
    [
      'documents',
      { documents: { issuer: `${ISSUER}/`, keys: [JWK] } },
      /calls its issuer "https:\/\/irsa\.example\.com\/"/,
    ],
    ['signature', { documents: { issuer: ISSUER, keys: [] } }, /does not serve the key a/],
    [
      'audience',
      { provider: { arn: PROVIDER, url: ISSUER, clientIds: ['vault'] } },
      /sts\.amazonaws\.com; the provider has vault/,
    ],
    ['role', { role: undefined }, /There is no role/],
    ['trust', { role: { trustPolicy: { Statement: [] } } }, /No statement of the trust policy allows/],
  ] as const)('says of %s what is wrong', async (name, changes, words) => {
    const { steps } = await verdictOf(changes)

    expect(steps.find(({ outcome }) => outcome === 'refuses')).toMatchObject({
      name,
      words: expect.stringMatching(words),
    })
  })

  test.each([{ 'aws:SourceIp': '10.0.0.0/8' }, { 'sts:RoleSessionName': 'a' }])(
    'does not pretend to know what only the call says: %j',
    async (keys) => {
      const { isAdmitted, steps } = await verdictOf({
        role: { trustPolicy: trustOf({ StringEquals: keys }) },
      })

      expect(isAdmitted).toBeUndefined()
      expect(steps.at(-1)).toMatchObject({ name: 'trust', outcome: 'unknown' })
    },
  )

  test.each(['provider', 'role'] as const)(
    'does not call missing what it could not look at: %s',
    async (name) => {
      const { isAdmitted, error, steps } = await verdictOf({ [name]: { untold: 'not your account' } })

      expect([isAdmitted, error]).toEqual([undefined, undefined])
      expect(steps.filter(({ outcome }) => outcome === 'refuses')).toEqual([])
      expect(steps.find((step) => step.name === name)).toEqual({
        name,
        outcome: 'unknown',
        words: expect.stringContaining('cannot be told: not your account.'),
      })
    },
  )

  test('takes a token without its signature only from whoever has verified it', async () => {
    const token = (await sign()).replace(/[^.]+$/, '')

    expect(await verdictOf({ token })).toMatchObject({ isAdmitted: false, error: 'InvalidIdentityToken' })
    expect(await verdictOf({ token, isVerified: true })).toMatchObject({ isAdmitted: true })
    expect(
      await verdictOf({ token, isVerified: true, documents: { issuer: ISSUER, keys: [] } }),
    ).toMatchObject({ isAdmitted: false })
  })

  test('never repeats the token, nor what it does not have to read of it', async () => {
    const token = await sign({ jti: 'secret-jti', 'kubernetes.io': { pod: { uid: 'secret-uid' } } })

    const told = JSON.stringify(await verdictOf({ token }))

    for (const part of [...token.split('.'), 'secret-jti', 'secret-uid']) expect(told).not.toContain(part)
  })
})
