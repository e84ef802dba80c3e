/** Steps of a cluster with shared hosting: they wait for the host, know what stopped it, and tell it while they use it. */
import { expect, test } from 'vitest'
import { SHARED_HOST } from '../../../lib/aws/names.ts'
import type { Cluster, StepOutputs } from '../../../lib/cluster.ts'
import { SharedHostFailed, SharedHostInUse } from '../../../lib/errors.ts'
import { type ClusterRecord, changeCluster } from '../../../lib/registry/cluster-record.ts'
import { checkUnused, forgetUse, recordUse } from '../../../lib/registry/sharing-clusters.ts'
import type { Table } from '../../../lib/registry/table.ts'
import type { Observed, Resource } from '../../../lib/resource.ts'
import { runResourceStep } from '../../../lib/resource-step.ts'
import { clusterRecord } from '../ops/fixture.ts'
import { aRun, aTable, aTableWith, golemRecord, putCluster } from '../registry/registry.ts'
import { aTask } from '../task.ts'
import { clock } from './fixture.ts'

const ISSUER = 'https://irsa.shared.gigantic.io'
const BUCKET = { bucket: 'b', region: 'r', domainName: 'd', kids: ['k1'] }
const DISTRIBUTION: StepOutputs['distribution'] = {
  distributionId: 'E2',
  distributionArn: 'arn:aws:cloudfront::000000000000:distribution/E2',
  domainName: 'd2.cloudfront.net',
}

function aCluster(changes: Partial<ClusterRecord> = {}): ClusterRecord {
  const { desired, ...rest } = golemRecord(aRun())
  const { baseDomain: _, ...shared } = desired
  const hosting = { type: 'shared' } as const
  return { ...rest, desired: { ...shared, issuer: `${ISSUER}/golem`, hosting }, ...changes }
}

/** A table with the cluster, and with the host if anything is said of it. */
async function aTableOf(host?: Partial<ClusterRecord>, cluster: Partial<ClusterRecord> = {}): Promise<Table> {
  const table = await aTableWith(aCluster(cluster))
  if (host === undefined) return table
  const { desired, ...rest } = aCluster()
  const hosting = { type: 'shared-host' } as const
  await putCluster(table, {
    ...rest,
    desired: { ...desired, cluster: SHARED_HOST, issuer: ISSUER, hosting },
    keys: [],
    ...host,
  })
  return table
}

/** One that is there already, and notes what it is given. */
function ready<Outputs extends object>(
  outputs: Outputs,
): {
  readonly resource: Resource<Cluster, Outputs>
  readonly given: readonly Cluster[]
} {
  const given: Cluster[] = []
  const resource: Resource<Cluster, Outputs> = {
    async observe(cluster): Promise<Observed<Outputs>> {
      given.push(cluster)
      return { status: 'ready', outputs, differences: [] }
    },
    create: async () => undefined,
    delete: async () => undefined,
  }
  return { resource, given }
}

const absent: Resource<Cluster, StepOutputs['bucket']> = {
  observe: async () => ({ status: 'absent' }),
  create: async () => undefined,
  delete: async () => undefined,
}

test('the documents wait for the host’s bucket, and for no more', async () => {
  const table = await aTableOf({})
  const { resource, given } = ready(BUCKET)

  const answer = await runResourceStep({ table, now: clock() }, 'bucket', resource, aTask())
  expect(answer).toMatchObject({ status: 'pending', reason: expect.stringContaining('it is being made') })
  expect(given).toEqual([])

  await changeCluster(table, SHARED_HOST, (known) => known && { ...known, outputs: { bucket: BUCKET } })
  expect(await runResourceStep({ table, now: clock() }, 'bucket', resource, aTask())).toMatchObject({
    status: 'ready',
  })
})

test('the edges wait for all of it, and are those of the distribution that the host has now', async () => {
  const own = { ...DISTRIBUTION, distributionId: 'E1', jwksVersion: 'v1/1' }
  const table = await aTableOf(
    { outputs: { bucket: BUCKET, distribution: { ...DISTRIBUTION, jwksVersion: 'x' } } },
    { outputs: { distribution: own } },
  )
  const { resource, given } = ready(DISTRIBUTION)
  const step = () => runResourceStep({ table, now: clock() }, 'distribution', resource, aTask())

  expect(await step()).toMatchObject({ status: 'pending' })
  await changeCluster(table, SHARED_HOST, (known) => known && { ...known, status: 'READY' })
  expect(await step()).toMatchObject({ status: 'ready' })

  expect(given[0]?.outputs.distribution).toEqual({ ...DISTRIBUTION, jwksVersion: 'v1/1' })
})

test.each([
  ['is paused', { paused: true }, 'it is paused'],
  ['is being removed', { status: 'DELETING', outputs: { bucket: BUCKET } }, 'it is being removed'],
] as const)('a host that %s is waited for, with that as the reason', async (_, host, why) => {
  const table = await aTableOf(host)

  const answer = await runResourceStep({ table, now: clock() }, 'bucket', absent, aTask())

  expect(answer).toMatchObject({
    status: 'pending',
    reason: `waits for the shared host ${ISSUER}: ${why} (irsa cluster show _shared)`,
  })
})

test('what stopped the host stops the cluster, with its words', async () => {
  const lastError = {
    step: 'certificate',
    error: 'CertificateFailed',
    message: 'ACM refused it.',
    remedy: '',
    at: '',
    redriveCount: 0,
  } as const
  const table = await aTableOf({ ...aRun({ state: 'FAILED' }), lastError })

  const step = runResourceStep({ table, now: clock() }, 'bucket', absent, aTask())

  await expect(step).rejects.toThrow(
    new SharedHostFailed(`${ISSUER} stopped at certificate: CertificateFailed: ACM refused it.`),
  )
})

test('a host that was ready serves on while a later run of it has failed', async () => {
  const outputs = { bucket: BUCKET, distribution: DISTRIBUTION }
  const table = await aTableOf({ ...aRun({ number: 2, state: 'FAILED' }), status: 'READY', outputs })
  const { resource } = ready(DISTRIBUTION)

  expect(await runResourceStep({ table, now: clock() }, 'distribution', resource, aTask())).toMatchObject({
    status: 'ready',
  })
})

test.each([
  ['there is none', undefined],
  ['it is gone', { status: 'DELETED' }],
] as const)('where %s, nobody waits', async (_, host) => {
  const table = await aTableOf(host)

  await expect(runResourceStep({ table, now: clock() }, 'bucket', absent, aTask())).rejects.toBeInstanceOf(
    SharedHostFailed,
  )
})

test.each([
  ['bucket', 60],
  ['distribution', 240],
] as const)('the %s waits %i minutes for it', async (step, minutes) => {
  const table = await aTableOf({})
  const task = aTask({ step, status: 'pending', since: '2026-01-31T12:00:00.000Z' })
  const at = (passed: number) =>
    clock(new Date(Date.parse('2026-01-31T12:00:00Z') + passed * 60_000).toISOString())
  const { resource } = ready(step === 'bucket' ? BUCKET : DISTRIBUTION)
  const run = (passed: number) =>
    runResourceStep({ table, now: at(passed) }, step, resource as Resource<Cluster, never>, task)

  expect(await run(minutes - 0.1)).toMatchObject({ status: 'pending' })
  await expect(run(minutes)).rejects.toMatchObject({ name: 'SharedHostStillPending' })
})

test('the host is in use from before the first document until the last one has gone, and by a later run again', async () => {
  const table = await aTableOf({ outputs: { bucket: BUCKET } })
  const { resource } = ready(BUCKET)
  const step = (run: number, of: Resource<Cluster, StepOutputs['bucket']> = resource) =>
    runResourceStep({ table, now: clock() }, 'bucket', of, aTask({ run }))
  await expect(checkUnused(table)).resolves.toBeUndefined()

  await step(1)
  await expect(checkUnused(table)).rejects.toBeInstanceOf(SharedHostInUse)

  const removing = aRun({ number: 2, workflow: 'deprovision' })
  await changeCluster(table, 'golem', (known) => known && { ...known, status: 'DELETING', ...removing })
  expect(await step(2)).toMatchObject({ status: 'pending' })
  await expect(checkUnused(table)).rejects.toBeInstanceOf(SharedHostInUse)
  expect(await step(2, absent)).toMatchObject({ status: 'absent' })
  await expect(checkUnused(table)).resolves.toBeUndefined()

  await changeCluster(
    table,
    'golem',
    (known) => known && { ...known, status: 'ANNOUNCED', ...aRun({ number: 3 }) },
  )
  await step(3)
  // What a removal of before does late.
  await forgetUse(table, { cluster: 'golem', run: 2 })
  await expect(checkUnused(table)).rejects.toBeInstanceOf(SharedHostInUse)
})

test('a cluster that uses it under the name of another record is told by its own', async () => {
  const table = await aTable()
  await putCluster(table, clusterRecord('golem', { hostedAs: 'golem-2' }))
  await putCluster(table, clusterRecord('golem-2', { hostedAs: 'golem', status: 'DELETED' }))
  await recordUse(table, { cluster: 'golem-2', run: 1 })

  await expect(checkUnused(table)).rejects.toThrow('is used by golem.')
})

test('a cluster that goes leaves the host’s distribution as it is', async () => {
  const removing = aRun({ workflow: 'deprovision' })
  const table = await aTableOf({ status: 'READY' }, { status: 'DELETING', ...removing })
  const { resource, given } = ready(DISTRIBUTION)

  expect(await runResourceStep({ table, now: clock() }, 'distribution', resource, aTask())).toMatchObject({
    status: 'absent',
  })
  expect(given).toEqual([])
})
