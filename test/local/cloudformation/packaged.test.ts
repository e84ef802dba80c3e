import { describe, expect, it } from 'vitest'
import { ACCOUNT, cloudformationFixture, REGION } from './fixture.ts'
import { packaged, S3_KEY, trust } from './packaged-template.ts'

const zip = new TextEncoder().encode('zip')
const artefacts = (key: string) => (key === S3_KEY ? zip : new Uint8Array())

describe('a packaged template', () => {
  it('is made by the services, what is needed first', async () => {
    const { deploy, operations } = cloudformationFixture()

    await deploy(packaged, { artefacts })

    expect(operations()).toEqual([
      's3 CreateBucket',
      's3 PutBucketEncryption',
      's3 PutBucketPolicy',
      'iam CreateRole',
      'lambda CreateFunction',
      'lambda GetFunctionConfiguration',
      'states CreateStateMachine',
    ])
  })

  it('reaches each service with exactly what the template says', async () => {
    const { deploy, inputs } = cloudformationFixture()

    await deploy(packaged, { artefacts })

    const [role] = inputs('iam CreateRole')
    expect(role).toEqual({
      RoleName: expect.stringMatching(/^irsa-BucketRole-[A-Z0-9]{12}$/),
      AssumeRolePolicyDocument: JSON.stringify(trust),
    })
    const roleArn = `arn:aws:iam::${ACCOUNT}:role/${role?.RoleName}`
    expect(inputs('lambda CreateFunction')).toEqual([
      {
        FunctionName: 'irsa-local-bucket',
        Code: { ZipFile: zip },
        Handler: 'functions/bucket.handler',
        Runtime: 'nodejs24.x',
        MemorySize: 1024,
        Timeout: 6,
        Architectures: ['arm64'],
        Role: roleArn,
      },
    ])
    expect(inputs('states CreateStateMachine')).toEqual([
      {
        name: 'irsa-local-provision-cluster',
        definition: `{"StartAt":"Bucket","States":{"Bucket":{"Type":"Task","Resource":"arn:aws:lambda:${REGION}:${ACCOUNT}:function:irsa-local-bucket","End":true}}}`,
        roleArn,
        loggingConfiguration: { level: 'OFF', includeExecutionData: false },
        tracingConfiguration: { enabled: false },
      },
    ])
  })

  it('is made in its region as the administrator of the stack’s account', async () => {
    const { deploy, sent } = cloudformationFixture()

    await deploy(packaged, { artefacts, region: 'eu-west-1' })

    for (const { call } of sent) {
      expect(call.region).toBe('eu-west-1')
      expect(call.principal).toEqual({
        kind: 'administrator',
        account: ACCOUNT,
        arn: `arn:aws:iam::${ACCOUNT}:user/local`,
      })
    }
  })

  it('answers its outputs', async () => {
    const { deploy, inputs } = cloudformationFixture()

    const { outputs } = await deploy(packaged, { artefacts })

    expect(outputs).toEqual({
      ServerlessDeploymentBucketName: inputs('s3 CreateBucket')[0]?.Bucket,
      MachineArn: `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:irsa-local-provision-cluster`,
    })
  })

  it('deployed again without a change asks the services for nothing', async () => {
    const { deploy, operations, forget } = cloudformationFixture()
    await deploy(packaged, { artefacts })
    forget()

    await deploy(packaged, { artefacts })

    expect(operations()).toEqual([])
  })
})
