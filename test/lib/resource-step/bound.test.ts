import { describe, expect, test } from 'vitest'
import type { Cluster } from '../../../lib/cluster.ts'
import { AliasStillPending } from '../../../lib/errors.ts'
import { readCluster } from '../../../lib/registry/cluster-record.ts'
import type { Resource } from '../../../lib/resource.ts'
import { runResourceStep } from '../../../lib/resource-step.ts'
import { RESOURCE_STEPS, type ResourceStep } from '../../../lib/steps.ts'
import { aRun, aTableWith, golemRecord } from '../registry/registry.ts'
import { aTask } from '../task.ts'
import { ABSENT, anAlias, clock, PENDING, READY } from './fixture.ts'

describe('the bound of a step', () => {
  const bounds: Readonly<Record<ResourceStep, [minutes: number, error: string]>> = {
    bucket: [30, 'BucketStillPending'],
    certificate: [120, 'CertificateStillPending'],
    distribution: [60, 'DistributionStillPending'],
    alias: [30, 'AliasStillPending'],
    'issuer-check': [30, 'IssuerCheckStillPending'],
    provider: [30, 'ProviderStillPending'],
  }

  test.each(RESOURCE_STEPS)('of %s is an error of its own, with the last reason', async (step) => {
    const table = await aTableWith(golemRecord(aRun()))
    const [minutes, name] = bounds[step]
    const task = aTask({ step, status: 'pending', since: '2026-01-31T13:00:00.000Z' })
    const after = (milliseconds: number) =>
      clock(new Date(Date.parse('2026-01-31T13:00:00.000Z') + milliseconds).toISOString())
    const at = (milliseconds: number) =>
      runResourceStep({ table, now: after(milliseconds) }, step, forever, task)

    expect(await at(minutes * 60_000 - 1)).toMatchObject({ status: 'pending' })
    await expect(at(minutes * 60_000)).rejects.toMatchObject({
      name,
      message: expect.stringContaining('AWS makes it'),
    })
  })

  test('counts from the start of the execution when that is later', async () => {
    const table = await aTableWith(golemRecord(aRun()))
    const task = aTask({ step: 'alias', status: 'pending', since: '2026-01-31T11:00:00.000Z' })
    const at = (now: string) => runResourceStep({ table, now: clock(now) }, 'alias', forever, task)

    expect(await at('2026-01-31T12:29:59.999Z')).toMatchObject({ status: 'pending' })
    await expect(at('2026-01-31T12:30:00.000Z')).rejects.toMatchObject({ name: 'AliasStillPending' })
  })

  test('begins anew with a redrive', async () => {
    const table = await aTableWith(golemRecord(aRun()))
    const pending = { step: 'alias', status: 'pending', since: '2026-01-31T12:00:00.000Z' } as const
    const task = aTask(pending, { RedriveTime: '2026-02-02T08:00:00.000Z' })
    const at = (now: string) => runResourceStep({ table, now: clock(now) }, 'alias', forever, task)

    expect(await at('2026-02-02T08:29:59.999Z')).toMatchObject({ status: 'pending' })
    await expect(at('2026-02-02T08:30:00.000Z')).rejects.toMatchObject({ name: 'AliasStillPending' })
  })

  test('does not fail what is ready, however late', async () => {
    const table = await aTableWith(golemRecord(aRun()))
    const task = aTask({ step: 'alias', status: 'pending', since: '2026-01-31T12:00:00.000Z' })
    const now = clock('2026-03-31T12:00:00.000Z')

    const answer = await runResourceStep({ table, now }, 'alias', anAlias([READY]).resource, task)

    expect(answer.status).toBe('ready')
  })

  test('keeps the hint of what it gives up waiting for', async () => {
    const table = await aTableWith(golemRecord(aRun()))
    const task = aTask({ step: 'alias', status: 'pending', since: '2026-01-31T12:00:00.000Z' })
    const { resource } = anAlias([ABSENT, PENDING], { changeId: 'C9' })
    const now = clock('2026-01-31T13:00:00.000Z')

    await expect(runResourceStep({ table, now }, 'alias', resource, task)).rejects.toThrow(AliasStillPending)

    expect((await readCluster(table, 'golem'))?.hints).toEqual({ alias: { changeId: 'C9' } })
  })
})

/** Whatever the step. */
const forever: Resource<Cluster, never> = {
  observe: async () => ({ status: 'pending', reason: 'AWS makes it' }),
  create: async () => undefined,
  delete: async () => undefined,
}
