/** Facts from https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif */
import type { JWTPayload } from 'jose'
import { describe, expect, test } from 'vitest'
import type { PolicyDocument, Statement } from '../../../local/policy/document.ts'
import { ACCOUNT, HOST_PATH, PROVIDER, SUBJECT, stsFixture, trustIssuer } from './fixture.ts'
import { rsaKey, serveIssuer, signToken } from './tokens.ts'

const rsa = rsaKey('rsa')
const denied = {
  code: 'AccessDenied',
  status: 403,
  message: 'Not authorized to perform sts:AssumeRoleWithWebIdentity',
}

async function exchange(trust: PolicyDocument, claims: JWTPayload = {}, region?: string) {
  const fixture = stsFixture()
  serveIssuer(fixture, [rsa.jwk])
  await fixture.createProvider()
  const RoleArn = await fixture.createRole('app', trust)
  const WebIdentityToken = signToken(fixture, rsa, { claims })
  return fixture.exchange({ RoleArn, WebIdentityToken }, region)
}

function when(
  Condition: NonNullable<Statement['Condition']>,
  change: Partial<Statement> = {},
): PolicyDocument {
  return { Statement: { ...trustIssuer.Statement, Condition, ...change } }
}

test('a role that does not trust the subject is refused', async () => {
  await expect(exchange(trustIssuer)).resolves.toBeDefined()
  await expect(exchange(trustIssuer, { sub: `${SUBJECT}s` })).rejects.toMatchObject(denied)
})

test.each<[string, PolicyDocument]>([
  ['another provider', when({}, { Principal: { Federated: `${PROVIDER}/green` } })],
  ['the account only', when({}, { Principal: { AWS: ACCOUNT } })],
  ['the provider for another action', when({}, { Action: 'sts:AssumeRole' })],
  [
    'nobody after all',
    {
      Statement: [trustIssuer.Statement, { ...trustIssuer.Statement, Effect: 'Deny', Condition: {} }],
    },
  ],
])('a role that trusts %s is refused', async (_, trust) => {
  await expect(exchange(trust)).rejects.toMatchObject(denied)
})

test('a role that is not there is refused like one that does not trust', async () => {
  const fixture = stsFixture()
  serveIssuer(fixture, [rsa.jwk])
  await fixture.createProvider()
  const WebIdentityToken = signToken(fixture, rsa)

  const RoleArn = `arn:aws:iam::${ACCOUNT}:role/none`
  await expect(fixture.exchange({ RoleArn, WebIdentityToken })).rejects.toMatchObject(denied)
})

test('a role of another partition is refused', async () => {
  await expect(exchange(trustIssuer, {}, 'cn-north-1')).rejects.toMatchObject(denied)
})

describe('a trust policy can ask for', () => {
  test.each<[string, NonNullable<Statement['Condition']>, JWTPayload, boolean]>([
    [
      'the subject by pattern',
      { StringLike: { [`${HOST_PATH}:sub`]: 'system:serviceaccount:shop:*' } },
      {},
      true,
    ],
    [
      'the subject of another namespace',
      { StringLike: { [`${HOST_PATH}:sub`]: 'system:serviceaccount:pay:*' } },
      {},
      false,
    ],
    ['the audience', { StringEquals: { [`${HOST_PATH}:aud`]: 'sts.amazonaws.com' } }, {}, true],
    [
      'the audience, which is azp',
      { StringEquals: { [`${HOST_PATH}:aud`]: 'sts.amazonaws.com' } },
      { azp: 'sts.amazonaws.com', aud: 'vault' },
      true,
    ],
    [
      'the other audience, which is aud',
      { StringEquals: { [`${HOST_PATH}:oaud`]: 'vault' } },
      { azp: 'sts.amazonaws.com', aud: 'vault' },
      true,
    ],
    [
      'the other audience, without azp',
      { StringEquals: { [`${HOST_PATH}:oaud`]: 'sts.amazonaws.com' } },
      {},
      true,
    ],
    [
      'the authentication method',
      { 'ForAnyValue:StringEquals': { [`${HOST_PATH}:amr`]: 'mfa' } },
      { amr: ['pwd', 'mfa'] },
      true,
    ],
    [
      'an authentication method that was not used',
      { 'ForAnyValue:StringEquals': { [`${HOST_PATH}:amr`]: 'mfa' } },
      {},
      false,
    ],
    [
      'the address',
      { StringEquals: { [`${HOST_PATH}:email`]: 'a@example.com' } },
      { email: 'a@example.com' },
      true,
    ],
    ['the session name', { StringEquals: { 'sts:RoleSessionName': 'pod' } }, {}, true],
    ['another session name', { StringEquals: { 'sts:RoleSessionName': 'job' } }, {}, false],
    ['the region', { StringEquals: { 'aws:RequestedRegion': 'eu-central-1' } }, {}, true],
    [
      'roles that the token lists, which it does not',
      { Bool: { 'sts:RoleAuthorizedByIdp': 'true' } },
      {},
      false,
    ],
    // Kubernetes' own claims are no condition keys.
    [
      'the namespace',
      { StringEquals: { [`${HOST_PATH}:kubernetes.io/namespace`]: 'shop' } },
      { 'kubernetes.io/namespace': 'shop' },
      false,
    ],
    [
      'the subject of an issuer without its path',
      { StringEquals: { 'irsa.example.com:sub': SUBJECT } },
      {},
      false,
    ],
    ['the subject, with the scheme', { StringEquals: { [`https://${HOST_PATH}:sub`]: SUBJECT } }, {}, false],
  ])('%s', async (_, condition, claims, isLetIn) => {
    const attempt = exchange(when(condition), claims)

    await (isLetIn ? expect(attempt).resolves.toBeDefined() : expect(attempt).rejects.toMatchObject(denied))
  })
})
