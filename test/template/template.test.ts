/** What holds of the deployed stack, whatever is added to it. */
import { beforeAll, describe, expect, test } from 'vitest'
import { type Packaged, readPackaged, statementsOf } from './packaged.ts'

let packaged: Packaged

beforeAll(async () => {
  packaged = await readPackaged()
})

describe('every function', () => {
  test('has a role of its own', () => {
    const roles = packaged
      .ofType('AWS::Lambda::Function')
      .map(([, { Properties }]) => JSON.stringify(Properties.Role))

    expect(roles.length).toBeGreaterThan(0)
    expect(new Set(roles).size).toBe(roles.length)
  })

  test('runs on the pinned runtime and architecture, traced', () => {
    for (const [, { Properties }] of packaged.ofType('AWS::Lambda::Function'))
      expect(Properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        TracingConfig: { Mode: 'Active' },
      })
  })

  test('has concurrency of its own if it makes roles, unless the account has none to give', () => {
    const bounded = packaged
      .ofType('AWS::Lambda::Function')
      .filter(([, { Properties }]) => Properties.ReservedConcurrentExecutions !== undefined)

    expect(bounded.map(([, { Properties }]) => Properties.ReservedConcurrentExecutions)).toEqual([
      { 'Fn::If': ['BoundsRoleConcurrency', 10, { Ref: 'AWS::NoValue' }] },
    ])
  })

  test('has a log group that forgets', () => {
    const groups = packaged.ofType('AWS::Logs::LogGroup').map(([, { Properties }]) => Properties)
    const names = groups.map(({ LogGroupName }) => LogGroupName)

    for (const [, { Properties }] of packaged.ofType('AWS::Lambda::Function'))
      expect(names).toContain(`/aws/lambda/${Properties.FunctionName}`)
    for (const { RetentionInDays } of groups) expect(RetentionInDays).toBeGreaterThan(0)
  })

  test('reads the issuer from the internet: nothing in the template says otherwise', () => {
    expect(packaged.text).not.toMatch(/ISSUER_ENDPOINT|AWS_ENDPOINT_URL/)
  })
})

describe('every policy', () => {
  const policies = () => [...packaged.ofType('AWS::IAM::Role'), ...packaged.ofType('AWS::IAM::ManagedPolicy')]

  test('names its actions; only the boundary, which gives nothing, allows all', () => {
    const allowing = policies().flatMap(([logicalId, resource]) =>
      statementsOf(resource)
        .filter(
          ({ Effect, Action }) =>
            Effect === 'Allow' && [Action].flat().some((action) => action.includes('*')),
        )
        .map(({ Sid }) => `${logicalId} ${Sid}`),
    )

    expect(allowing).toEqual(['Boundary NothingByItself'])
  })

  test('names its resources, but for what takes none', () => {
    const anywhere = policies()
      .filter(([logicalId]) => logicalId !== 'Boundary')
      .flatMap(([, resource]) => statementsOf(resource))
      .filter(({ Resource }) => Resource === '*')
      .flatMap(({ Action }) => [Action].flat())

    // https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
    expect([...new Set(anywhere)].toSorted()).toEqual([
      'acm:ListCertificates',
      'acm:RequestCertificate',
      'cloudfront:CreateDistribution',
      'cloudfront:ListDistributions',
      'dynamodb:ListStreams',
      'iam:GetAccountSummary',
      'iam:ListOpenIDConnectProviders',
      'logs:CreateLogDelivery',
      'logs:DeleteLogDelivery',
      'logs:DescribeLogGroups',
      'logs:DescribeResourcePolicies',
      'logs:GetLogDelivery',
      'logs:ListLogDeliveries',
      'logs:PutResourcePolicy',
      'logs:UpdateLogDelivery',
      'route53:ListHostedZonesByName',
      's3:ListAllMyBuckets',
      'servicequotas:ListServiceQuotas',
      'xray:GetSamplingRules',
      'xray:GetSamplingTargets',
      'xray:PutTelemetryRecords',
      'xray:PutTraceSegments',
    ])
  })

  test('has a name for each of its statements, so that a refusal can be traced to one', () => {
    for (const [logicalId, resource] of policies()) {
      const sids = statementsOf(resource).map(({ Sid }) => Sid)
      expect(sids, logicalId).not.toContain(undefined)
      expect(new Set(sids).size, logicalId).toBe(sids.length)
    }
  })
})

test('every queue is encrypted and keeps its messages for 14 days', () => {
  for (const [, { Properties }] of packaged.ofType('AWS::SQS::Queue'))
    expect(Properties).toMatchObject({ SqsManagedSseEnabled: true, MessageRetentionPeriod: 1_209_600 })
})

test('every rule tries again for a bounded time, and has a dead-letter queue', () => {
  const rules = packaged.ofType('AWS::Events::Rule')

  expect(rules.length).toBeGreaterThan(0)
  for (const [, { Properties }] of rules)
    expect(Properties.Targets).toEqual([
      expect.objectContaining({
        RetryPolicy: {
          MaximumEventAgeInSeconds: expect.any(Number),
          MaximumRetryAttempts: expect.any(Number),
        },
        DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['UndeliveredEvents', 'Arn'] } },
      }),
    ])
})

test('the registry outlives the stack, can go back in time and is encrypted', () => {
  expect(packaged.resources.Registry).toMatchObject({
    DeletionPolicy: 'Retain',
    UpdateReplacePolicy: 'Retain',
    Properties: {
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: true },
      StreamSpecification: { StreamViewType: 'KEYS_ONLY' },
    },
  })
})

test('every workflow is a Standard one, logged and traced, and keeps a version of what it was', () => {
  const versions = packaged.ofType('AWS::StepFunctions::StateMachineVersion').map(([, version]) => version)
  for (const [logicalId, { Properties }] of packaged.ofType('AWS::StepFunctions::StateMachine')) {
    expect(versions).toContainEqual(
      expect.objectContaining({
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
        Properties: {
          StateMachineArn: { Ref: logicalId },
          StateMachineRevisionId: { 'Fn::GetAtt': [logicalId, 'StateMachineRevisionId'] },
        },
      }),
    )
    expect(Properties.StateMachineType ?? 'STANDARD').toBe('STANDARD')
    expect(Properties).toMatchObject({
      LoggingConfiguration: { Level: 'ALL' },
      TracingConfiguration: { Enabled: true },
    })
  }
})

test('whatever has a name of its own has the stage in it', () => {
  const names = Object.values(packaged.resources).flatMap(({ Properties = {} }) =>
    Object.entries(Properties)
      .filter(([property]) => NAMES.has(property))
      .flatMap(([, name]) => (typeof name === 'string' ? name : [])),
  )

  expect(names.length).toBeGreaterThan(0)
  for (const name of names) expect(name).toMatch(/^irsa-local-/)
})

const NAMES: ReadonlySet<string> = new Set([
  'FunctionName',
  'QueueName',
  'StateMachineName',
  'ManagedPolicyName',
  'RoleName',
  'TableName',
  'AlarmName',
])
