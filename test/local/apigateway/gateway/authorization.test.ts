import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { describe, expect, test, vi } from 'vitest'
import { deployed, ISSUER, REGION, signedBy, toldBy } from '../fixture.ts'

describe('IAM authorization', () => {
  test('takes an unsigned call for the administrator', async () => {
    const { call } = await deployed()

    const { requestContext } = await toldBy(await call('/'))

    expect(requestContext.authorizer).toEqual({
      iam: {
        accessKey: 'local',
        accountId: '000000000000',
        callerId: '000000000000',
        cognitoIdentity: null,
        principalOrgId: null,
        userArn: 'arn:aws:iam::000000000000:user/local',
        userId: '000000000000',
      },
    })
  })

  test('refuses an unsigned call where calls must be signed, but not on an open route', async () => {
    const { call } = await deployed({ requireAuth: true })

    expect((await call('/')).status).toBe(403)
    expect((await call('/', { headers: signedBy('local') })).status).toBe(200)
    expect((await call('/docs')).status).toBe(200)
  })

  test.each(['AKIANOBODY', 'local-111122223333'])('refuses %s', async (key) => {
    const { call } = await deployed()

    const response = await call('/', { headers: signedBy(key) })

    expect([response.status, await response.json()]).toEqual([403, { message: 'Forbidden' }])
  })

  test('names the session of a role, if its policy allows the call', async () => {
    const { aws, call, outputs } = await deployed()
    const settings = {
      endpoint: aws.endpoint,
      region: REGION,
      credentials: { accessKeyId: 'local', secretAccessKey: 'x' },
    }
    const iam = new IAMClient(settings)
    const Principal = { AWS: 'arn:aws:iam::000000000000:root' }
    const trust = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }],
    }
    const { Role } = await iam.send(
      new CreateRoleCommand({ RoleName: 'team', AssumeRolePolicyDocument: JSON.stringify(trust) }),
    )
    const { Credentials } = await vi.waitFor(() =>
      new STSClient(settings).send(new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: 'me' })),
    )
    const headers = signedBy(Credentials?.AccessKeyId ?? '')
    const without = await call('/clusters', { headers })
    const Resource = `arn:aws:execute-api:${REGION}:000000000000:${outputs.ApiId}/$default/GET/clusters`
    const policy = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource }],
    }
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: 'team',
        PolicyName: 'api',
        PolicyDocument: JSON.stringify(policy),
      }),
    )

    const response = await vi.waitUntil(async () => {
      const answered = await call('/clusters', { headers })
      return answered.status === 200 && answered
    })

    expect(without.status).toBe(403)
    const { requestContext } = await toldBy(response)
    expect(requestContext.authorizer.iam).toMatchObject({
      userArn: 'arn:aws:sts::000000000000:assumed-role/team/me',
      callerId: `${Role?.RoleId}:me`,
    })
    expect((await call('/other', { headers })).status).toBe(403)
  })
})

describe('JWT authorization', () => {
  async function withIssuer() {
    const started = await deployed()
    const { publicKey, privateKey } = await generateKeyPair('RS256')
    const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256' }
    const documents: Readonly<Record<string, object>> = {
      [`${ISSUER}/.well-known/openid-configuration`]: { issuer: ISSUER, jwks_uri: `${ISSUER}/keys` },
      [`${ISSUER}/keys`]: { keys: [jwk] },
    }
    vi.spyOn(started.aws.world.edge(), 'fetch').mockImplementation(async (url) => ({
      status: 200,
      headers: {},
      body: Buffer.from(JSON.stringify(documents[url.href])),
    }))
    const tokenFor = (claims: object, audience = 'irsa', expires = '1h') =>
      new SignJWT({ ...claims })
        .setProtectedHeader({ alg: 'RS256', kid: 'one' })
        .setIssuer(ISSUER)
        .setAudience(audience)
        .setIssuedAt()
        .setExpirationTime(expires)
        .sign(privateKey)
    const callWith = (token: string) =>
      started.call('/tokens', { headers: { authorization: `Bearer ${token}` } })
    return { tokenFor, callWith, call: started.call }
  }

  test('tells the claims as texts', async () => {
    const { tokenFor, callWith } = await withIssuer()

    const response = await callWith(await tokenFor({ sub: 'ann', groups: ['a', 'b'] }))

    expect(response.status).toBe(200)
    const { requestContext } = await toldBy(response)
    expect(requestContext.authorizer.jwt).toMatchObject({
      claims: { iss: ISSUER, sub: 'ann', aud: 'irsa', groups: '[a b]', exp: expect.stringMatching(/^\d+$/) },
      scopes: null,
    })
  })

  test('refuses who has no token, or another one', async () => {
    const { tokenFor, callWith, call } = await withIssuer()
    const refused = await Promise.all([
      call('/tokens'),
      callWith('no.token.atall'),
      callWith(await tokenFor({ sub: 'ann' }, 'other')),
      callWith(await tokenFor({ sub: 'ann' }, 'irsa', '-1m')),
    ])

    for (const response of refused) {
      expect([response.status, await response.json()]).toEqual([401, { message: 'Unauthorized' }])
      expect(response.headers.get('www-authenticate')).toBe('Bearer')
    }
  })
})
