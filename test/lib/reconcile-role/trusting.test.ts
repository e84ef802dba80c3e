import { StartExecutionCommand } from '@aws-sdk/client-sfn'
import { describe, expect, test } from 'vitest'
import { startTrustingRoles } from '../../../lib/reconcile-role.ts'
import { requireCluster } from '../../../lib/registry/cluster-record.ts'
import type { RoleStatus } from '../../../lib/registry/roles.ts'
import { putTrust } from '../../../lib/registry/subject-clusters.ts'
import { refusal, sent } from '../aws/sdk.ts'
import { aRoleRequest, aRun, golemRecord, putCluster } from '../registry/registry.ts'
import { inputOf, KEY, nameOf, READY_CLUSTER, roleRuns } from './fixture.ts'

const { desired } = golemRecord()
const GAIA = golemRecord({ generation: 3, status: 'ISSUER_READY', desired: { ...desired, cluster: 'gaia' } })

/** A role of golem that trusts gaia. */
async function theRole(status?: Partial<RoleStatus>, setting: Parameters<typeof roleRuns>[0] = {}) {
  const role = await roleRuns({
    requests: [{ content: { ...aRoleRequest().content, subjects: [{ ...KEY, cluster: 'gaia' }] } }],
    ...setting,
    statuses: status === undefined ? [] : [status],
  })
  await putCluster(role.table, GAIA)
  await putTrust(role.table, 'gaia', { cluster: 'golem', ...KEY })
  return role
}

describe('startTrustingRoles', () => {
  test.each<[string, Partial<RoleStatus>]>([
    ['has waited for the cluster', { state: 'WAITING', trusts: { gaia: 3 } }],
    ['trusts it as it was before', { state: 'READY', trusts: { gaia: 2 } }],
    ['was made without it when it had gone', { state: 'READY' }],
  ])('starts a role that %s', async (_, status) => {
    const { runs, states, started } = await theRole(status)

    await startTrustingRoles(runs, await requireCluster(runs.table, 'gaia'))

    expect(started()).toEqual([nameOf()])
    expect(sent(states.sfn)[0]).toMatchObject(['StartExecution', { input: inputOf() }])
  })

  test('starts it whatever run its own cluster is in: that one holds it for settled', async () => {
    const record = { ...READY_CLUSTER, ...aRun() }
    const { runs, started } = await theRole({ state: 'WAITING', trusts: { gaia: 3 } }, { record })

    await startTrustingRoles(runs, await requireCluster(runs.table, 'gaia'))

    expect(started()).toEqual([nameOf()])
  })

  test.each<[string, Partial<RoleStatus> | undefined, Parameters<typeof roleRuns>[0]?]>([
    ['trusts the cluster as it is', { state: 'READY', trusts: { gaia: 3 } }],
    ['was not settled yet', undefined],
    ['is to trust it no more', { state: 'READY', trusts: { gaia: 2 } }, { requests: [{}] }],
  ])('leaves a role alone that %s', async (_, status, setting = {}) => {
    const { runs, started } = await theRole(status, setting)

    await startTrustingRoles(runs, await requireCluster(runs.table, 'gaia'))

    expect(started()).toEqual([])
  })

  test('leaves a role alone whose request is gone', async () => {
    const { runs, started } = await theRole({ state: 'WAITING', trusts: { gaia: 3 } }, { requests: [] })

    await startTrustingRoles(runs, await requireCluster(runs.table, 'gaia'))

    expect(started()).toEqual([])
  })

  test('throws what keeps it from starting one, to be tried again', async () => {
    const { runs, states } = await theRole({ state: 'WAITING', trusts: { gaia: 3 } })
    states.sfn.on(StartExecutionCommand).rejects(refusal('ThrottlingException'))

    await expect(startTrustingRoles(runs, await requireCluster(runs.table, 'gaia'))).rejects.toMatchObject({
      name: 'Throttled',
    })
  })
})
