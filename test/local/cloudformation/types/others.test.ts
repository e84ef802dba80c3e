import { describe, expect, it } from 'vitest'
import { cloudformationFixture, template } from '../fixture.ts'
import { lifeOf } from './lifecycle.ts'

describe('AWS::StepFunctions::StateMachine', () => {
  const type = 'AWS::StepFunctions::StateMachine'
  const required = { StateMachineName: 'm', RoleArn: 'arn:role' }
  const machine = 'arn:aws:states:eu-central-1:000000000000:stateMachine:m'
  const off = {
    loggingConfiguration: { level: 'OFF', includeExecutionData: false },
    tracingConfiguration: { enabled: false },
  }

  it('fills its substitutions in and leaves other placeholders alone', async () => {
    const { created, values } = await lifeOf({
      type,
      properties: {
        ...required,
        DefinitionString: '{"A":"${Function}","B":"${Other}"}',
        DefinitionSubstitutions: { Function: 'arn:function' },
        LoggingConfiguration: {
          Level: 'ALL',
          IncludeExecutionData: 'true',
          Destinations: [{ CloudWatchLogsLogGroup: { LogGroupArn: 'arn:logs' } }],
        },
        TracingConfiguration: { Enabled: true },
        Tags: [{ Key: 'k', Value: 'v' }],
      },
      attributes: ['Arn', 'Name', 'StateMachineRevisionId'],
    })

    expect(created).toEqual([
      [
        'states CreateStateMachine',
        {
          name: 'm',
          definition: '{"A":"arn:function","B":"${Other}"}',
          roleArn: 'arn:role',
          loggingConfiguration: {
            level: 'ALL',
            includeExecutionData: true,
            destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: 'arn:logs' } }],
          },
          tracingConfiguration: { enabled: true },
          tags: [{ key: 'k', value: 'v' }],
        },
      ],
    ])
    expect(values).toEqual({ Ref: machine, Arn: machine, Name: 'm', StateMachineRevisionId: 'INITIAL' })
  })

  it('takes its definition as an object', async () => {
    const { created } = await lifeOf({ type, properties: { ...required, Definition: { StartAt: 'A' } } })

    expect(created[0]?.[1]).toEqual({
      name: 'm',
      definition: '{"StartAt":"A"}',
      roleArn: 'arn:role',
      ...off,
    })
  })

  it('is updated in place, and waited for until it is gone', async () => {
    const { updated, deleted } = await lifeOf({
      type,
      properties: { ...required, DefinitionString: 'one', Tags: [{ Key: 'k', Value: 'v' }] },
      changed: { ...required, DefinitionString: 'two' },
    })

    expect(updated).toEqual([
      [
        'states UpdateStateMachine',
        { stateMachineArn: machine, definition: 'two', roleArn: 'arn:role', ...off },
      ],
      ['states UntagResource', { resourceArn: machine, tagKeys: ['k'] }],
    ])
    expect(deleted).toEqual([
      ['states DeleteStateMachine', { stateMachineArn: machine }],
      ['states DescribeStateMachine', { stateMachineArn: machine }],
    ])
  })

  it.each([
    ['no definition', {}],
    ['two definitions', { Definition: {}, DefinitionString: '{}' }],
  ])('is refused with %s', async (_, definition) => {
    await expect(lifeOf({ type, properties: { ...required, ...definition } })).rejects.toThrow(
      'exactly one of Definition and DefinitionString is required',
    )
  })
})

describe('AWS::StepFunctions::StateMachineVersion', () => {
  const type = 'AWS::StepFunctions::StateMachineVersion'
  const machine = 'arn:aws:states:eu-central-1:000000000000:stateMachine:m'

  it('is published of the revision that it names, and replaced by that of another', async () => {
    const revision = (StateMachineRevisionId: string) => ({
      StateMachineArn: machine,
      StateMachineRevisionId,
    })
    const publish = (revisionId: string) => [
      'states PublishStateMachineVersion',
      { stateMachineArn: machine, revisionId },
    ]
    const remove = (version: number) => [
      'states DeleteStateMachineVersion',
      { stateMachineVersionArn: `${machine}:${version}` },
    ]

    const { created, updated, deleted, values } = await lifeOf({
      type,
      properties: revision('INITIAL'),
      changed: revision('two'),
      attributes: ['Arn'],
    })

    expect(created).toEqual([publish('INITIAL')])
    expect(updated).toEqual([publish('two'), remove(1)])
    expect(deleted).toEqual([remove(2)])
    expect(values).toEqual({ Ref: `${machine}:1`, Arn: `${machine}:1` })
  })
})

describe('AWS::CloudFront::OriginAccessControl', () => {
  const config = {
    Name: 'irsa',
    OriginAccessControlOriginType: 's3',
    SigningBehavior: 'always',
    SigningProtocol: 'sigv4',
  }

  it('is changed and deleted with the ETag that it has', async () => {
    const changed = { OriginAccessControlConfig: { ...config, Description: 'd' } }
    const { created, updated, deleted, values } = await lifeOf({
      type: 'AWS::CloudFront::OriginAccessControl',
      properties: { OriginAccessControlConfig: config },
      changed,
      attributes: ['Id'],
    })

    expect(created).toEqual([['cloudfront CreateOriginAccessControl', { OriginAccessControlConfig: config }]])
    expect(updated).toEqual([
      ['cloudfront GetOriginAccessControl', { Id: 'E1' }],
      ['cloudfront UpdateOriginAccessControl', { ...changed, Id: 'E1', IfMatch: 'etag-1' }],
    ])
    expect(deleted).toEqual([
      ['cloudfront GetOriginAccessControl', { Id: 'E1' }],
      ['cloudfront DeleteOriginAccessControl', { Id: 'E1', IfMatch: 'etag-1' }],
    ])
    expect(values).toEqual({ Ref: 'E1', Id: 'E1' })
  })
})

describe('AWS::S3::Bucket', () => {
  const type = 'AWS::S3::Bucket'
  const Bucket = 'b'

  it('is created where the stack is, then given its settings in S3’s spelling', async () => {
    const { created, deleted, values } = await lifeOf({
      type,
      properties: {
        BucketName: 'b',
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
        },
        VersioningConfiguration: { Status: 'Enabled' },
        PublicAccessBlockConfiguration: { BlockPublicAcls: 'true' },
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
        LifecycleConfiguration: {
          Rules: [{ Id: 'old', Status: 'Enabled', ExpirationInDays: 7 }],
        },
        Tags: [{ Key: 'k', Value: 'v' }],
      },
      attributes: ['Arn', 'DomainName', 'RegionalDomainName'],
    })

    expect(created).toEqual([
      ['s3 CreateBucket', { Bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' } }],
      [
        's3 PutBucketEncryption',
        {
          Bucket,
          ServerSideEncryptionConfiguration: {
            Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
          },
        },
      ],
      [
        's3 PutBucketOwnershipControls',
        { Bucket, OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] } },
      ],
      ['s3 PutPublicAccessBlock', { Bucket, PublicAccessBlockConfiguration: { BlockPublicAcls: true } }],
      [
        's3 PutBucketLifecycleConfiguration',
        {
          Bucket,
          LifecycleConfiguration: {
            Rules: [{ ID: 'old', Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { Days: 7 } }],
          },
        },
      ],
      ['s3 PutBucketTagging', { Bucket, Tagging: { TagSet: [{ Key: 'k', Value: 'v' }] } }],
      ['s3 PutBucketVersioning', { Bucket, VersioningConfiguration: { Status: 'Enabled' } }],
    ])
    expect(values).toEqual({
      Ref: 'b',
      Arn: 'arn:aws:s3:::b',
      DomainName: 'b.s3.amazonaws.com',
      RegionalDomainName: 'b.s3.eu-central-1.amazonaws.com',
    })
    expect(deleted).toEqual([['s3 DeleteBucket', { Bucket }]])
  })

  it('loses the settings that have left the template; versioning is only suspended', async () => {
    const { updated } = await lifeOf({
      type,
      properties: {
        BucketName: 'b',
        PublicAccessBlockConfiguration: { BlockPublicAcls: true },
        VersioningConfiguration: { Status: 'Enabled' },
      },
      changed: { BucketName: 'b' },
    })

    expect(updated).toEqual([
      ['s3 DeletePublicAccessBlock', { Bucket }],
      ['s3 PutBucketVersioning', { Bucket, VersioningConfiguration: { Status: 'Suspended' } }],
    ])
  })

  it('gets a name in lower case', async () => {
    const { values } = await lifeOf({ type, properties: {} })

    expect(values.Ref).toMatch(/^irsa-it-[a-z0-9]{12}$/)
  })
})

describe('AWS::S3::BucketPolicy', () => {
  it('is put, put again and deleted', async () => {
    const document = (sid: string) => ({ Version: '2012-10-17', Statement: [{ Sid: sid }] })
    const { created, updated, deleted } = await lifeOf({
      type: 'AWS::S3::BucketPolicy',
      properties: { Bucket: 'b', PolicyDocument: document('one') },
      changed: { Bucket: 'b', PolicyDocument: document('two') },
    })

    expect(created).toEqual([
      ['s3 PutBucketPolicy', { Bucket: 'b', Policy: JSON.stringify(document('one')) }],
    ])
    expect(updated).toEqual([
      ['s3 PutBucketPolicy', { Bucket: 'b', Policy: JSON.stringify(document('two')) }],
    ])
    expect(deleted).toEqual([['s3 DeleteBucketPolicy', { Bucket: 'b' }]])
  })
})

describe('types that are records only', () => {
  const where = 'eu-central-1:000000000000'
  const transformations = [{ MetricName: 'm', MetricNamespace: 'n', MetricValue: '1', DefaultValue: 0 }]

  it.each([
    [
      'AWS::Logs::LogGroup',
      { LogGroupName: '/aws/lambda/f', RetentionInDays: 30 },
      { Ref: '/aws/lambda/f', Arn: `arn:aws:logs:${where}:log-group:/aws/lambda/f:*` },
    ],
    [
      'AWS::Logs::MetricFilter',
      { FilterName: 'f', FilterPattern: '', LogGroupName: 'g', MetricTransformations: transformations },
      { Ref: 'f' },
    ],
    [
      'AWS::SNS::Topic',
      { TopicName: 't' },
      { Ref: `arn:aws:sns:${where}:t`, TopicArn: `arn:aws:sns:${where}:t`, TopicName: 't' },
    ],
    [
      'AWS::SSM::Parameter',
      { Name: '/irsa/x', Type: 'String', Value: 'v', Tags: { k: 'v' } },
      { Ref: '/irsa/x', Type: 'String', Value: 'v' },
    ],
  ])('%s answers Ref and Fn::GetAtt, and asks no service', async (type, properties, values) => {
    const attributes = Object.keys(values).filter((name) => name !== 'Ref')
    const life = await lifeOf({ type, properties, attributes })

    expect(life.values).toEqual(values)
    expect(life.created).toEqual([])
    expect(life.deleted).toEqual([])
  })

  it.each([
    ['AWS::SNS::TopicPolicy', { PolicyDocument: {}, Topics: ['arn:t'] }, /^irsa-It-/],
    [
      'AWS::SNS::Subscription',
      { TopicArn: 'arn:t', Protocol: 'email', Endpoint: 'a@b' },
      /^arn:t:[0-9a-f-]{36}$/,
    ],
    ['AWS::Logs::LogGroup', {}, /^irsa-It-[A-Z0-9]{12}$/],
  ])('%s has an id of its own', async (type, properties, id) => {
    expect((await lifeOf({ type, properties })).values.Ref).toMatch(id)
  })

  it.each([
    ['AWS::Logs::LogGroup', { RetentionInDays: 'long' }],
    ['AWS::Logs::MetricFilter', { FilterPattern: '', LogGroupName: 'g', MetricTransformations: [] }],
    ['AWS::CloudWatch::Alarm', { EvaluationPeriods: 1 }],
    ['AWS::CloudWatch::Dashboard', {}],
    ['AWS::SNS::Topic', { Foo: 1 }],
    ['AWS::SNS::Subscription', { Protocol: 'email' }],
    ['AWS::SSM::Parameter', { Type: 'SecureString', Value: 'v' }],
  ])('%s is held to its properties all the same', async (type, properties) => {
    await expect(lifeOf({ type, properties })).rejects.toThrow(/\bIt\b/)
  })

  it('follows changes in what Fn::GetAtt answers', async () => {
    const { deploy } = cloudformationFixture()
    const parameter = (Value: string) =>
      template(
        { It: { Type: 'AWS::SSM::Parameter', Properties: { Name: 'p', Type: 'String', Value } } },
        { Outputs: { Value: { Value: { 'Fn::GetAtt': ['It', 'Value'] } } } },
      )

    await deploy(parameter('one'))

    expect((await deploy(parameter('two'))).outputs).toEqual({ Value: 'two' })
  })
})
