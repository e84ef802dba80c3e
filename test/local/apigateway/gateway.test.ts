import { availableParallelism } from 'node:os'
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { describe, expect, test, vi } from 'vitest'
import { deployed, ISSUER, REGION, resources, signedBy, toldBy } from './fixture.ts'

/** Beside those of the fixture, some that one path may fit. */
function withRoutes(): object {
  const { Default, ...others } = resources()
  const keys = [
    'ANY /clusters/{cluster}/pause',
    'GET /clusters/golem/{what}',
    'ANY /clusters/golem/roles',
    'GET /clusters/golem/roles',
  ]
  const routes = keys.map((RouteKey, index) => [
    `Route${index}`,
    { ...Default, Properties: { ...Default.Properties, RouteKey } },
  ])
  return { ...others, Default, ...Object.fromEntries(routes) }
}

describe('a request', () => {
  test('reaches the function as payload format 2.0 has it, without /api', async () => {
    const { call, outputs } = await deployed()

    const response = await call('/clusters/a%20b?x=1&x=2&y=%C3%A4', {
      method: 'PUT',
      headers: { 'content-type': 'application/json', cookie: 'one=1; two=2', 'user-agent': 'curl' },
      body: '{"a":1}',
    })

    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/json')
    const event = await toldBy(response)
    expect(event).toMatchObject({
      version: '2.0',
      routeKey: '$default',
      rawPath: '/clusters/a b',
      rawQueryString: 'x=1&x=2&y=%C3%A4',
      cookies: ['one=1', 'two=2'],
      queryStringParameters: { x: '1,2', y: 'ä' },
      headers: { 'content-type': 'application/json', 'x-forwarded-proto': 'https' },
      requestContext: {
        accountId: '000000000000',
        apiId: outputs.ApiId,
        domainName: `${outputs.ApiId}.execute-api.${REGION}.amazonaws.com`,
        http: {
          method: 'PUT',
          path: '/clusters/a b',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: 'curl',
        },
        requestId: response.headers.get('apigw-requestid'),
        stage: '$default',
        time: expect.stringMatching(/^\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        timeEpoch: expect.any(Number),
      },
      body: '{"a":1}',
      isBase64Encoded: false,
    })
    expect(event.headers).not.toHaveProperty('cookie')
  })

  test('has a body in base64 when it is no text', async () => {
    const { call } = await deployed()

    const event = await (
      await call('/', { method: 'POST', headers: { 'content-type': 'image/png' }, body: 'abc' })
    ).json()

    expect(event).toMatchObject({ body: 'YWJj', isBase64Encoded: true, rawPath: '/' })
  })

  test('is for the API that its host names', async () => {
    const { aws, outputs } = await deployed()
    const { hostname, port } = new URL(aws.endpoint)
    const { request } = await import('node:http')
    const statusOf = (host: string) =>
      new Promise((resolve, reject) =>
        request({ hostname, port, path: '/docs', headers: { host } }, ({ statusCode }) => resolve(statusCode))
          .on('error', reject)
          .end(),
      )

    expect(await statusOf(new URL(outputs.Url ?? '').host)).toBe(200)
    expect(await statusOf(`other.execute-api.${REGION}.amazonaws.com`)).toBe(404)
  })

  test('that is signed for S3 is for the bucket called api', async () => {
    const { aws, call } = await deployed()
    const { authorization = '' } = signedBy('local')

    const response = await call('/docs', {
      headers: { authorization: authorization.replace('execute-api', 's3') },
    })

    expect(await response.text()).toContain('NoSuchBucket')
    expect(aws.calls.list({ service: 'execute-api' })).toEqual([])
  })

  test.each([
    ['a path that cannot be decoded', '/%ff', {}, 400, 'Bad Request'],
    [
      '10 MB and more',
      '/',
      { method: 'POST', body: 'x'.repeat(10 * 1024 * 1024 + 1) },
      413,
      'Request Entity Too Large',
    ],
    [
      "more than Lambda's 6 MB",
      '/',
      { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'x'.repeat(6 * 1024 * 1024) },
      413,
      'Request Entity Too Large',
    ],
    [
      'long headers',
      '/',
      { headers: { 'x-long': 'x'.repeat(10_240) } },
      431,
      'Request Header Fields Too Large',
    ],
  ])('with %s is refused in the words of API Gateway', async (_, path, init, status, message) => {
    const { call } = await deployed()

    const response = await call(path, init)

    expect([response.status, await response.json()]).toEqual([status, { message }])
  })

  test.each([
    ['GET', '/clusters/gaia/pause', 'ANY /clusters/{cluster}/pause', { cluster: 'gaia' }],
    ['GET', '/clusters/a%20b/pause', 'ANY /clusters/{cluster}/pause', { cluster: 'a b' }],
    ['GET', '/clusters/golem/plan', 'GET /clusters/golem/{what}', { what: 'plan' }],
    ['GET', '/clusters/golem/roles', 'GET /clusters/golem/roles', undefined],
    ['PUT', '/clusters/golem/roles', 'ANY /clusters/golem/roles', undefined],
    ['PUT', '/clusters/golem/plan', '$default', undefined],
    ['GET', '/clusters//pause', '$default', undefined],
    ['GET', '/clusters/gaia/pause/', '$default', undefined],
  ])('%s %s is for the most specific route: %s', async (method, path, routeKey, pathParameters) => {
    const { call } = await deployed({}, withRoutes())

    const event = await toldBy(await call(path, { method }))

    expect([event.routeKey, event.pathParameters]).toEqual([routeKey, pathParameters])
  })

  test('above the rate of the stage is refused', async () => {
    const { Stage, ...others } = resources()
    const DefaultRouteSettings = { ThrottlingRateLimit: 0.001, ThrottlingBurstLimit: 2 }
    const Properties = { ...Stage.Properties, DefaultRouteSettings }
    const { call } = await deployed({}, { ...others, Stage: { ...Stage, Properties } })

    const statuses = [await call('/docs'), await call('/docs'), await call('/docs')].map(
      ({ status }) => status,
    )

    expect(statuses).toEqual([200, 200, 429])
    expect((await call('/other')).status).toBe(200)
  })
})

describe('an answer', () => {
  test.each([
    ['nothing but JSON', '[1]', 200, 'application/json', '[1]'],
    ['a status without a body', '{"statusCode":204}', 204, 'text/plain;charset=UTF-8', ''],
    ['text', '{"statusCode":"404","body":"no"}', 404, 'text/plain;charset=UTF-8', 'no'],
    [
      'base64',
      '{"statusCode":200,"headers":{"Content-Type":"image/png"},"body":"YWJj","isBase64Encoded":true}',
      200,
      'image/png',
      'abc',
    ],
    [
      'a structure that is none',
      '{"statusCode":200,"body":{}}',
      500,
      'application/json',
      '{"message":"Internal Server Error"}',
    ],
    ['an error', 'fail', 500, 'application/json', '{"message":"Internal Server Error"}'],
  ])('of the function may be %s', async (_, wish, status, type, body) => {
    const { call } = await deployed()

    const response = await call('/docs', { headers: { 'x-answer': wish } })

    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
      status,
      type,
      body,
    ])
  })

  test('may set several cookies', async () => {
    const { call } = await deployed()

    const response = await call('/docs', {
      headers: { 'x-answer': '{"statusCode":200,"cookies":["a=1","b=2"]}' },
    })

    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
  })

  test('that takes longer than the integration allows is a 503', async () => {
    const { Integration, ...others } = resources()
    const Properties = { ...Integration.Properties, TimeoutInMillis: 50 }
    const { call } = await deployed({}, { ...others, Integration: { ...Integration, Properties } })

    const response = await call('/docs', { headers: { 'x-answer': 'hang' } })

    expect([response.status, await response.json()]).toEqual([503, { message: 'Service Unavailable' }])
  })

  test('may wait for a place on this machine: that is no part of what it takes', async () => {
    const { Integration, ...others } = resources()
    const Properties = { ...Integration.Properties, TimeoutInMillis: 1_000 }
    const { call } = await deployed({}, { ...others, Integration: { ...Integration, Properties } })
    // More than fit into two seconds, however many of them run at once.
    const many = 12 * 2 * availableParallelism()

    const responses = await Promise.all(
      Array.from({ length: many }, () => call('/docs', { headers: { 'x-answer': 'slow' } })),
    )

    expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([200]))
  })

  test('is a 500 when the function has no permission for it', async () => {
    const { Permission: _, ...others } = resources()
    const { call } = await deployed({}, others)

    expect((await call('/docs')).status).toBe(500)
  })
})

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
