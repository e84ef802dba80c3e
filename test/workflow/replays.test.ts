/** Each step, made to fail, seen, explained, mended and replayed from there: by irsa's replay, and by Step Functions' own call alone. */
import { ChangeResourceRecordSetsCommand, ListHostedZonesCommand } from '@aws-sdk/client-route-53'
import { CreateBucketCommand, DeleteBucketCommand, DeleteObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createHostedZone } from '../../cli/local-stack.ts'
import { route53Client, s3Client } from '../../lib/aws/clients.ts'
import { bucketName } from '../../lib/aws/names.ts'
import { ERRORS } from '../../lib/errors-by-name.ts'
import { DISCOVERY_KEY } from '../../lib/oidc/discovery.ts'
import { readStory } from '../../lib/ops/execution-story.ts'
import { replay } from '../../lib/ops/replay.ts'
import { readStatus } from '../../lib/ops/status.ts'
import { executionArn } from '../../lib/runs.ts'
import { STEPS, type StepName } from '../../lib/steps.ts'
import type { CallRecord } from '../../local/calls.ts'
import { AwsError } from '../../local/errors.ts'
import { clusterNamed, type Pipeline, roleFor, sharePipeline } from './pipeline.ts'

let pipeline: Pipeline

/** Eight runs at once are much for a machine that has more to do. */
const POLL = { timeout: 60_000, interval: 50 }

/** Breaks something for one cluster, and has it announced. The mend is the answer. */
type Break = (cluster: string) => Promise<() => Promise<unknown>>

const BROKEN: Readonly<Record<StepName, { readonly error: string; readonly by: Break }>> = {
  bucket: { error: 'BucketNotOurs', by: withStrangersBucket },
  certificate: { error: 'HostedZoneNotFound', by: withoutZone },
  distribution: {
    error: 'QuotaExceeded',
    by: withFault('cloudfront', 'CreateDistributionWithTags', 'TooManyDistributions'),
  },
  alias: { error: 'RecordTaken', by: withStrangersRecord },
  'issuer-check': { error: 'IssuerCheckStillPending', by: withoutDiscoveryDocument },
  provider: { error: 'QuotaExceeded', by: withFault('iam', 'CreateOpenIDConnectProvider', 'LimitExceeded') },
  roles: { error: 'RolesIncomplete', by: withFault('iam', 'CreateRole', 'LimitExceeded') },
}

const WAYS = {
  irsa: (cluster: string) =>
    replay(pipeline.deployed, { kind: 'cluster', cluster }, { ...pipeline.deployed, who: 'iam:operator' }),
  redrive: (cluster: string) => pipeline.redrive(`${cluster}-1`),
} as const
type Way = keyof typeof WAYS

/** Step Functions' own call knows nothing of steps: two are enough. */
function waysOf(step: StepName): readonly Way[] {
  return step === 'certificate' || step === 'provider' ? ['irsa', 'redrive'] : ['irsa']
}

const nameOf = (step: StepName, way: Way) => `${step}-by-${way}`
const mends = new Map<string, () => Promise<unknown>>()

beforeAll(async () => {
  pipeline = await sharePipeline()
  await breakAll(STEPS.filter((step) => step !== 'issuer-check'))
  await breakAll(['issuer-check'])
}, 150_000)

async function breakAll(steps: readonly StepName[]): Promise<void> {
  const clusters = steps.flatMap((step) => waysOf(step).map((way) => ({ step, cluster: nameOf(step, way) })))
  await Promise.all(
    clusters.map(async ({ step, cluster }) => {
      mends.set(cluster, await BROKEN[step].by(cluster))
    }),
  )
  await Promise.all(clusters.map(({ step, cluster }) => failed(cluster, step)))
}

afterAll(() => pipeline.stop())

async function failed(cluster: string, step: StepName): Promise<void> {
  await vi.waitFor(async () => {
    const known = await pipeline.cluster(cluster)
    expect(known).toMatchObject({ run: { state: 'FAILED' }, lastError: { step } })
  }, POLL)
}

test('what operators look at shows every failure with its step and its remedy', async () => {
  const { clusters } = await readStatus(pipeline.deployed, pipeline.deployed.queues)

  const shown = clusters.failed
    .filter(({ cluster }) => mends.has(cluster))
    .map(({ cluster, lastError }) => [cluster, lastError?.step, lastError?.error, lastError?.remedy])
  const broken = STEPS.flatMap((step) =>
    waysOf(step).map((way) => {
      const { error } = BROKEN[step]
      return [nameOf(step, way), step, error, ERRORS.get(error)?.remedy]
    }),
  )
  expect(shown).toEqual(broken.toSorted(([one = ''], [other = '']) => (one < other ? -1 : 1)))
})

describe.each(STEPS)('a run that failed at %s', (step) => {
  test.each(waysOf(step))(
    'goes on there and makes nothing again that was made before: %s',
    { timeout: 60_000 },
    async (way) => {
      const cluster = nameOf(step, way)
      await mends.get(cluster)?.()
      pipeline.aws.calls.clear()

      const replayed = await WAYS[way](cluster)

      if (replayed !== undefined) expect(replayed).toMatchObject({ how: 'redrive' })
      await expect.poll(() => pipeline.cluster(cluster), POLL).toMatchObject({ status: 'READY' })
      expect(await pipeline.runEnded(cluster)).toMatchObject({ status: 'SUCCEEDED' })
      expect(pipeline.aws.calls.forgotten()).toBe(0)
      expect(madeFor(cluster)).toEqual(STEPS.slice(STEPS.indexOf(step)).filter((one) => one in MAKING))
      const arn = executionArn(pipeline.deployed.stateMachineArn, `${cluster}-1`)
      const story = await readStory(pipeline.deployed.sfn, arn)
      expect(story.filter(({ redrives }) => redrives > 0).map((one) => one.step)).toContain(step)
    },
  )
})

/** By the step that makes it: how the call that does is known. issuer-check makes nothing. */
const MAKING: Readonly<Partial<Record<StepName, (call: CallRecord) => boolean>>> = {
  bucket: ({ operation }) => operation === 'CreateBucket',
  certificate: ({ operation }) => operation === 'RequestCertificate',
  distribution: ({ operation }) => operation === 'CreateDistributionWithTags',
  alias: ({ operation, input }) =>
    operation === 'ChangeResourceRecordSets' && JSON.stringify(input).includes('AliasTarget'),
  provider: ({ operation }) => operation === 'CreateOpenIDConnectProvider',
  roles: ({ operation }) => operation === 'CreateRole',
}

/** Steps whose thing was made since the log was cleared, in the order of the run. */
function madeFor(cluster: string): StepName[] {
  const calls = pipeline.aws.calls
    .list()
    .filter(({ input, error }) => error === undefined && JSON.stringify(input).includes(cluster))
  return STEPS.filter((step) => calls.some((call) => MAKING[step]?.(call)))
}

async function announce(cluster: string, more: object = {}): Promise<void> {
  await pipeline.announce(clusterNamed(cluster, more))
  await vi.waitFor(async () => expect(await pipeline.cluster(cluster)).toBeDefined(), POLL)
  await pipeline.request(cluster, roleFor('shop', 'cart'))
}

/** Every such call for the cluster is refused until it is mended. */
function withFault(service: string, operation: string, code: string): Break {
  return async (cluster) => {
    let isBroken = true
    pipeline.aws.faults.add({
      service,
      operation,
      matching: (input) => isBroken && JSON.stringify(input).includes(cluster),
      times: Number.POSITIVE_INFINITY,
      effect: { kind: 'fail-before', error: new AwsError(code, 'The quota is used up.', 400) },
    })
    await announce(cluster)
    return async () => {
      isBroken = false
    }
  }
}

async function withStrangersBucket(cluster: string) {
  const { stack } = pipeline.deployed
  const s3 = s3Client(stack.region)
  const Bucket = bucketName(stack, cluster)
  const LocationConstraint = 'eu-central-1'
  await s3.send(
    new CreateBucketCommand({
      Bucket,
      BucketNamespace: 'account-regional',
      CreateBucketConfiguration: { LocationConstraint },
    }),
  )
  await announce(cluster)
  return () => s3.send(new DeleteBucketCommand({ Bucket }))
}

async function withoutZone(cluster: string) {
  const baseDomain = `${cluster}.example.org`
  await announce(cluster, { baseDomain })
  return () => createHostedZone(baseDomain)
}

/** It goes while the certificate is asked for, before anybody asks the issuer for it, and the time to wait for it passes. */
async function withoutDiscoveryDocument(cluster: string) {
  const { stack, sfn, stateMachineArn } = pipeline.deployed
  const s3 = s3Client(stack.region)
  const object = { Bucket: bucketName(stack, cluster), Key: DISCOVERY_KEY }
  const deleted = Promise.withResolvers<string | undefined>()
  pipeline.aws.faults.add({
    service: 'acm',
    operation: 'RequestCertificate',
    matching(input) {
      if (JSON.stringify(input).includes(cluster))
        s3.send(new DeleteObjectCommand(object)).then(
          ({ VersionId }) => deleted.resolve(VersionId),
          deleted.reject,
        )
      return false
    },
    times: 1,
    effect: { kind: 'delay', milliseconds: 0 },
  })
  await announce(cluster)
  const VersionId = await deleted.promise
  await vi.waitUntil(async () => {
    const story = await readStory(sfn, executionArn(stateMachineArn, `${cluster}-1`))
    return story.some(({ step, reason }) => step === 'issuer-check' && reason !== undefined)
  }, POLL)
  pipeline.aws.clock.advance(HALF_AN_HOUR)
  return () => s3.send(new DeleteObjectCommand({ ...object, VersionId }))
}

/** Milliseconds: as long as issuer-check may be pending. */
const HALF_AN_HOUR = 30 * 60_000

async function withStrangersRecord(cluster: string) {
  const route53 = route53Client(pipeline.deployed.stack.partition)
  const { HostedZones = [] } = await route53.send(new ListHostedZonesCommand({}))
  const [zone] = HostedZones.filter(({ Name }) => Name === 'gaws.gigantic.io.')
  const record = {
    Name: `irsa.${cluster}.gaws.gigantic.io`,
    Type: 'A' as const,
    TTL: 60,
    ResourceRecords: [{ Value: '192.0.2.1' }],
  }
  const change = (Action: 'CREATE' | 'DELETE') =>
    route53.send(
      new ChangeResourceRecordSetsCommand({
        HostedZoneId: zone?.Id,
        ChangeBatch: { Changes: [{ Action, ResourceRecordSet: record }] },
      }),
    )
  await change('CREATE')
  await announce(cluster)
  return () => change('DELETE')
}
