/** What a person who looks around asks about a stack's resources and templates, through an SDK client. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStackResourceCommand,
  GetTemplateSummaryCommand,
  ListStackResourcesCommand,
  type ListStackResourcesOutput,
  waitUntilStackCreateComplete,
} from '@aws-sdk/client-cloudformation'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startLocalAws } from '../../../local/aws.ts'
import { ACCOUNT, cloudformationFixture, REGION, template } from './fixture.ts'

const StackName = 'views'
const TemplateBody = JSON.stringify({
  AWSTemplateFormatVersion: '2010-09-09',
  Description: 'two queues',
  Metadata: { made: 'for a test' },
  Parameters: {
    Delay: { Type: 'Number', Default: '0', AllowedValues: [0, 5], Description: 'in seconds' },
    Secret: { Type: 'String', NoEcho: true },
  },
  Resources: {
    Dead: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'dead' } },
    Events: {
      Type: 'AWS::SQS::Queue',
      DependsOn: 'Dead',
      Metadata: { stack: { Ref: 'AWS::StackName' }, delay: { Ref: 'Delay' } },
      Properties: { QueueName: 'events', DelaySeconds: { Ref: 'Delay' } },
    },
  },
})

async function deployed() {
  const directory = mkdtempSync(join(tmpdir(), 'local-aws-'))
  const aws = await startLocalAws({ speed: 1000, directory })
  const client = new CloudFormationClient({
    endpoint: aws.endpoint,
    region: REGION,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  })
  onTestFinished(async () => {
    client.destroy()
    await aws.stop()
    rmSync(directory, { recursive: true })
  })
  const Parameters = [{ ParameterKey: 'Secret', ParameterValue: 's' }]
  const { StackId } = await client.send(new CreateStackCommand({ StackName, TemplateBody, Parameters }))
  await waitUntilStackCreateComplete({ client, maxWaitTime: 10, minDelay: 1 }, { StackName })
  return { client, StackId, queue: (name: string) => `${aws.endpoint}/${ACCOUNT}/${name}` }
}

const made = {
  ResourceType: 'AWS::SQS::Queue',
  ResourceStatus: 'CREATE_COMPLETE',
  DriftInformation: { StackResourceDriftStatus: 'NOT_CHECKED' },
  LastUpdatedTimestamp: expect.any(Date),
}

describe('ListStackResources', () => {
  it('is every resource with its physical id', async () => {
    const { client, queue } = await deployed()

    const { StackResourceSummaries } = await client.send(new ListStackResourcesCommand({ StackName }))

    expect(StackResourceSummaries).toEqual([
      { ...made, LogicalResourceId: 'Dead', PhysicalResourceId: queue('dead') },
      { ...made, LogicalResourceId: 'Events', PhysicalResourceId: queue('events') },
    ])
    await expect(client.send(new ListStackResourcesCommand({ StackName: 'none' }))).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'Stack with id none does not exist',
    })
  })

  it('comes in pages of 100', async () => {
    const fixture = cloudformationFixture()
    const names = Array.from({ length: 101 }, (_, index) => `q${index}`)
    const queues = Object.fromEntries(names.map((name) => [name, { Type: 'AWS::SQS::Queue' }]))
    await fixture.deploy(template(queues))
    const page = (NextToken?: string) =>
      fixture.send<ListStackResourcesOutput>('ListStackResources', { StackName: 'irsa', NextToken })

    const first = await page()
    const second = await page(first.NextToken)

    expect(first.StackResourceSummaries).toHaveLength(100)
    expect(second.StackResourceSummaries).toHaveLength(1)
    expect(second.NextToken).toBeUndefined()
    await expect(page('x')).rejects.toMatchObject({ code: 'ValidationError' })
  })
})

describe('DescribeStackResource', () => {
  it('is one resource with the metadata of the template, functions worked out', async () => {
    const { client, queue, StackId } = await deployed()
    const describeOne = async (LogicalResourceId: string) => {
      const input = { StackName, LogicalResourceId }
      const { StackResourceDetail } = await client.send(new DescribeStackResourceCommand(input))
      return StackResourceDetail
    }

    expect(await describeOne('Events')).toEqual({
      ...made,
      StackName,
      StackId,
      LogicalResourceId: 'Events',
      PhysicalResourceId: queue('events'),
      Metadata: '{"stack":"views","delay":"0"}',
    })
    expect(await describeOne('Dead')).toMatchObject({ PhysicalResourceId: queue('dead'), Metadata: '{}' })
    await expect(describeOne('Other')).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'Resource Other does not exist for stack views',
    })
  })
})

describe('GetTemplateSummary', () => {
  it('is the same of a stack as of its template: parameters, types, version, metadata', async () => {
    const { client } = await deployed()
    const summary = {
      Parameters: [
        {
          ParameterKey: 'Delay',
          DefaultValue: '0',
          ParameterType: 'Number',
          NoEcho: false,
          Description: 'in seconds',
          ParameterConstraints: { AllowedValues: ['0', '5'] },
        },
        { ParameterKey: 'Secret', ParameterType: 'String', NoEcho: true, ParameterConstraints: {} },
      ],
      Description: 'two queues',
      ResourceTypes: ['AWS::SQS::Queue'],
      Version: '2010-09-09',
      Metadata: '{"made":"for a test"}',
    }

    for (const input of [{ StackName }, { TemplateBody }])
      expect(await client.send(new GetTemplateSummaryCommand(input))).toMatchObject(summary)
    await expect(client.send(new GetTemplateSummaryCommand({ StackName: 'none' }))).rejects.toMatchObject({
      name: 'ValidationError',
    })
  })

  it('says which capability the template needs, and why', async () => {
    const { send } = cloudformationFixture()
    const role = (Properties: object) =>
      JSON.stringify(
        template({ Role: { Type: 'AWS::IAM::Role', Properties }, Other: { Type: 'AWS::IAM::Role' } }),
      )
    const CapabilitiesReason = 'The following resource(s) require capabilities: [AWS::IAM::Role]'

    expect(await send('GetTemplateSummary', { TemplateBody: role({}) })).toMatchObject({
      Capabilities: ['CAPABILITY_IAM'],
      CapabilitiesReason,
    })
    expect(await send('GetTemplateSummary', { TemplateBody: role({ RoleName: 'r' }) })).toMatchObject({
      Capabilities: ['CAPABILITY_NAMED_IAM'],
      CapabilitiesReason,
    })
  })

  it('wants one template, and no more', async () => {
    const { send, asks } = cloudformationFixture()

    for (const input of [{}, { StackName, TemplateBody }])
      await expect(send('GetTemplateSummary', input)).rejects.toMatchObject({ code: 'ValidationError' })
    expect(asks('GetTemplateSummary', { TemplateBody })).toEqual([
      { action: 'cloudformation:GetTemplateSummary', resource: '*' },
    ])
    expect(asks('GetTemplateSummary', { StackName })).toEqual([
      {
        action: 'cloudformation:GetTemplateSummary',
        resource: `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/views/*`,
      },
    ])
  })
})
