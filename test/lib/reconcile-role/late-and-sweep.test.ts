import { StartExecutionCommand } from '@aws-sdk/client-sfn'
import { describe, expect, test } from 'vitest'
import { startLateRoles, sweepReplicas, sweepRoles } from '../../../lib/reconcile-role.ts'
import { requireCluster } from '../../../lib/registry/cluster-record.ts'
import { changeReplica } from '../../../lib/registry/replicas.ts'
import { putItem } from '../../../lib/registry/table.ts'
import { refusal, sent } from '../aws/sdk.ts'
import { aRun, golemRecord, putCluster } from '../registry/registry.ts'
import { KEY, nameOf, READY_CLUSTER, roleRuns } from './fixture.ts'

const THREE = ['a', 'b', 'c'].map((serviceAccount) => ({ serviceAccount }))

describe('startLateRoles', () => {
  test('starts what is not settled, and nothing else', async () => {
    const { runs, started } = await roleRuns({
      requests: [
        { serviceAccount: 'late' },
        { serviceAccount: 'settled' },
        { serviceAccount: 'refused' },
        { serviceAccount: 'changed', version: 2 },
        { serviceAccount: 'tried' },
      ],
      statuses: [
        { serviceAccount: 'settled' },
        { serviceAccount: 'refused', state: 'FAILED' },
        { serviceAccount: 'changed', version: 1 },
        { serviceAccount: 'tried', state: 'RETRY' },
        { serviceAccount: 'withdrawn' },
      ],
    })

    await startLateRoles(runs, await requireCluster(runs.table, 'golem'))

    expect(new Set(started())).toEqual(
      new Set([nameOf('late'), nameOf('changed', 2), nameOf('tried'), nameOf('withdrawn')]),
    )
  })

  test.each([
    ['the next run is recorded', { ...READY_CLUSTER, ...aRun({ number: 2, state: 'RECORDED' }) }],
    ['the next run is under way, and lists them itself', { ...READY_CLUSTER, ...aRun({ number: 2 }) }],
  ])('leaves them alone when %s', async (_, record) => {
    const { runs, states } = await roleRuns({ record })

    await startLateRoles(runs, await requireCluster(runs.table, 'golem'))

    expect(sent(states.sfn)).toEqual([])
  })

  test('starts the others when some cannot be started, and throws the error as it is, to be tried again', async () => {
    const { runs, states, started } = await roleRuns({ requests: [...THREE, { serviceAccount: 'd' }] })
    for (const name of [nameOf('a'), nameOf('d')])
      states.sfn.on(StartExecutionCommand, { name }).rejects(refusal('ThrottlingException'))

    await expect(startLateRoles(runs, await requireCluster(runs.table, 'golem'))).rejects.toMatchObject({
      name: 'Throttled',
    })

    expect(new Set(started())).toEqual(new Set([nameOf('b'), nameOf('c')]))
  })
})

describe('sweepRoles', () => {
  test('starts the roles of every cluster whose latest request has no status', async () => {
    const { runs, started } = await roleRuns({
      requests: [
        { serviceAccount: 'missed' },
        { serviceAccount: 'settled' },
        { serviceAccount: 'changed', version: 2 },
        { serviceAccount: 'missed', cluster: 'gaia' },
      ],
      statuses: [{ serviceAccount: 'settled' }, { serviceAccount: 'changed', version: 1 }],
    })
    const { desired } = golemRecord()
    await putCluster(runs.table, { ...READY_CLUSTER, desired: { ...desired, cluster: 'gaia' } })

    await sweepRoles(runs)

    expect(new Set(started())).toEqual(
      new Set([nameOf('missed'), nameOf('changed', 2), nameOf('missed', 1, 1, 'gaia')]),
    )
  })

  test.each([
    ['the cluster is gone', null],
    ['the issuer is not ready yet', golemRecord(aRun())],
    ['a run goes through the roles', { ...READY_CLUSTER, ...aRun({ listsRoles: true }) }],
  ])('leaves them alone when %s', async (_, record) => {
    const { runs, states } = await roleRuns({ record })

    await sweepRoles(runs)

    expect(sent(states.sfn)).toEqual([])
  })

  test('goes on with the others when one cannot be started, and fails at the end', async () => {
    const { runs, states, started } = await roleRuns({ requests: THREE })
    states.sfn.on(StartExecutionCommand, { name: nameOf('a') }).rejects(refusal('InvalidName'))

    await expect(sweepRoles(runs)).rejects.toMatchObject({ name: 'AwsRefused' })

    expect(new Set(started())).toEqual(new Set([nameOf('b'), nameOf('c')]))
  })

  test('goes on with the others when one cannot be read', async () => {
    const { runs, started } = await roleRuns({ requests: THREE.slice(1) })
    const unreadable = { pk: 'CLUSTER#golem', sk: 'ROLE#default#a', indexState: 'ROLE', version: 1 }
    await putItem(runs.table, { ...unreadable, indexTime: '2026-01-31T11:00:00.000Z' })

    await expect(sweepRoles(runs)).rejects.toMatchObject({ name: 'ZodError' })

    expect(new Set(started())).toEqual(new Set([nameOf('b'), nameOf('c')]))
  })

  test('tells of every one that it could not start', async () => {
    const { runs, states } = await roleRuns({ requests: THREE })
    states.sfn.on(StartExecutionCommand).rejects(refusal('ThrottlingException'))

    const failed = await sweepRoles(runs).catch((error) => error)

    expect(failed).toBeInstanceOf(AggregateError)
    expect(failed.errors).toMatchObject(THREE.map(() => ({ name: 'Throttled' })))
  })
})

describe('sweepReplicas', () => {
  const replica = { cluster: 'gaia', accountId: '444455556666' }

  /** At half past twelve. */
  async function doubtedAt(at: string | undefined) {
    const role = await roleRuns()
    const doubt = at === undefined ? undefined : { at, cluster: 'golem', ...KEY, version: 3 }
    const written = '2026-01-31T12:00:00.000Z'
    await changeReplica(role.runs.table, replica, () => ({
      ...replica,
      state: 'READY',
      generation: 1,
      at: written,
      ...(doubt && { doubt }),
    }))
    return role
  }

  test('has a provider looked at that a role has left behind, once each', async () => {
    const { runs, states, started } = await doubtedAt('2026-01-31T12:19:00.000Z')

    await sweepReplicas(runs)
    await sweepReplicas(runs)

    expect(started()).toHaveLength(1)
    const input = { cluster: 'golem', ...KEY, version: 3, replicas: [replica] }
    expect(sent(states.sfn)[0]).toMatchObject(['StartExecution', { input: JSON.stringify(input) }])
  })

  test.each([
    ['nobody has left behind', undefined],
    ['somebody may still be at work with', '2026-01-31T12:21:00.000Z'],
  ])('leaves one alone that %s', async (_, at) => {
    const { runs, started } = await doubtedAt(at)

    await sweepReplicas(runs)

    expect(started()).toEqual([])
  })
})
