/** What is looked up for a token, where, and what is not. */
import { generateKeyPairSync } from 'node:crypto'
import { GetOpenIDConnectProviderCommand, GetRoleCommand, IAMClient } from '@aws-sdk/client-iam'
import { mockClient } from 'aws-sdk-client-mock'
import { SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { discoveryDocument } from '../../../lib/oidc/discovery.ts'
import { jwksDocument, keysFromPems } from '../../../lib/oidc/jwks.ts'
import { explainToken } from '../../../lib/ops/explain-token.ts'
import { claimIssuer } from '../../../lib/registry/claims.ts'
import { refusal } from '../aws/sdk.ts'
import { aTable } from '../registry/registry.ts'

const ISSUER = 'https://irsa.example.com'
const PROVIDER = 'arn:aws:iam::111122223333:oidc-provider/irsa.example.com'
const ROLE = 'arn:aws:iam::111122223333:role/irsa/golem/prod_golem_shop_cart'
const SUBJECT = 'system:serviceaccount:shop:cart'
const NOW = new Date('2026-01-31T12:00:00Z')
const SECONDS = NOW.getTime() / 1000

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const { keys } = keysFromPems([publicKey.export({ type: 'spki', format: 'pem' }).toString()])
const DOCUMENTS: Readonly<Record<string, string>> = {
  [`${ISSUER}/.well-known/openid-configuration`]: discoveryDocument(ISSUER),
  [`${ISSUER}/openid/v1/jwks`]: jwksDocument(keys),
}

function tokenOf(issuer = ISSUER): Promise<string> {
  return new SignJWT({
    ...{ iss: issuer, sub: SUBJECT, aud: ['sts.amazonaws.com'] },
    ...{ iat: SECONDS, exp: SECONDS + 3600 },
  })
    .setProtectedHeader({ alg: 'ES256', kid: keys[0]?.kid ?? '' })
    .sign(privateKey)
}

const TRUST = {
  Version: '2012-10-17',
  Statement: {
    Effect: 'Allow',
    Principal: { Federated: PROVIDER },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: { StringEquals: { 'irsa.example.com:sub': SUBJECT } },
  },
}

/** Everything is there, and right; `own`: accounts that can be looked into. */
async function fixture({ own = ['111122223333'] }: { readonly own?: readonly string[] } = {}) {
  const table = await aTable()
  await claimIssuer(table, { issuer: ISSUER, cluster: 'golem', accountId: '111122223333' })
  const client = new IAMClient({})
  const iam = mockClient(client)
  const Role = { Arn: ROLE, AssumeRolePolicyDocument: encodeURIComponent(JSON.stringify(TRUST)) }
  iam.on(GetRoleCommand).resolves({ Role: { ...Role, Path: '/', RoleName: '', RoleId: '', CreateDate: NOW } })
  iam
    .on(GetOpenIDConnectProviderCommand)
    .resolves({ Url: 'irsa.example.com', ClientIDList: ['sts.amazonaws.com'] })
  const fetched: string[] = []
  const explaining = {
    table,
    iamIfOwn: (accountId: string) => (own.includes(accountId) ? client : undefined),
    fetchIssuer: async (url: string) => {
      fetched.push(url)
      const body = DOCUMENTS[url]
      return body === undefined ? { fault: 'it answers with status 403' } : { body }
    },
    region: 'eu-central-1',
    now: () => NOW,
  }
  return { explaining, iam, fetched }
}

describe('explainToken', () => {
  test('looks up role, provider and documents, and finds that the token opens the role', async () => {
    const { explaining, iam, fetched } = await fixture()

    const verdict = await explainToken(explaining, await tokenOf(), ROLE)

    expect(verdict).toMatchObject({ isAdmitted: true, error: undefined })
    expect(iam.commandCalls(GetRoleCommand).map(({ args }) => args[0].input)).toEqual([
      { RoleName: 'prod_golem_shop_cart' },
    ])
    expect(iam.commandCalls(GetOpenIDConnectProviderCommand).map(({ args }) => args[0].input)).toEqual([
      { OpenIDConnectProviderArn: PROVIDER },
    ])
    expect(fetched).toEqual(Object.keys(DOCUMENTS))
  })

  test('says that it cannot tell what is in an account that it cannot look into', async () => {
    const { explaining, iam } = await fixture({ own: ['000000000000'] })

    const { isAdmitted, steps } = await explainToken(explaining, await tokenOf(), ROLE)

    expect(isAdmitted).toBeUndefined()
    expect(steps.filter(({ outcome }) => outcome === 'unknown').map(({ name }) => name)).toEqual([
      'provider',
      'audience',
      'role',
      'trust',
    ])
    expect(steps.find(({ name }) => name === 'role')?.words).toContain(
      'your credentials are not of account 111122223333',
    )
    expect(iam.calls()).toEqual([])
  })

  test('says the same when IAM refuses to tell', async () => {
    const { explaining, iam } = await fixture()
    iam.on(GetRoleCommand).rejects(refusal('AccessDenied', 'not authorized', 403))

    const { isAdmitted, steps } = await explainToken(explaining, await tokenOf(), ROLE)

    expect(isAdmitted).toBeUndefined()
    expect(steps.find(({ name }) => name === 'role')).toMatchObject({ outcome: 'unknown' })
  })

  test('takes a role of another path for another role', async () => {
    const { explaining } = await fixture()

    const verdict = await explainToken(explaining, await tokenOf(), ROLE.replace('/golem/', '/other/'))

    expect(verdict).toMatchObject({ isAdmitted: false, error: 'AccessDenied' })
  })

  test('fetches nothing from an issuer that is not of this stack', async () => {
    const { explaining, fetched } = await fixture()

    const { steps } = await explainToken(explaining, await tokenOf('https://internal.example.com'), ROLE)

    expect(fetched).toEqual([])
    expect(steps.find(({ name }) => name === 'documents')?.words).toContain('no cluster of this stack')
  })

  test.each([
    ['{"issuer": 1', 'it is no JSON object'],
    [JSON.stringify({ issuer: ISSUER }), 'no jwks_uri'],
    [JSON.stringify({ issuer: ISSUER, jwks_uri: `${ISSUER}/elsewhere` }), 'status 403'],
  ])('says what is wrong with the discovery document %s', async (body, words) => {
    const { explaining } = await fixture()
    const fetchIssuer = (url: string) =>
      url.includes('.well-known') ? Promise.resolve({ body }) : explaining.fetchIssuer(url)

    const { steps } = await explainToken({ ...explaining, fetchIssuer }, await tokenOf(), ROLE)

    expect(steps.find(({ name }) => name === 'documents')?.words).toContain(words)
  })

  test('looks nothing up for what is no token, and never repeats it', async () => {
    const { explaining, iam, fetched } = await fixture()

    const verdict = await explainToken(explaining, 'secret.secret.secret', ROLE)

    expect(verdict).toMatchObject({ isAdmitted: false, error: 'InvalidIdentityToken' })
    expect(JSON.stringify(verdict)).not.toContain('secret')
    expect([iam.commandCalls(GetOpenIDConnectProviderCommand), fetched]).toEqual([[], []])
  })

  test.each(['prod_golem_shop_cart', 'arn:aws:iam::111122223333:user/cart', `${ROLE}/`])(
    'refuses what is no ARN of a role: %s',
    async (arn) => {
      const { explaining } = await fixture()

      await expect(explainToken(explaining, await tokenOf(), arn)).rejects.toMatchObject({
        name: 'InvalidInput',
      })
    },
  )
})
