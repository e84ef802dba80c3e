import { describe, expect, test } from 'vitest'
import { SHARED_HOST } from '../../../lib/aws/names.ts'
import { SharedHostInUse } from '../../../lib/errors.ts'
import type { ClusterRecord } from '../../../lib/registry/cluster-record.ts'
import { putRoleRequest, putRoleStatus } from '../../../lib/registry/roles.ts'
import { recordUse } from '../../../lib/registry/sharing-clusters.ts'
import { aRoleRequest, aRoleStatus, aRun, aTable, aTableWith, golemRecord } from '../registry/registry.ts'
import { aTask } from '../task.ts'
import { aTableWithRoles, listed, listRoles, names, RUNNING } from './fixture.ts'

describe('listRoles', () => {
  test('is done where no role is asked for', async () => {
    const table = await aTableWith(RUNNING)

    expect(await listRoles(table, aTask())).toEqual({
      cluster: 'golem',
      run: 1,
      step: 'roles',
      status: 'done',
      pass: 0,
      batches: [],
    })
  })

  test('lists roles that nobody has tried, by key only', async () => {
    const table = await aTableWithRoles('reader', 'writer')

    expect(await listRoles(table, aTask())).toEqual({
      cluster: 'golem',
      run: 1,
      step: 'roles',
      status: 'settle',
      pass: 0,
      batches: [
        [
          { namespace: 'default', serviceAccount: 'reader' },
          { namespace: 'default', serviceAccount: 'writer' },
        ],
      ],
    })
  })

  test.each([
    ['READY', aRoleStatus(), []],
    ['FAILED, which only its requester can mend', aRoleStatus({ state: 'FAILED' }), []],
    ['RETRY', aRoleStatus({ state: 'RETRY' }), ['reader']],
    ['READY in an earlier version', aRoleStatus({ version: 0 }), ['reader']],
    ['FAILED in an earlier version', aRoleStatus({ version: 0, state: 'FAILED' }), ['reader']],
    ['READY for an earlier generation of the cluster', aRoleStatus({ generation: 0 }), ['reader']],
    ['FAILED for an earlier generation', aRoleStatus({ generation: 0, state: 'FAILED' }), ['reader']],
  ])('of a role that is %s lists what is left to do', async (_, status, expected) => {
    const table = await aTableWithRoles('reader')
    await putRoleStatus(table, 'golem', status)

    const list = await listRoles(table, aTask({ step: 'roles', status: 'wait', pass: 0 }))

    expect(listed(list)).toEqual(expected)
    expect(list.status).toBe(expected.length > 0 ? 'settle' : 'done')
  })

  test('makes batches of 20, of 400 keys at most, and goes on from there', async () => {
    const table = await aTableWithRoles(...names(425))

    const first = await listRoles(table, aTask())

    expect(first.batches.map((batch) => batch.length)).toEqual(Array.from({ length: 20 }, () => 20))
    expect(listed(first)).toEqual(names(425).slice(0, 400))

    const settled = first.batches.flat().map((key) => putRoleStatus(table, 'golem', aRoleStatus(key)))
    await Promise.all(settled)
    const rest = await listRoles(table, aTask({ step: 'roles', status: 'settle', pass: 0 }))

    expect(rest).toMatchObject({ status: 'settle', pass: 0 })
    expect(rest.batches.map((batch) => batch.length)).toEqual([20, 5])
    expect(listed(rest)).toEqual(names(425).slice(400))
  })

  test.each([
    ['another run has taken over', golemRecord(aRun({ number: 2 }))],
    ['no run works on it', golemRecord({ runs: 1 })],
  ])('is superseded when %s', async (_, record) => {
    const table = await aTableWith(record)
    await putRoleRequest(table, aRoleRequest(), 0)

    expect(await listRoles(table, aTask())).toMatchObject({ status: 'superseded', batches: [] })
  })

  test('is superseded when the cluster is unknown', async () => {
    expect(await listRoles(await aTable(), aTask())).toMatchObject({ status: 'superseded' })
  })
})

describe('the host that clusters share', () => {
  const theHost = async (changes: Partial<ClusterRecord>) => {
    const { desired, ...rest } = golemRecord({ ...aRun({ workflow: 'deprovision' }), status: 'DELETING' })
    const table = await aTableWith({ ...rest, desired: { ...desired, cluster: SHARED_HOST }, ...changes })
    await recordUse(table, { cluster: 'golem', run: 1 })
    return table
  }

  test('is not taken away from a cluster that has come to use it since that was asked for', async () => {
    const table = await theHost({ removal: { force: true } })

    await expect(listRoles(table, aTask({ cluster: SHARED_HOST }))).rejects.toThrow(
      new SharedHostInUse(['golem']),
    )
  })

  test('is made anew when a cluster has asked for it since, and goes until then', async () => {
    expect(await listRoles(await theHost({}), aTask({ cluster: SHARED_HOST }))).toMatchObject({
      status: 'done',
    })
  })
})
