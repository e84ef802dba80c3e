/** Roles: with their cluster, after it, and when something is wrong with one of them. */
import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
} from '@aws-sdk/client-iam'
import {
  InvokeCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda'
import { ListExecutionsCommand } from '@aws-sdk/client-sfn'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { REGION } from '../../cli/package-stack.ts'
import { iamClient } from '../../lib/aws/clients.ts'
import { partitionOf } from '../../lib/aws/partitions.ts'
import type { RoleStatus } from '../../lib/registry/roles.ts'
import { AwsError } from '../../local/errors.ts'
import { clusterNamed, type Pipeline, POLL, roleFor, sharePipeline } from './pipeline.ts'

let pipeline: Pipeline

beforeAll(async () => {
  pipeline = await sharePipeline()
})

afterAll(() => pipeline.stop())

test('one bad role does not stop the others, and its requester is told', async () => {
  const missing = { policies: [{ arn: 'arn:aws:iam::aws:policy/NoSuchPolicy' }] }
  await announced('bad')
  await pipeline.request(
    'bad',
    roleFor('shop', 'good'),
    roleFor('shop', 'wrong', missing),
    roleFor('shop', 'fine'),
  )

  expect(await pipeline.runEnded('bad')).toMatchObject({ status: 'SUCCEEDED' })

  expect(await statesOf('bad')).toEqual({
    'shop/fine': 'READY',
    'shop/good': 'READY',
    'shop/wrong': 'FAILED',
  })
  expect((await pipeline.told()).filter(({ detail }) => detail.cluster === 'bad')).toContainEqual(
    expect.objectContaining({
      'detail-type': 'Role Failed',
      detail: expect.objectContaining({
        serviceAccount: 'wrong',
        error: expect.stringMatching(/^PolicyMalformed: .*NoSuchPolicy/),
        remedy: expect.stringContaining('Correct the policy'),
      }),
    }),
  )
})

test('a role of somebody else under our name is left alone, fails by itself, and is ours once it is asked for again', async () => {
  const RoleName = 'local_taken_shop_cart'
  const AssumeRolePolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' },
  })
  const command = new CreateRoleCommand({ RoleName, Path: '/other/', AssumeRolePolicyDocument })
  await iamClient(partitionOf(REGION)).send(command)
  const foreign = await roleNamed(RoleName)
  await announced('taken')
  await pipeline.request('taken', roleFor('shop', 'cart'), roleFor('shop', 'till'))

  expect(await pipeline.runEnded('taken')).toMatchObject({ status: 'SUCCEEDED' })
  expect(await pipeline.roleStatuses('taken')).toMatchObject({
    'shop/cart': { state: 'FAILED', error: 'RoleNotOurs' },
    'shop/till': { state: 'READY' },
  })
  expect(await roleNamed(RoleName)).toEqual(foreign)

  await iamClient(partitionOf(REGION)).send(new DeleteRoleCommand({ RoleName }))
  await pipeline.request('taken', roleFor('shop', 'cart'))

  await expect.poll(() => statesOf('taken'), POLL).toEqual({ 'shop/cart': 'READY', 'shop/till': 'READY' })
})

test('what is nobody’s fault is tried five times, fails the run, and only that role is tried when it is redriven', async () => {
  const matching = ({ RoleName }: Readonly<Record<string, unknown>>) =>
    RoleName === 'local_quota_shop_toomany'
  const error = new AwsError('LimitExceeded', 'Cannot exceed quota for RolesPerAccount: 1000', 409)
  pipeline.aws.faults.add({
    service: 'iam',
    operation: 'CreateRole',
    // The SDK itself tries a quota again, as if it were a throttle.
    times: 1_000,
    matching,
    effect: { kind: 'fail-before', error },
  })
  await announced('quota')
  await pipeline.request('quota', roleFor('shop', 'fits'), roleFor('shop', 'toomany'))

  expect(await pipeline.runEnded('quota')).toMatchObject({ status: 'FAILED', error: 'RolesIncomplete' })
  pipeline.aws.faults.clear()
  // So long one more role in that account is refused.
  pipeline.aws.clock.advance(15 * 60_000)
  expect(await statesOf('quota')).toEqual({ 'shop/fits': 'READY', 'shop/toomany': 'RETRY' })
  expect(await pipeline.cluster('quota')).toMatchObject({ status: 'ISSUER_READY' })
  pipeline.aws.calls.clear()
  await pipeline.redrive('quota-1')

  expect(await pipeline.runEnded('quota')).toMatchObject({ status: 'SUCCEEDED' })
  expect(await statesOf('quota')).toEqual({ 'shop/fits': 'READY', 'shop/toomany': 'READY' })
  const asked = pipeline.aws.calls.list({ service: 'iam', operation: 'GetRole' })
  expect(new Set(asked.map(({ input }) => 'RoleName' in input && input.RoleName))).toEqual(
    new Set(['local_quota_shop_toomany']),
  )
})

test('a role that is asked for when the cluster is ready is made at once, and changed in place', async () => {
  await announced('later')
  await pipeline.runEnded('later')
  const before = (await reconcileExecutions()).length

  await pipeline.request('later', roleFor('shop', 'cart'))
  await expect.poll(() => statesOf('later'), POLL).toEqual({ 'shop/cart': 'READY' })
  const made = await roleNamed('local_later_shop_cart')
  const statements = [{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' }]
  await pipeline.request('later', roleFor('shop', 'cart', { policies: [{ statements }] }))
  await expect.poll(() => pipeline.roleStatuses('later'), POLL).toMatchObject({ 'shop/cart': { version: 2 } })

  expect(await roleNamed('local_later_shop_cart')).toMatchObject({ RoleId: made?.RoleId })
  const policy = await iamClient(partitionOf(REGION)).send(
    new GetRolePolicyCommand({ RoleName: 'local_later_shop_cart', PolicyName: 'irsa' }),
  )
  expect(decodeURIComponent(policy.PolicyDocument ?? '')).toContain('sqs:SendMessage')
  expect(await reconcileExecutions()).toHaveLength(before + 2)
})

test('a role that is asked for while its cluster is made is not made twice', async () => {
  await announced('early')
  const before = (await reconcileExecutions()).length
  await pipeline.request('early', roleFor('shop', 'cart'))
  await pipeline.runEnded('early')

  expect(await statesOf('early')).toEqual({ 'shop/cart': 'READY' })
  expect(await reconcileExecutions()).toHaveLength(before)
})

test('a role that is no longer asked for goes, and can be asked for anew', async () => {
  const policies = [{ arn: 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess' }]
  await announced('gone')
  await pipeline.request('gone', roleFor('shop', 'cart', { policies }), roleFor('shop', 'till'))
  await pipeline.runEnded('gone')

  await pipeline.remove('gone', 'shop/cart')

  await expect.poll(() => statesOf('gone'), POLL).toEqual({ 'shop/till': 'READY' })
  await expect(roleNamed('local_gone_shop_cart')).rejects.toMatchObject({ name: 'NoSuchEntityException' })

  await pipeline.request('gone', roleFor('shop', 'cart'))

  await expect.poll(() => statesOf('gone'), POLL).toEqual({ 'shop/cart': 'READY', 'shop/till': 'READY' })
})

test('a role goes when it expires', async () => {
  await announced('expiring')
  await pipeline.runEnded('expiring')
  const expiresAt = new Date(pipeline.aws.clock.now().getTime() + 3_600_000).toISOString()
  await pipeline.request('expiring', roleFor('shop', 'cart', { expiresAt }))
  await expect.poll(() => statesOf('expiring'), POLL).toEqual({ 'shop/cart': 'READY' })

  pipeline.aws.clock.advance(3_600_000)
  await new LambdaClient({ region: REGION }).send(new InvokeCommand({ FunctionName: 'irsa-local-sweep' }))

  await expect.poll(() => statesOf('expiring'), POLL).toEqual({})
  await expect(roleNamed('local_expiring_shop_cart')).rejects.toMatchObject({ name: 'NoSuchEntityException' })
})

test('a role that others attached policies to stays and says which, until its removal is forced', async () => {
  const RoleName = 'local_attached_shop_cart'
  const PolicyArn = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'
  await announced('attached')
  await pipeline.request('attached', roleFor('shop', 'cart'))
  await pipeline.runEnded('attached')
  await iamClient(partitionOf(REGION)).send(new AttachRolePolicyCommand({ RoleName, PolicyArn }))

  await pipeline.remove('attached', 'shop/cart')

  await expect
    .poll(() => pipeline.roleStatuses('attached'), POLL)
    .toMatchObject({
      'shop/cart': {
        state: 'FAILED',
        error: 'RoleHasOtherPolicies',
        message: expect.stringContaining(PolicyArn),
      },
    })
  expect(await roleNamed(RoleName)).toBeDefined()

  await pipeline.remove('attached', 'shop/cart', true)

  await expect.poll(() => statesOf('attached'), POLL).toEqual({})
  await expect(roleNamed(RoleName)).rejects.toMatchObject({ name: 'NoSuchEntityException' })
})

test('a request that the stream did not bring is found by the sweep', async () => {
  await announced('missed')
  await pipeline.runEnded('missed')
  const turnStream = await streamSwitch()
  await turnStream('off')
  onTestFinished(() => turnStream('on'))

  await pipeline.request('missed', roleFor('shop', 'cart'))
  await new LambdaClient({ region: REGION }).send(new InvokeCommand({ FunctionName: 'irsa-local-sweep' }))

  await expect.poll(() => statesOf('missed'), POLL).toEqual({ 'shop/cart': 'READY' })
})

/** As operators would keep the stream from its function. */
async function streamSwitch() {
  const lambda = new LambdaClient({ region: REGION })
  const mapping = async () =>
    (await lambda.send(new ListEventSourceMappingsCommand({}))).EventSourceMappings?.[0]
  const UUID = (await mapping())?.UUID
  return async (turned: 'on' | 'off') => {
    await lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: turned === 'on' }))
    const state = turned === 'on' ? 'Enabled' : 'Disabled'
    await expect.poll(async () => (await mapping())?.State, POLL).toBe(state)
  }
}

async function announced(cluster: string): Promise<void> {
  await pipeline.announce(clusterNamed(cluster))
  await expect.poll(() => pipeline.cluster(cluster), POLL).toBeDefined()
}

async function statesOf(cluster: string): Promise<Record<string, RoleStatus['state']>> {
  const statuses = await pipeline.roleStatuses(cluster)
  return Object.fromEntries(Object.entries(statuses).map(([name, { state }]) => [name, state]))
}

async function roleNamed(RoleName: string) {
  return (await iamClient(partitionOf(REGION)).send(new GetRoleCommand({ RoleName }))).Role
}

async function reconcileExecutions(): Promise<string[]> {
  const stateMachineArn = pipeline.outputs.ReconcileRoleArn
  const { executions = [] } = await pipeline.deployed.sfn.send(new ListExecutionsCommand({ stateMachineArn }))
  return executions.map(({ name = '' }) => name)
}
