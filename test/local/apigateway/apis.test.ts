import {
  ApiGatewayV2Client,
  CreateApiCommand,
  CreateRouteCommand,
  DeleteApiCommand,
  GetApiCommand,
  GetApisCommand,
  GetAuthorizersCommand,
  GetIntegrationsCommand,
  GetRoutesCommand,
  GetStagesCommand,
  UpdateStageCommand,
} from '@aws-sdk/client-apigatewayv2'
import { expect, test } from 'vitest'
import { deployed, REGION, resources, toldBy } from './fixture.ts'

async function withClient() {
  const started = await deployed()
  const client = (accessKeyId = 'local') =>
    new ApiGatewayV2Client({
      endpoint: started.aws.endpoint,
      region: REGION,
      credentials: { accessKeyId, secretAccessKey: 'x' },
      maxAttempts: 1,
    })
  return { ...started, client, ApiId: started.outputs.ApiId }
}

test('what a template has declared can be looked at', async () => {
  const { client, ApiId, outputs } = await withClient()
  const gateway = client()

  expect((await gateway.send(new GetApisCommand({}))).Items).toMatchObject([
    { ApiId, Name: 'irsa-local', ProtocolType: 'HTTP', ApiEndpoint: outputs.Url },
  ])
  expect((await gateway.send(new GetStagesCommand({ ApiId }))).Items).toMatchObject([
    { StageName: '$default', AutoDeploy: true, DefaultRouteSettings: { ThrottlingBurstLimit: 50 } },
  ])
  expect((await gateway.send(new GetIntegrationsCommand({ ApiId }))).Items).toMatchObject([
    { IntegrationType: 'AWS_PROXY', PayloadFormatVersion: '2.0', TimeoutInMillis: 30_000 },
  ])
  expect((await gateway.send(new GetAuthorizersCommand({ ApiId }))).Items).toMatchObject([{ Name: 'token' }])
  const { Items = [] } = await gateway.send(new GetRoutesCommand({ ApiId }))
  expect(Items.map(({ RouteKey }) => RouteKey).toSorted()).toEqual(['$default', 'GET /docs', 'GET /tokens'])
})

test('lists come in pages', async () => {
  const { client, ApiId } = await withClient()
  const gateway = client()

  const first = await gateway.send(new GetRoutesCommand({ ApiId, MaxResults: '2' }))
  const second = await gateway.send(
    new GetRoutesCommand({ ApiId, MaxResults: '2', NextToken: first.NextToken }),
  )

  expect([first.Items?.length, second.Items?.length, second.NextToken]).toEqual([2, 1, undefined])
})

test('an API belongs to its account', async () => {
  const { client, ApiId } = await withClient()

  expect((await client('local-111122223333').send(new GetApisCommand({}))).Items).toEqual([])
  await expect(client('local-111122223333').send(new GetApiCommand({ ApiId }))).rejects.toMatchObject({
    name: 'NotFoundException',
  })
})

test.each([
  ['a WebSocket API', new CreateApiCommand({ Name: 'x', ProtocolType: 'WEBSOCKET' })],
  [
    'CORS',
    new CreateApiCommand({ Name: 'x', ProtocolType: 'HTTP', CorsConfiguration: { AllowOrigins: ['*'] } }),
  ],
])('says that local mode does not have %s', async (_, command) => {
  const { client } = await withClient()

  await expect(client().send(command)).rejects.toMatchObject({ name: 'NotInLocalMode' })
})

test.each([
  ['path parameters', { RouteKey: 'GET /{proxy+}' }, 'NotInLocalMode'],
  ['scopes', { RouteKey: 'GET /x', AuthorizationScopes: ['a'] }, 'NotInLocalMode'],
  ['a key that there is already', { RouteKey: 'GET /docs' }, 'ConflictException'],
  ['a target that there is not', { RouteKey: 'GET /x', Target: 'integrations/none' }, 'BadRequestException'],
  [
    'a token of no authorizer',
    { RouteKey: 'GET /x', AuthorizationType: 'JWT' as const },
    'BadRequestException',
  ],
])('refuses a route with %s', async (_, route, name) => {
  const { client, ApiId } = await withClient()
  const { Items: [integration] = [] } = await client().send(new GetIntegrationsCommand({ ApiId }))
  const Target = `integrations/${integration?.IntegrationId}`

  const refused = client().send(new CreateRouteCommand({ ApiId, Target, ...route }))

  await expect(refused).rejects.toMatchObject({ name })
})

test('a stage keeps what an update does not name', async () => {
  const { client, ApiId } = await withClient()

  const changed = await client().send(
    new UpdateStageCommand({
      ApiId,
      StageName: '$default',
      DefaultRouteSettings: { ThrottlingRateLimit: 1 },
    }),
  )

  expect(changed).toMatchObject({ AutoDeploy: true, AccessLogSettings: { Format: '{}' } })
  expect(changed.DefaultRouteSettings).toEqual({ ThrottlingRateLimit: 1 })
})

test('a deleted API answers no more', async () => {
  const { client, ApiId, call } = await withClient()

  await client().send(new DeleteApiCommand({ ApiId }))

  expect((await call('/docs')).status).toBe(404)
})

test('a stack that changes changes its API in place', async () => {
  const { deploy, outputs, call } = await deployed()
  const { Tokens: _, Open, ...others } = resources()
  const Properties = { ...Open.Properties, RouteKey: 'GET /page' }

  const { outputs: changed } = await deploy({ ...others, Open: { ...Open, Properties } })

  expect(changed).toEqual(outputs)
  expect((await toldBy(await call('/page'))).routeKey).toBe('GET /page')
  expect((await toldBy(await call('/tokens'))).routeKey).toBe('$default')
})
