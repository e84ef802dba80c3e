import { describe, expect, test } from 'vitest'
import {
  BucketNotOurs,
  CertificateFailed,
  HostedZoneNotFound,
  InvalidInput,
  RecordTaken,
} from '../../../lib/errors.ts'
import { type Intent, planCluster } from '../../../lib/ops/plan.ts'
import type { ClusterRecord } from '../../../lib/registry/cluster-record.ts'
import { putRoleRequest } from '../../../lib/registry/roles.ts'
import { newKeys } from '../../workflow/pipeline.ts'
import { DRIFTED, inspectingOf, type Thing, type Things } from '../inspecting.ts'
import { aRoleRequest, aTable, aTableWith, golemRecord, itemsOf } from '../registry/registry.ts'

/** With one role; and that planning wrote nothing. */
async function planOf(things: Things, intent: Intent, changes: Partial<ClusterRecord> = {}) {
  const table = await aTableWith(golemRecord({ status: 'READY', ...changes }))
  await putRoleRequest(table, aRoleRequest(), 0)
  const before = await itemsOf(table)
  const plan = await planCluster(inspectingOf(table, things), 'golem', intent)
  expect(await itemsOf(table)).toEqual(before)
  return { plan, actions: plan.things.map(({ action, resource }) => `${action} ${resource}`) }
}

const NONE = { kind: 'none' } as const
const DELETE = { kind: 'delete' } as const
const STEPS = ['bucket', 'certificate', 'distribution', 'alias', 'provider', 'role default/reader']

function created(detail: object): Intent {
  return { kind: 'event', detailType: 'Cluster Created', detail }
}

describe('a plan', () => {
  test('keeps what is as desired, in the order of a run', async () => {
    expect((await planOf(new Map(), NONE)).actions).toEqual(STEPS.map((step) => `keep ${step}`))
  })

  test('says what is made, changed, waited for, and where the run would stop', async () => {
    const things: Things = new Map<string, Thing>([
      ['bucket', () => DRIFTED],
      ['certificate', () => ({ status: 'pending', reason: 'ACM is slow' })],
      ['distribution', () => ({ status: 'absent' })],
      ['alias', () => Promise.reject(new BucketNotOurs('b', 'it is theirs'))],
    ])

    const { plan, actions } = await planOf(things, NONE)

    expect(actions.slice(0, 4)).toEqual([
      'change bucket',
      'wait certificate',
      'create distribution',
      'stop alias',
    ])
    expect(plan.things[0]?.differences).toEqual([{ field: 'Tags.team', desired: 'a', observed: null }])
    expect(plan.things[3]?.reason).toContain(BucketNotOurs.remedy)
  })

  test('of a removal goes backwards, and stops at what is not ours', async () => {
    const things: Things = new Map<string, Thing>([
      ['alias', () => ({ status: 'absent' })],
      ['bucket', () => Promise.reject(new BucketNotOurs('b', 'it is theirs'))],
      ['certificate', () => Promise.reject(new CertificateFailed('host', 'CAA_ERROR'))],
    ])
    const expected = [
      'remove role default/reader',
      'remove provider',
      'keep alias',
      'remove distribution',
      'remove certificate',
      'stop bucket',
    ]

    expect((await planOf(things, DELETE)).actions).toEqual(expected)
    expect((await planOf(things, NONE, { status: 'DELETING' })).actions).toEqual(expected)
  })

  test('of an event is of what it would make of the cluster', async () => {
    const detail = { serviceAccountKeys: [newKeys().pem] }
    const saying = (said: object): Intent => ({
      kind: 'event',
      detailType: 'Cluster Keys Changed',
      detail: said,
    })

    const { plan } = await planOf(new Map(), saying(detail))

    expect(plan.kids).toHaveLength(golemRecord().keys.length + 1)
    const named = await planOf(new Map(), saying({ ...detail, cluster: 'golem' }))
    expect(named.plan.kids).toEqual(plan.kids)
    await expect(planOf(new Map(), saying({ ...detail, cluster: 'gaia' }))).rejects.toThrow(InvalidInput)
  })

  test('of a cluster that is not known needs the event that announces it', async () => {
    const inspecting = inspectingOf(
      await aTable(),
      new Map<string, Thing>([['bucket', () => ({ status: 'absent' })]]),
    )
    const detail = { cluster: 'golem', baseDomain: 'golem.gigantic.io', serviceAccountKeys: [newKeys().pem] }

    await expect(planCluster(inspecting, 'golem', NONE)).rejects.toMatchObject({ name: 'ClusterNotFound' })
    expect((await planCluster(inspecting, 'golem', created(detail))).things[0]).toMatchObject({
      action: 'create',
      resource: 'bucket',
    })
    await expect(planCluster(inspecting, 'troll', created(detail))).rejects.toMatchObject({
      name: 'InvalidInput',
    })
  })

  test('of an event that would be refused is refused', async () => {
    const { baseDomain: _, ...known } = golemRecord().desired
    const detail = {
      cluster: known.cluster,
      baseDomain: 'another.gigantic.io',
      serviceAccountKeys: [newKeys().pem],
    }

    await expect(planOf(new Map(), created(detail))).rejects.toMatchObject({ name: 'ClusterChangeRefused' })
  })
})

test('a plan foresees that no hosted zone covers the host, at the certificate already', async () => {
  const obstacle = new HostedZoneNotFound('irsa.golem.gigantic.io', '111122223333')
  const things: Things = new Map<string, Thing>([
    ['certificate', () => ({ status: 'absent' })],
    ['alias', () => ({ status: 'absent', obstacle })],
  ])
  const { plan, actions } = await planOf(things, NONE)

  expect(actions).toEqual(expect.arrayContaining(['stop certificate', 'stop alias', 'keep bucket']))
  expect(plan.things.find(({ resource }) => resource === 'certificate')?.reason).toContain(obstacle.remedy)
  expect((await planOf(things, DELETE)).plan.things).toContainEqual({
    resource: 'alias',
    action: 'keep',
    differences: [],
    reason: undefined,
  })
})

test('a plan foresees that something else has the name of a record, and that a removal leaves it', async () => {
  const obstacle = new RecordTaken('irsa.golem.gigantic.io', 'A', '192.0.2.1')
  const things: Things = new Map<string, Thing>([
    ['certificate', () => ({ status: 'absent' })],
    ['alias', () => ({ ...DRIFTED, obstacle })],
  ])
  const { plan, actions } = await planOf(things, NONE)

  expect(actions).toEqual(expect.arrayContaining(['create certificate', 'stop alias']))
  expect(plan.things.find(({ resource }) => resource === 'alias')).toMatchObject({
    error: 'RecordTaken',
    reason: expect.stringContaining('192.0.2.1'),
    differences: [{ field: 'Tags.team' }],
  })
  expect((await planOf(things, DELETE)).plan.things).toContainEqual({
    resource: 'alias',
    action: 'remove',
    differences: [],
    reason: undefined,
  })
})

describe('the plan of a cluster that was abandoned', () => {
  const abandoned = { reason: 'closed', at: '2026-01-31T12:00:00.000Z', accounts: ['111122223333'] }
  const left = { status: 'DELETED', removal: { force: false }, abandoned } as const

  test('keeps its host, and says why', async () => {
    const things: Things = new Map<string, Thing>(
      ['bucket', 'provider', 'dev_golem_default_reader'].map((name) => [name, () => ({ status: 'absent' })]),
    )
    const { plan } = await planOf(things, NONE, left)

    expect(plan.things.map(({ action }) => action)).toEqual(plan.things.map(() => 'keep'))
    expect(plan.things.find(({ resource }) => resource === 'alias')?.reason).toContain('111122223333')
  })

  test('takes the host away as well when it is deleted once more', async () => {
    const { actions } = await planOf(new Map(), DELETE, left)

    expect(actions).toEqual(expect.arrayContaining(['remove alias', 'remove distribution']))
  })
})
