/** The API as it is deployed: who is let in, how often, and what its function may do. */
import { beforeAll, expect, test } from 'vitest'
import { ADOPT } from '../../lib/api/adopt/published.ts'
import { OPERATIONS } from '../../lib/api/operations/published.ts'
import { PLAN } from '../../lib/api/plan/published.ts'
import { type Packaged, readPackaged, statementsOf } from './packaged.ts'

let packaged: Packaged

beforeAll(async () => {
  packaged = await readPackaged()
})

test('lets nobody in unknown, but to its documents', () => {
  const routes = packaged
    .ofType('AWS::ApiGatewayV2::Route')
    .map(([, { Properties }]) => [Properties.RouteKey, Properties.AuthorizationType ?? 'NONE'])

  const operations = new Set([...OPERATIONS, PLAN, ADOPT].map(({ path }) => `ANY ${path}`))
  expect(Object.fromEntries(routes)).toEqual({
    ...Object.fromEntries([...operations].map((key) => [key, 'AWS_IAM'])),
    'GET /docs': 'NONE',
    'GET /openapi.json': 'NONE',
    $default: 'AWS_IAM',
  })
})

test('has the operators’ paths answered by their own function, plans by what looks for drift, adoptions by the one that may tag, and nothing else', () => {
  const functionOf = (target: unknown) => {
    const [, integration] = /"(\w+Integration\w*|\w*Integration\w*)"/.exec(JSON.stringify(target)) ?? []
    const { IntegrationUri } = packaged.resources[integration ?? '']?.Properties ?? {}
    return /"(\w+)LambdaFunction"/.exec(JSON.stringify(IntegrationUri))?.[1]
  }
  const routes = packaged
    .ofType('AWS::ApiGatewayV2::Route')
    .map(([, { Properties }]) => [Properties.RouteKey, functionOf(Properties.Target)])

  expect(Object.fromEntries(routes)).toEqual({
    'GET /docs': 'Api',
    'GET /openapi.json': 'Api',
    $default: 'Api',
    ...Object.fromEntries(OPERATIONS.map(({ path }) => [`ANY ${path}`, 'Operations'])),
    [`ANY ${PLAN.path}`]: 'FindDashdrift',
    [`ANY ${ADOPT.path}`]: 'Adopt',
  })
})

test('writes down who calls, counts by route, and takes no more than so many calls', () => {
  expect(packaged.ofType('AWS::ApiGatewayV2::Stage').map(([, { Properties }]) => Properties)).toMatchObject([
    {
      StageName: '$default',
      AccessLogSettings: { Format: expect.stringContaining('$context.status') },
      DefaultRouteSettings: {
        DetailedMetricsEnabled: true,
        ThrottlingRateLimit: 100,
        ThrottlingBurstLimit: 200,
      },
    },
  ])
})

test('may only read and write the registry, write and read the audit, and have policies looked at', () => {
  const { ApiRole } = packaged.resources
  const actions = ApiRole === undefined ? [] : statementsOf(ApiRole).flatMap(({ Action }) => [Action].flat())

  expect(actions.filter((action) => !/^(logs|xray):/.test(action)).toSorted()).toEqual([
    'access-analyzer:CheckNoNewAccess',
    'access-analyzer:ValidatePolicy',
    'dynamodb:DeleteItem',
    'dynamodb:GetItem',
    'dynamodb:PutItem',
    'dynamodb:PutItem',
    'dynamodb:Query',
    'dynamodb:Query',
    'dynamodb:Query',
    'dynamodb:Query',
    'dynamodb:UpdateItem',
  ])
})
