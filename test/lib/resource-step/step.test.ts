import { describe, expect, test } from 'vitest'
import { RecordTaken } from '../../../lib/errors.ts'
import { changeCluster, isOwnRun, readCluster } from '../../../lib/registry/cluster-record.ts'
import { runResourceStep } from '../../../lib/resource-step.ts'
import { aRun, aTable, aTableWith, golemRecord, itemsOf } from '../registry/registry.ts'
import { aTask } from '../task.ts'
import { ABSENT, anAlias, clock, NOW, OUTPUTS, PENDING, READY } from './fixture.ts'

describe('runResourceStep', () => {
  test('gives the resource the cluster as it is recorded, with its hint and when the run began', async () => {
    const outputs = { bucket: { bucket: 'b', region: 'eu-central-1', domainName: 'd', kids: ['a'] } }
    const hints = { alias: { changeId: 'C1' }, certificate: { token: 'T' } }
    const table = await aTableWith(golemRecord({ ...aRun(), outputs, hints }))
    const { resource, given } = anAlias([READY])

    await runResourceStep({ table, now: clock() }, 'alias', resource, aTask())

    const { desired, keys } = golemRecord()
    expect(given).toEqual([
      { ...desired, keys, outputs, hint: { changeId: 'C1' }, runStartedAt: '2026-01-31T12:00:00.000Z' },
    ])
  })

  test('records the outputs of what is ready, and that nothing is under way any more', async () => {
    const outputs = { bucket: { bucket: 'b', region: 'eu-central-1', domainName: 'd', kids: ['a'] } }
    const hints = { alias: { changeId: 'C1' }, certificate: { token: 'T' } }
    const table = await aTableWith(golemRecord({ ...aRun(), outputs, hints }))

    const answer = await runResourceStep({ table, now: clock() }, 'alias', anAlias([READY]).resource, aTask())

    expect(answer).toEqual({ cluster: 'golem', run: 1, step: 'alias', status: 'ready', since: NOW })
    expect(await readCluster(table, 'golem')).toMatchObject({
      outputs: { ...outputs, alias: OUTPUTS },
      hints: { certificate: { token: 'T' } },
    })
    expect((await readCluster(table, 'golem'))?.hints).not.toHaveProperty('alias')
  })

  test('answers pending since now at the first time, and records the hint', async () => {
    const table = await aTableWith(golemRecord(aRun()))
    const { resource } = anAlias([ABSENT, PENDING], { changeId: 'C1' })

    const answer = await runResourceStep({ table, now: clock() }, 'alias', resource, aTask())

    expect(answer).toEqual({
      cluster: 'golem',
      run: 1,
      step: 'alias',
      status: 'pending',
      since: NOW,
      reason: 'Route 53 spreads it',
    })
    expect(await readCluster(table, 'golem')).toEqual(
      golemRecord({ ...aRun(), hints: { alias: { changeId: 'C1' } }, revision: 2 }),
    )
  })

  test('writes nothing while there is nothing to tell', async () => {
    const table = await aTableWith(golemRecord(aRun()))
    const before = await itemsOf(table)

    await runResourceStep({ table, now: clock() }, 'alias', anAlias([PENDING]).resource, aTask())

    expect(await itemsOf(table)).toEqual(before)
  })

  test('writes nothing when it finds what is recorded', async () => {
    const table = await aTableWith(golemRecord({ ...aRun(), outputs: { alias: READY.outputs } }))
    const before = await itemsOf(table)

    await runResourceStep({ table, now: clock() }, 'alias', anAlias([READY]).resource, aTask())

    expect(await itemsOf(table)).toEqual(before)
  })

  test('keeps when the step was first pending', async () => {
    const table = await aTableWith(golemRecord(aRun()))
    const task = aTask({ step: 'alias', status: 'pending', since: '2026-01-31T12:05:00.000Z' })

    const answer = await runResourceStep({ table, now: clock() }, 'alias', anAlias([PENDING]).resource, task)

    expect(answer.since).toBe('2026-01-31T12:05:00.000Z')
  })

  test.each([
    [
      'another step was pending',
      { step: 'distribution', status: 'pending', since: '2026-01-31T08:00:00.000Z' },
    ],
    ['the step was ready before', { step: 'alias', status: 'ready', since: '2026-01-31T08:00:00.000Z' }],
  ] as const)('counts from now when %s', async (_, input) => {
    const table = await aTableWith(golemRecord(aRun()))

    const answer = await runResourceStep(
      { table, now: clock() },
      'alias',
      anAlias([PENDING]).resource,
      aTask(input),
    )

    expect(answer).toMatchObject({ status: 'pending', since: NOW })
  })

  test('throws what the resource throws, and records nothing', async () => {
    const table = await aTableWith(golemRecord(aRun()))
    const before = await itemsOf(table)
    const error = new RecordTaken('irsa.golem.gigantic.io', 'A', '192.0.2.1')
    const resource = { ...anAlias([ABSENT]).resource, create: () => Promise.reject(error) }

    await expect(runResourceStep({ table, now: clock() }, 'alias', resource, aTask())).rejects.toBe(error)

    expect(await itemsOf(table)).toEqual(before)
  })
})

describe('a run that is not the cluster’s own any more', () => {
  test.each([
    ['another run works on it', golemRecord(aRun({ number: 2 }))],
    ['no run does', golemRecord({ runs: 1 })],
  ])('touches nothing when %s', async (_, record) => {
    const table = await aTableWith(record)
    const before = await itemsOf(table)
    const { resource, given, made } = anAlias([ABSENT])

    const answer = await runResourceStep({ table, now: clock() }, 'alias', resource, aTask())

    expect(answer).toEqual({ cluster: 'golem', run: 1, step: 'alias', status: 'superseded', since: NOW })
    expect([given, made]).toEqual([[], []])
    expect(await itemsOf(table)).toEqual(before)
  })

  test('touches nothing when the cluster is unknown', async () => {
    const table = await aTable()
    const { resource, given } = anAlias([ABSENT])

    const answer = await runResourceStep({ table, now: clock() }, 'alias', resource, aTask())

    expect(answer.status).toBe('superseded')
    expect(given).toEqual([])
  })

  test('records nothing when it was overtaken while it worked', async () => {
    const table = await aTableWith(golemRecord(aRun()))
    const { resource } = anAlias([READY])
    const slow: typeof resource = {
      ...resource,
      async observe(cluster) {
        await changeCluster(table, 'golem', () => golemRecord({ ...aRun({ number: 2 }), revision: 1 }))
        return resource.observe(cluster)
      },
    }

    await runResourceStep({ table, now: clock() }, 'alias', slow, aTask())

    expect(await readCluster(table, 'golem')).toEqual(golemRecord({ ...aRun({ number: 2 }), revision: 2 }))
  })

  test('is told apart by its number', () => {
    expect(isOwnRun(golemRecord(aRun({ number: 2 })), 2)).toBe(true)
    expect(isOwnRun(golemRecord(aRun({ number: 2 })), 1)).toBe(false)
    expect(isOwnRun(golemRecord(), 1)).toBe(false)
    expect(isOwnRun(undefined, 1)).toBe(false)
  })
})
