import { PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { describe, expect, test } from 'vitest'
import { ProviderNotOurs, Throttled } from '../../lib/errors.ts'
import { type AuditPart, findDrift, findDrifts } from '../../lib/find-drift.ts'
import { allOf } from '../../lib/ops/several.ts'
import { type ClusterRecord, changeCluster } from '../../lib/registry/cluster-record.ts'
import { listFindings } from '../../lib/registry/findings.ts'
import { deleteRoleRequest, putRoleRequest, putRoleStatus } from '../../lib/registry/roles.ts'
import type { Table } from '../../lib/registry/table.ts'
import { DRIFTED, inspectingOf, type Thing, type Things } from './inspecting.ts'
import { aRoleRequest, aRoleStatus, aRun, aTableWith, golemRecord } from './registry/registry.ts'
import { aBus } from './settling.ts'

const READER = { namespace: 'default', serviceAccount: 'reader' }
const ALL: AuditPart = { cluster: 'golem', steps: true, roles: [READER] }
const ROLE = 'dev_golem_default_reader'

/** Ready, with a role that is settled. */
async function golemWith(changes: Partial<ClusterRecord> = {}) {
  const table = await aTableWith(golemRecord({ status: 'READY', runs: 1, ...changes }))
  await putRoleRequest(table, aRoleRequest(), 0)
  await putRoleStatus(table, 'golem', aRoleStatus())
  const bus = aBus()
  const things: Things = new Map()
  const auditing = { ...inspectingOf(table, things), publisher: bus.publisher }
  const told = () => bus.published().map(([, detail]) => (detail as { readonly resource: string }).resource)
  return { table, bus, things, auditing, told }
}

async function foundIn(table: Table): Promise<string[]> {
  return (await allOf(listFindings(table, 'golem'))).map(({ resource }) => resource)
}

describe('what is told', () => {
  test('is nothing of what is as it was made', async () => {
    const { auditing, told, table } = await golemWith()

    expect(await findDrift(auditing, ALL)).toBeUndefined()
    expect(told()).toEqual([])
    expect(await foundIn(table)).toEqual([])
  })

  test('is each thing with its fields, whose it is, and what can be mended', async () => {
    const { auditing, things, bus } = await golemWith()
    things.set('bucket', () => DRIFTED)
    things.set(ROLE, () => ({ status: 'absent' }))

    expect(await findDrift(auditing, ALL)).toEqual({
      cluster: 'golem',
      run: 1,
      steps: true,
      roles: [{ ...READER, version: 1 }],
    })
    expect(bus.published()[0]).toEqual([
      'Drift Found',
      {
        cluster: 'golem',
        accountId: '000000000000',
        issuer: 'https://irsa.golem.gigantic.io',
        generation: 1,
        run: 1,
        resource: 'bucket',
        differences: [{ field: 'Tags.team', desired: 'a', observed: null }],
      },
    ])
  })

  test('is told once, again when it is another, again after another run, and forgotten when it is right', async () => {
    const { auditing, things, told, table } = await golemWith()
    things.set('bucket', () => DRIFTED)
    await findDrift(auditing, ALL)
    await findDrift(auditing, ALL)
    expect(told()).toEqual(['bucket'])

    things.set('bucket', () => ({ status: 'absent' }))
    await findDrift(auditing, ALL)
    await changeCluster(table, 'golem', (record) => record && { ...record, runs: 2 })
    await findDrift(auditing, ALL)
    expect(told()).toEqual(['bucket', 'bucket', 'bucket'])

    things.delete('bucket')
    await findDrift(auditing, ALL)
    expect(await foundIn(table)).toEqual([])
  })

  test('is sent again when the bus did not take it', async () => {
    const { auditing, things, told, table, bus } = await golemWith()
    things.set('bucket', () => DRIFTED)
    bus.bus
      .on(PutEventsCommand)
      .resolvesOnce({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'Internal' }] })
      .resolves({ FailedEntryCount: 0 })

    await expect(findDrift(auditing, ALL)).rejects.toMatchObject({ name: 'AwsUnavailable' })
    expect(await foundIn(table)).toEqual([])
    await findDrift(auditing, ALL)
    expect(told()).toEqual(['bucket', 'bucket'])
  })

  test('is nothing when a run begins while it is looked', async () => {
    const { auditing, things, told, table } = await golemWith()
    things.set('provider', async () => {
      await changeCluster(table, 'golem', (record) => record && { ...record, ...aRun({ number: 2 }) })
      return DRIFTED
    })

    expect(await findDrift(auditing, ALL)).toBeUndefined()
    expect(told()).toEqual([])
  })

  test('is thrown when only time mends it, so that it is looked at again', async () => {
    const { auditing, things } = await golemWith()
    things.set('alias', () => Promise.reject(new Throttled('route53:ListResourceRecordSets')))

    await expect(findDrift(auditing, ALL)).rejects.toThrow(Throttled)
  })
})

test.each<[string, Partial<ClusterRecord>]>([
  ['a run works on', aRun()],
  ['is not ready yet', { status: 'ANNOUNCED' }],
  ['goes', { status: 'DELETING' }],
])('nothing is expected of a cluster that %s', async (_, changes) => {
  const { auditing, things, told } = await golemWith(changes)
  things.set('bucket', () => ({ status: 'absent' }))

  expect(await findDrift(auditing, ALL)).toBeUndefined()
  expect(told()).toEqual([])
})

test('findings go with the cluster, and with the request of their role', async () => {
  const { auditing, things, table } = await golemWith()
  things.set('bucket', () => DRIFTED)
  things.set(ROLE, () => DRIFTED)
  await findDrift(auditing, ALL)
  expect(await foundIn(table)).toEqual(['bucket', 'role default/reader'])

  await deleteRoleRequest(table, 'golem', { ...READER, version: 1 })
  await findDrift(auditing, { ...ALL, roles: [] })
  expect(await foundIn(table)).toEqual(['bucket'])
  await changeCluster(table, 'golem', (record) => record && { ...record, status: 'DELETED' })
  await findDrift(auditing, { ...ALL, roles: [] })
  expect(await foundIn(table)).toEqual([])
})

test('a role that is not settled is left to what settles it', async () => {
  const { auditing, things, told, table } = await golemWith()
  things.set(ROLE, () => DRIFTED)
  await putRoleRequest(table, aRoleRequest({ version: 2 }), 1)

  expect(await findDrift(auditing, ALL)).toBeUndefined()
  expect(told()).toEqual([])
})

describe('a batch', () => {
  test('has its drift mended if that is asked for', async () => {
    const { auditing, things } = await golemWith()
    things.set('bucket', () => DRIFTED)

    expect(await findDrifts(auditing, { batch: [ALL], repair: false })).toEqual({
      status: 'done',
      mendable: [],
    })
    expect(await findDrifts(auditing, { batch: [ALL], repair: true })).toMatchObject({
      status: 'repair',
      mendable: [{ cluster: 'golem', steps: true, roles: [] }],
    })
  })

  test.each<[string, Partial<ClusterRecord>, Thing]>([
    ['of a cluster that is paused', { paused: true }, () => DRIFTED],
    ['that a person must mend', {}, () => Promise.reject(new ProviderNotOurs('arn'))],
  ])('has nothing mended %s, and tells it all the same', async (_, changes, observed) => {
    const { auditing, things, told } = await golemWith(changes)
    things.set('provider', observed)

    expect(await findDrifts(auditing, { batch: [ALL], repair: true })).toMatchObject({ status: 'done' })
    expect(told()).toEqual(['provider'])
  })
})
