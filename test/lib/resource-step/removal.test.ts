import { describe, expect, test } from 'vitest'
import type { Cluster } from '../../../lib/cluster.ts'
import {
  AccessDenied,
  BucketNotOurs,
  HostedZoneWithdrawn,
  ProviderNotOurs,
  ZonesRoleDenied,
} from '../../../lib/errors.ts'
import { readCluster } from '../../../lib/registry/cluster-record.ts'
import type { Resource } from '../../../lib/resource.ts'
import { runResourceStep } from '../../../lib/resource-step.ts'
import { RESOURCE_STEPS } from '../../../lib/steps.ts'
import { aRun, aTableWith, golemRecord, itemsOf } from '../registry/registry.ts'
import { aTask } from '../task.ts'
import { ABSENT, anAlias, clock, NOW, OUTPUTS, PENDING, READY } from './fixture.ts'

const GOING = golemRecord({
  ...aRun({ workflow: 'deprovision' }),
  status: 'DELETING',
  removal: { force: false },
  outputs: {
    alias: OUTPUTS,
    bucket: { bucket: 'b', region: 'eu-central-1', domainName: 'd', kids: ['a'] },
  },
  hints: { alias: { changeId: 'C1' } },
})

describe('a step of a run that deprovisions', () => {
  test('takes its resource away, and forgets what it was', async () => {
    const table = await aTableWith(GOING)
    const { resource, made, deleted } = anAlias([ABSENT])

    const answer = await runResourceStep({ table, now: clock() }, 'alias', resource, aTask())

    expect(answer).toEqual({ cluster: 'golem', run: 1, step: 'alias', status: 'absent', since: NOW })
    expect(deleted).toMatchObject([{ cluster: 'golem', outputs: GOING.outputs, hint: { changeId: 'C1' } }])
    expect(made).toEqual([])
    const record = await readCluster(table, 'golem')
    expect(record?.outputs).toEqual({ bucket: GOING.outputs.bucket })
    expect(record?.hints).toEqual({})
  })

  test.each([
    ['on its way out', PENDING, 'Route 53 spreads it'],
    ['still there', READY, 'AWS still shows it'],
  ])('is pending while it is %s, and forgets nothing', async (_, observed, reason) => {
    const table = await aTableWith(GOING)
    const before = await itemsOf(table)
    const { resource } = anAlias([observed])

    const answer = await runResourceStep({ table, now: clock() }, 'alias', resource, aTask())

    expect(answer).toMatchObject({ status: 'pending', reason })
    expect(await itemsOf(table)).toEqual(before)
  })

  test('touches nothing when another run has taken over', async () => {
    const table = await aTableWith({ ...GOING, ...aRun({ number: 2, workflow: 'deprovision' }) })
    const { resource, given, deleted } = anAlias([READY])

    const answer = await runResourceStep({ table, now: clock() }, 'alias', resource, aTask())

    expect(answer).toMatchObject({ status: 'superseded' })
    expect([given, deleted]).toEqual([[], []])
  })

  const ABANDONED = { reason: 'closed', at: NOW, accounts: ['111122223333'] }

  test('leaves the host of what is abandoned where it is, and knows it still', async () => {
    const table = await aTableWith({ ...GOING, abandoned: ABANDONED })
    const before = await itemsOf(table)
    const { resource, given, deleted } = anAlias([READY])

    const answer = await runResourceStep({ table, now: clock() }, 'alias', resource, aTask())

    expect(answer).toMatchObject({ status: 'absent' })
    expect([given, deleted]).toEqual([[], []])
    expect(await itemsOf(table)).toEqual(before)
  })

  test('takes it away all the same when nothing was left behind', async () => {
    const table = await aTableWith({ ...GOING, abandoned: { ...ABANDONED, accounts: [] } })
    const { resource, deleted } = anAlias([ABSENT])

    await runResourceStep({ table, now: clock() }, 'alias', resource, aTask())

    expect(deleted).toHaveLength(1)
  })

  test.each(RESOURCE_STEPS)('waits an hour for what goes: %s', async (step) => {
    const table = await aTableWith(GOING)
    const task = aTask({ step, status: 'pending', since: '2026-01-31T13:00:00.000Z' })
    const at = (now: string) => runResourceStep({ table, now: clock(now) }, step, forever, task)

    expect(await at('2026-01-31T13:59:59.999Z')).toMatchObject({ status: 'pending' })
    await expect(at('2026-01-31T14:00:00.000Z')).rejects.toMatchObject({
      name: 'RemovalStillPending',
      message: 'Still pending after 60 minutes: AWS takes it away',
    })
  })

  const refusing = (error: Error): Resource<Cluster, never> => ({
    ...forever,
    async delete() {
      throw error
    },
  })
  const NOT_OURS = [new BucketNotOurs('b', 'it has no tags'), new ProviderNotOurs('arn')]

  test.each(NOT_OURS)('fails at what is not ours: $name', async (error) => {
    const table = await aTableWith(GOING)
    const before = await itemsOf(table)

    const step = runResourceStep({ table, now: clock() }, 'bucket', refusing(error), aTask())

    await expect(step).rejects.toBe(error)
    expect(await itemsOf(table)).toEqual(before)
  })

  test.each(NOT_OURS)('passes over it when it is forced: $name', async (error) => {
    const table = await aTableWith({ ...GOING, removal: { force: true } })

    const step = runResourceStep({ table, now: clock() }, 'bucket', refusing(error), aTask())

    expect(await step).toMatchObject({ status: 'absent' })
  })

  const OUT_OF_REACH = [
    new HostedZoneWithdrawn('Z1', '111122223333'),
    new ZonesRoleDenied('arn:aws:iam::111122223333:role/irsa-dev-zones'),
  ]

  test.each(OUT_OF_REACH)(
    'has all but the records go when it is forced past their zone: $name',
    async (error) => {
      const table = await aTableWith({ ...GOING, removal: { force: true } })
      const { resource, given, deleted } = anAlias([ABSENT])
      const locked: typeof resource = {
        ...resource,
        async delete(cluster) {
          if (cluster.leavesRecords !== true) throw error
          await resource.delete(cluster)
        },
      }

      const step = runResourceStep({ table, now: clock() }, 'alias', locked, aTask())

      expect(await step).toMatchObject({ status: 'absent' })
      expect([deleted, given]).toMatchObject([[{ leavesRecords: true }], [{ leavesRecords: true }]])
    },
  )

  test.each(OUT_OF_REACH)('fails at their zone when it is not: $name', async (error) => {
    const table = await aTableWith(GOING)

    const step = runResourceStep({ table, now: clock() }, 'alias', refusing(error), aTask())

    await expect(step).rejects.toBe(error)
  })

  test('fails at everything else, forced or not', async () => {
    const table = await aTableWith({ ...GOING, removal: { force: true } })
    const error = new AccessDenied('s3:DeleteBucket: no')

    const step = runResourceStep({ table, now: clock() }, 'bucket', refusing(error), aTask())

    await expect(step).rejects.toBe(error)
  })
})

/** Whatever the step. */
const forever: Resource<Cluster, never> = {
  observe: async () => ({ status: 'pending', reason: 'AWS takes it away' }),
  create: async () => undefined,
  delete: async () => undefined,
}
