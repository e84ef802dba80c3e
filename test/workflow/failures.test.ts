/** What goes wrong stays where it happened, is told with what to do, and goes on from there. */
import { DisableRuleCommand, EnableRuleCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { createHostedZone } from '../../cli/local-stack.ts'
import { REGION } from '../../cli/package-stack.ts'
import { parseFault } from '../../local/faults.ts'
import { newIn, takeInventory } from './inventory.ts'
import { clusterNamed, type Pipeline, POLL, roleFor, sharePipeline } from './pipeline.ts'

let pipeline: Pipeline

beforeAll(async () => {
  pipeline = await sharePipeline()
})

afterAll(() => pipeline.stop())

test('a step that fails is told with its remedy, and a redrive makes nothing again that was made before', async () => {
  await pipeline.announce(clusterNamed('zoneless', { baseDomain: 'zoneless.example.org' }))

  const failed = await pipeline.runEnded('zoneless')

  expect(failed).toMatchObject({ status: 'FAILED', error: 'HostedZoneNotFound' })
  await expect
    .poll(() => pipeline.cluster('zoneless'), POLL)
    .toMatchObject({
      run: { state: 'FAILED' },
      lastError: {
        step: 'certificate',
        error: 'HostedZoneNotFound',
        remedy: expect.stringContaining('hosted zone'),
      },
    })
  await expect.poll(pipeline.told, POLL).toContainEqual(
    expect.objectContaining({
      'detail-type': 'Provisioning Failed',
      detail: expect.objectContaining({ cluster: 'zoneless', step: 'certificate', run: 1 }),
    }),
  )

  await createHostedZone('zoneless.example.org')
  pipeline.aws.calls.clear()
  await pipeline.redrive('zoneless-1')

  expect(await pipeline.runEnded('zoneless')).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1 })
  expect(pipeline.aws.calls.list({ service: 's3', operation: 'CreateBucket' })).toEqual([])
  expect(pipeline.aws.calls.list({ service: 's3', operation: 'PutObject' })).toEqual([])
  expect(await pipeline.cluster('zoneless')).toMatchObject({ status: 'READY' })
})

test('a cluster whose run failed is replayed by the same event sent again', async () => {
  const detail = clusterNamed('resent', { baseDomain: 'resent.example.org' })
  await pipeline.announce(detail)
  await expect.poll(() => pipeline.cluster('resent'), POLL).toMatchObject({ run: { state: 'FAILED' } })
  await createHostedZone('resent.example.org')

  await pipeline.announce(detail)

  await expect.poll(() => pipeline.cluster('resent'), POLL).toMatchObject({ status: 'READY', runs: 1 })
})

test('a redrive that fails again is told again', async () => {
  await pipeline.announce(clusterNamed('still', { baseDomain: 'still.example.org' }))
  await expect.poll(() => pipeline.cluster('still'), POLL).toMatchObject({ lastError: { redriveCount: 0 } })

  await pipeline.redrive('still-1')

  await expect.poll(() => pipeline.cluster('still'), POLL).toMatchObject({ lastError: { redriveCount: 1 } })
  const told = (await pipeline.told()).filter(({ detail }) => detail.cluster === 'still')
  expect(told.map((event) => event['detail-type'])).toEqual(['Provisioning Failed', 'Provisioning Failed'])
})

/** Every call that changes something, in the order of the run. */
const CHANGES = [
  's3.CreateBucket',
  's3.PutBucketVersioning',
  's3.PutObject',
  'acm.RequestCertificate',
  'route53.ChangeResourceRecordSets',
  'cloudfront.CreateDistributionWithTags',
  's3.PutBucketPolicy',
  'iam.CreateOpenIDConnectProvider',
  'iam.CreateRole',
  'iam.PutRolePolicy',
]

test('an answer that is lost, whichever it is, makes nothing twice', async () => {
  const before = await takeInventory()
  for (const change of CHANGES) pipeline.aws.faults.add(parseFault(`${change}:after:InternalFailure:3`))

  await pipeline.announce(clusterNamed('answers'))
  await expect.poll(() => pipeline.cluster('answers'), POLL).toBeDefined()
  await pipeline.request('answers', roleFor('shop', 'cart'))

  expect(await pipeline.runEnded('answers')).toMatchObject({ status: 'SUCCEEDED' })
  pipeline.aws.faults.clear()
  const made = newIn(before, await takeInventory())
  expect(Object.entries(made).map(([kind, things]) => [kind, things.length])).toEqual([
    ['buckets', 1],
    ['certificates', 1],
    ['distributions', 1],
    ['providers', 1],
    ['roles', 1],
    ['records', 3],
  ])
})

test('an event that cannot be handled at all ends in the dead letters, whole, after two more attempts', async () => {
  const { DeadLettersUrl = '' } = pipeline.outputs
  pipeline.aws.faults.add(parseFault('dynamodb.GetItem:before:InternalServerError:9'))

  await pipeline.announce(clusterNamed('unhandled'))

  await expect
    .poll(() => pipeline.messages(DeadLettersUrl), POLL)
    .toContainEqual(
      expect.objectContaining({
        requestContext: expect.objectContaining({ approximateInvokeCount: 3, condition: 'RetriesExhausted' }),
        requestPayload: expect.objectContaining({
          detail: expect.objectContaining({ cluster: 'unhandled' }),
        }),
      }),
    )
  pipeline.aws.faults.clear()
})

test('the sweep starts a run that never began, and finds a failure that no event told', async () => {
  pipeline.aws.faults.add(parseFault('states.StartExecution:before:ServiceUnavailable:9'))
  await pipeline.announce(clusterNamed('swept', { baseDomain: 'swept.example.org' }))
  await expect.poll(() => pipeline.messages(pipeline.outputs.DeadLettersUrl ?? ''), POLL).toHaveLength(2)
  pipeline.aws.faults.clear()
  expect(await pipeline.cluster('swept')).toMatchObject({ run: { state: 'RECORDED' } })
  const events = new EventBridgeClient({ region: REGION })
  const rule = { Name: 'irsa-local-execution-status-rule-1' }
  await events.send(new DisableRuleCommand(rule))
  onTestFinished(async () => {
    await events.send(new EnableRuleCommand(rule))
  })

  await sweep()
  expect(await pipeline.runEnded('swept')).toMatchObject({ status: 'FAILED' })
  expect(await pipeline.cluster('swept')).toMatchObject({ run: { state: 'STARTED' } })
  await sweep()

  expect(await pipeline.cluster('swept')).toMatchObject({
    run: { state: 'FAILED' },
    lastError: { step: 'certificate' },
  })
})

/** As its schedule does, and waits for it. */
async function sweep(): Promise<void> {
  const invoke = new InvokeCommand({ FunctionName: 'irsa-local-sweep' })
  expect((await new LambdaClient({ region: REGION }).send(invoke)).FunctionError).toBeUndefined()
}
