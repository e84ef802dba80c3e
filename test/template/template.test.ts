/** What holds of the rest of the deployed stack, whatever is added to it. */
import { beforeAll, expect, test } from 'vitest'
import { parseFile } from '../workflow-files.ts'
import { type Packaged, readPackaged, statementsOf } from './packaged.ts'

let packaged: Packaged

beforeAll(async () => {
  packaged = await readPackaged()
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

test.each(['Registry', 'Audit'])(
  'the table %s outlives the stack, can go back in time and is encrypted',
  (name) => {
    expect(packaged.resources[name]).toMatchObject({
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        SSESpecification: { SSEEnabled: true },
      },
    })
  },
)

test('the registry’s stream tells keys only', () => {
  expect(packaged.resources.Registry?.Properties.StreamSpecification).toEqual({ StreamViewType: 'KEYS_ONLY' })
})

test('the audit is only put to and queried, and nothing of it expires', () => {
  const actions = packaged
    .ofType('AWS::IAM::Role')
    .flatMap(([, role]) => statementsOf(role))
    .filter(({ Resource }) => /"Audit(\.Arn)?"/.test(JSON.stringify(Resource)))
    .flatMap(({ Action }) => Action)

  expect(actions.filter((action) => !['dynamodb:PutItem', 'dynamodb:Query'].includes(action))).toEqual([])
  expect(packaged.resources.Audit?.Properties).not.toHaveProperty('TimeToLiveSpecification')
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
      LoggingConfiguration: {
        Level: 'ALL',
        Destinations: [
          { CloudWatchLogsLogGroup: { LogGroupArn: { 'Fn::GetAtt': [expect.any(String), 'Arn'] } } },
        ],
      },
      TracingConfiguration: { Enabled: true },
    })
    expect(
      packaged.ofType('AWS::Logs::LogGroup').map(([, group]) => group.Properties.LogGroupName),
    ).toContain(`/aws/vendedlogs/states/${Properties.StateMachineName}`)
  }
})

test('what may be undelivered may be put into its queue by the rules of this stack, and by nobody else', () => {
  expect(packaged.resources.UndeliveredEventsPolicy?.Properties).toMatchObject({
    Queues: [{ Ref: 'UndeliveredEvents' }],
    PolicyDocument: {
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'events.amazonaws.com' },
          Action: 'sqs:SendMessage',
          Condition: { ArnLike: { 'aws:SourceArn': expect.any(Array) } },
        },
      ],
    },
  })
})

test('the stack and what it makes are tagged as its own', () => {
  const { provider } = parseFile('serverless.yml') as { readonly provider: Readonly<Record<string, unknown>> }

  const tags = { 'irsa:stack': '${self:custom.stackName}' }
  expect(provider).toMatchObject({ stackTags: tags, tags })
  for (const type of ['AWS::Lambda::Function', 'AWS::StepFunctions::StateMachine'])
    for (const [logicalId, { Properties }] of packaged.ofType(type))
      expect(Properties.Tags, logicalId).toEqual([{ Key: 'irsa:stack', Value: 'irsa-local' }])
})

test('the outputs are what hooks and operators need to know', () => {
  expect(packaged.outputs).toMatchObject({
    EventBusName: { Value: { Ref: 'EventBus' } },
    EventBusArn: { Value: { 'Fn::GetAtt': ['EventBus', 'Arn'] } },
    RegistryName: { Value: { Ref: 'Registry' } },
    ProvisionClusterArn: {
      Value: { 'Fn::Sub': expect.stringContaining('stateMachine:irsa-local-provision-cluster') },
    },
    ReconcileRoleArn: {
      Value: { 'Fn::Sub': expect.stringContaining('stateMachine:irsa-local-reconcile-role') },
    },
    DeadLettersUrl: { Value: { Ref: 'DeadLetters' } },
    UndeliveredEventsUrl: { Value: { Ref: 'UndeliveredEvents' } },
    StreamFailuresUrl: { Value: { Ref: 'StreamFailures' } },
  })
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
