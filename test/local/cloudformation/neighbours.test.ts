/** With the services that it deploys into, their strictness and their waits, and spoken to by the AWS SDK. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  ListExportsCommand,
  ListStacksCommand,
} from '@aws-sdk/client-cloudformation'
import { strToU8, zipSync } from 'fflate'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createCallLog } from '../../../local/calls.ts'
import { createClock } from '../../../local/clock.ts'
import { createCloudformation } from '../../../local/cloudformation/index.ts'
import { createDispatch } from '../../../local/dispatch.ts'
import { AwsError } from '../../../local/errors.ts'
import { createFaults } from '../../../local/faults.ts'
import { createHosting } from '../../../local/hosting.ts'
import { createLambda } from '../../../local/lambda/index.ts'
import { startServer } from '../../../local/server.ts'
import type { Principal, Service } from '../../../local/service.ts'
import { createStates } from '../../../local/states/service.ts'
import type { StsView, World } from '../../../local/world.ts'
import { CACHE } from '../cache.ts'
import { servicesOf } from '../serve.ts'
import { testWorld } from '../world.ts'
import { ACCOUNT, caller, REGION, template } from './fixture.ts'
import { packaged, S3_KEY } from './packaged-template.ts'

const SPEED = 1000
const zip = zipSync({ 'functions/bucket.mjs': strToU8('export const handler = async (event) => event') })
const artefacts = (key: string) => (key === S3_KEY ? zip : new Uint8Array())

/** S3, CloudFront, Lambda and Step Functions as they are; roles are trusted from half a second after their creation. */
async function neighbours() {
  const clock = createClock(SPEED)
  const directory = mkdtempSync(join(tmpdir(), 'cloudformation-'))
  const calls = createCallLog()
  const services = new Map<string, Service>()
  const roles = new Map<string, Date>()
  const dispatch = createDispatch({
    clock,
    services,
    faults: createFaults(),
    throttle: () => undefined,
    authorize: () => undefined,
    calls,
  })
  const world: World = testWorld({
    clock,
    dispatch,
    iam: () => ({ role: () => undefined, provider: () => undefined, organizationOf: () => undefined }),
    sts: () => sts(roles, clock.now),
  })
  const lambda = createLambda(world, { directory, codeDirectory: join(CACHE, 'code') })
  const cloudformation = createCloudformation(world)
  const hosting = createHosting(world)
  const others = [...hosting.services, lambda.service, createStates(world).service]
  for (const service of [...others, cloudformation.service, ...iam(roles, clock.now)])
    services.set(service.name, service)
  const server = await startServer({ ...world, edge: () => hosting.edge, calls }, 0)
  onTestFinished(async () => {
    await server.close()
    await lambda.stop()
    clock.stop()
    rmSync(directory, { recursive: true })
  })
  const client = new CloudFormationClient({
    endpoint: `http://127.0.0.1:${server.port}`,
    region: REGION,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  })
  const ask = <Output>(service: string, operation: string, input: object) =>
    dispatch<Output>(service, operation, input, caller)
  return { ...cloudformation, client, ask, roles }
}

function iam(roles: Map<string, Date>, now: () => Date): Iterable<Service> {
  const arnOf = (name: unknown) => `arn:aws:iam::${ACCOUNT}:role/${name}`
  return servicesOf({
    iam: {
      CreateRole: ({ RoleName }) => {
        roles.set(arnOf(RoleName), now())
        return { Role: { Arn: arnOf(RoleName), RoleId: 'AROA1' } }
      },
      DeleteRole: ({ RoleName }) => {
        roles.delete(arnOf(RoleName))
        return {}
      },
    },
  }).values()
}

function sts(roles: ReadonlyMap<string, Date>, now: () => Date): StsView {
  return {
    principal: (): Principal => caller.principal,
    serviceSession(roleArn) {
      const created = roles.get(roleArn)
      // The clock's date is the real one: 5 ms at this speed are 5 s of AWS.
      if (created === undefined || now().getTime() - created.getTime() < 5)
        throw new AwsError('AccessDenied', 'not yet', 403)
      const secrets = { accessKeyId: 'ASIA1', secretAccessKey: 's', sessionToken: 't' }
      return { ...secrets, expiration: new Date(now().getTime() + 3_600_000) }
    },
  }
}

describe('a packaged template among real services', () => {
  it('becomes a bucket, a function and a state machine that work, and goes again', async () => {
    const { deploy, ask, client, roles } = await neighbours()

    const { outputs } = await deploy({ stackName: 'irsa', template: packaged, region: REGION, artefacts })

    const Bucket = outputs.ServerlessDeploymentBucketName
    await expect(ask('s3', 'GetBucketPolicy', { Bucket })).resolves.toBeDefined()
    const { Payload } = await ask<{ Payload: Uint8Array }>('lambda', 'Invoke', {
      FunctionName: 'irsa-local-bucket',
      Payload: strToU8('{"a":1}'),
    })
    expect(JSON.parse(new TextDecoder().decode(Payload))).toEqual({ a: 1 })
    await expect(
      ask('states', 'DescribeStateMachine', { stateMachineArn: outputs.MachineArn }),
    ).resolves.toMatchObject({ status: 'ACTIVE', name: 'irsa-local-provision-cluster' })

    await client.send(new DeleteStackCommand({ StackName: 'irsa' }))
    await expect
      .poll(async () => {
        const { StackSummaries = [] } = await client.send(new ListStacksCommand({}))
        return StackSummaries.map((stack) => stack.StackStatus)
      })
      .toEqual(['DELETE_COMPLETE'])
    expect(roles.size).toBe(0)
    await expect(ask('s3', 'GetBucketPolicy', { Bucket })).rejects.toMatchObject({ code: 'NoSuchBucket' })
    await expect(ask('lambda', 'GetFunction', { FunctionName: 'irsa-local-bucket' })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    })
  })

  it('is updated in place when it is deployed again', async () => {
    const { deploy, ask } = await neighbours()
    const options = { stackName: 'irsa', region: REGION, artefacts: () => zip }
    await deploy({ ...options, template: packaged })
    const later = JSON.parse(
      JSON.stringify(packaged).replaceAll(S3_KEY, 'later.zip').replaceAll('1024', '512'),
    )

    await deploy({ ...options, template: later })

    await expect(
      ask('lambda', 'GetFunctionConfiguration', { FunctionName: 'irsa-local-bucket' }),
    ).resolves.toMatchObject({ MemorySize: 512, LastUpdateStatus: 'Successful' })
  })
})

describe('the AWS SDK', () => {
  it('creates a stack from YAML, watches it and deletes it', async () => {
    const { client } = await neighbours()
    const TemplateBody = `
Parameters: {Name: {Type: String}}
Resources:
  Control:
    Type: AWS::CloudFront::OriginAccessControl
    Properties:
      OriginAccessControlConfig:
        Name: !Sub '\${AWS::StackName}-\${Name}'
        OriginAccessControlOriginType: s3
        SigningBehavior: always
        SigningProtocol: sigv4
Outputs:
  Id: {Value: !GetAtt Control.Id, Export: {Name: control}}
`
    const StackName = 'controls'

    const { StackId } = await client.send(
      new CreateStackCommand({
        StackName,
        TemplateBody,
        Parameters: [{ ParameterKey: 'Name', ParameterValue: 'x' }],
      }),
    )
    await expect
      .poll(async () => {
        const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName }))
        return Stacks[0]?.StackStatus
      })
      .toBe('CREATE_COMPLETE')

    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName }))
    const id = Stacks[0]?.Outputs?.[0]?.OutputValue
    expect(Stacks[0]).toMatchObject({
      StackId,
      StackName,
      CreationTime: expect.any(Date),
      Parameters: [{ ParameterKey: 'Name', ParameterValue: 'x' }],
      Outputs: [{ OutputKey: 'Id', ExportName: 'control' }],
    })
    const { StackResources = [] } = await client.send(new DescribeStackResourcesCommand({ StackName }))
    expect(StackResources).toMatchObject([
      { LogicalResourceId: 'Control', PhysicalResourceId: id, ResourceStatus: 'CREATE_COMPLETE' },
    ])
    const { StackEvents = [] } = await client.send(new DescribeStackEventsCommand({ StackName }))
    expect(StackEvents.map((event) => event.ResourceStatus)).toEqual([
      'CREATE_COMPLETE',
      'CREATE_COMPLETE',
      'CREATE_IN_PROGRESS',
      'CREATE_IN_PROGRESS',
    ])
    await expect(client.send(new GetTemplateCommand({ StackName }))).resolves.toMatchObject({ TemplateBody })
    const { Exports } = await client.send(new ListExportsCommand({}))
    expect(Exports).toEqual([{ ExportingStackId: StackId, Name: 'control', Value: id }])
    await client.send(new DeleteStackCommand({ StackName }))
    await expect
      .poll(() =>
        client.send(new DescribeStacksCommand({ StackName })).catch((error: Error) => error.message),
      )
      .toBe('Stack with id controls does not exist')
  })

  it('gets CloudFormation’s own errors', async () => {
    const { client } = await neighbours()
    const role = template({ R: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: {} } } })
    const create = (TemplateBody: string) =>
      client.send(new CreateStackCommand({ StackName: 's', TemplateBody }))

    await expect(create(JSON.stringify(role))).rejects.toMatchObject({
      name: 'InsufficientCapabilitiesException',
    })
    await expect(create('{}')).rejects.toMatchObject({ name: 'ValidationError' })
  })
})
