import { describe, expect, test } from 'vitest'
import { startReconcileRole } from '../../../lib/reconcile-role.ts'
import { sent } from '../aws/sdk.ts'
import { aRoleRequest, aRun, golemRecord, itemsOf } from '../registry/registry.ts'
import { MACHINE_ARN } from '../step-functions.ts'
import { inputOf, KEY, nameOf, READY_CLUSTER, roleRuns } from './fixture.ts'

describe('a role of a cluster whose issuer is ready', () => {
  test('gets an execution of its own, which is given its key and the version of its request', async () => {
    const { runs, states } = await roleRuns()

    await startReconcileRole(runs, 'golem', KEY)

    expect(sent(states.sfn)).toEqual([
      ['StartExecution', { stateMachineArn: MACHINE_ARN, name: nameOf(), input: inputOf() }],
    ])
  })

  test.each([
    ['no run works on the cluster', READY_CLUSTER],
    ['the next run is recorded and not started', { ...READY_CLUSTER, ...aRun({ state: 'RECORDED' }) }],
    ['a run goes through the steps before the roles', { ...READY_CLUSTER, ...aRun() }],
    ['the run failed before the roles', { ...READY_CLUSTER, ...aRun({ state: 'FAILED' }) }],
    ['the run failed at the roles', { ...READY_CLUSTER, ...aRun({ state: 'FAILED', listsRoles: true }) }],
    [
      'the first run failed at the roles',
      golemRecord({ ...aRun({ state: 'FAILED', listsRoles: true }), status: 'ISSUER_READY' }),
    ],
  ])('is started when %s', async (_, record) => {
    const { runs, started } = await roleRuns({ record })

    await startReconcileRole(runs, 'golem', KEY)

    expect(started()).toEqual([nameOf()])
  })

  test.each([
    ['there is no such cluster', { record: null }],
    ['the issuer is not ready, and no run works on it', { record: golemRecord() }],
    ['the first run is on its way to the issuer', { record: golemRecord(aRun()) }],
    ['the first run failed before the issuer', { record: golemRecord(aRun({ state: 'FAILED' })) }],
    [
      'the first run goes through the roles',
      { record: golemRecord({ ...aRun({ listsRoles: true }), status: 'ISSUER_READY' }) },
    ],
    ['a later run goes through the roles', { record: { ...READY_CLUSTER, ...aRun({ listsRoles: true }) } }],
    ['its cluster goes', { record: golemRecord({ ...aRun(), status: 'DELETING' }), statuses: [{}] }],
    ['nobody asked for the role', { requests: [] }],
    [
      'its request is gone, and what is left of it is for an operator',
      { requests: [], statuses: [{ desired: 'removed', state: 'FAILED' }] },
    ],
    [
      'its removal failed',
      { requests: [{ desired: 'removed' }], statuses: [{ desired: 'removed', state: 'FAILED' }] },
    ],
    ['its request is settled', { statuses: [{}] }],
    ['its request is settled as one that only the requester can mend', { statuses: [{ state: 'FAILED' }] }],
  ] as const)('is not started when %s', async (_, setting) => {
    const { runs, states, table } = await roleRuns(setting)
    const before = await itemsOf(table)

    await startReconcileRole(runs, 'golem', KEY)

    expect(sent(states.sfn)).toEqual([])
    expect(await itemsOf(table)).toEqual(before)
  })

  const expired = { content: { ...aRoleRequest().content, expiresAt: '2026-01-31T12:30:00Z' } }

  test.each([
    [
      'it is to be removed',
      { requests: [{ desired: 'removed', version: 2 }], statuses: [{}] },
      nameOf('reader', 2),
    ],
    [
      'it is to be removed, and its issuer was never ready',
      { record: golemRecord(aRun({ state: 'FAILED' })), requests: [{ desired: 'removed' }] },
      nameOf(),
    ],
    ['its cluster is gone', { record: golemRecord({ status: 'DELETED' }) }, nameOf()],
    ['it has expired', { requests: [expired], statuses: [{}] }, nameOf()],
    ['its request is gone and its status is not', { requests: [], statuses: [{}] }, nameOf()],
  ] as const)('is started when %s', async (_, setting, name) => {
    const { runs, started } = await roleRuns(setting)

    await startReconcileRole(runs, 'golem', KEY)

    expect(started()).toEqual([name])
  })

  test.each([
    ['is tried again', { statuses: [{ state: 'RETRY' }] }, nameOf()],
    ['is changed', { requests: [{ version: 2 }], statuses: [{ version: 1 }] }, nameOf('reader', 2)],
    [
      'was refused and is changed',
      { requests: [{ version: 2 }], statuses: [{ version: 1, state: 'FAILED' }] },
      nameOf('reader', 2),
    ],
    [
      'is settled for an earlier generation of the cluster',
      { record: { ...READY_CLUSTER, generation: 2 }, statuses: [{}] },
      nameOf(),
    ],
  ] as const)('is started when it %s', async (_, setting, name) => {
    const { runs, started } = await roleRuns(setting)

    await startReconcileRole(runs, 'golem', KEY)

    expect(started()).toEqual([name])
  })
})
