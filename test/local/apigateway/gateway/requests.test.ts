import { describe, expect, test } from 'vitest'
import { deployed, REGION, resources, signedBy, toldBy } from '../fixture.ts'

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
