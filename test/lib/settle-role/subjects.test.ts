import { describe, expect, test } from 'vitest'
import { changeCluster } from '../../../lib/registry/cluster-record.ts'
import { putRoleRequest } from '../../../lib/registry/roles.ts'
import type { Settling } from '../../../lib/settle-role.ts'
import { aRoleRequest, aTableWith, golemRecord, putCluster } from '../registry/registry.ts'
import { KEY, theRole } from './fixture.ts'

const { desired } = golemRecord()
const GAIA = golemRecord({
  generation: 3,
  status: 'READY',
  desired: { ...desired, cluster: 'gaia', issuer: 'https://irsa.gaia.gigantic.io' },
})
const UNREADY = { ...GAIA, status: 'ANNOUNCED' } as const

async function aRoleThatTrusts(gaia?: typeof GAIA) {
  const table = await aTableWith(golemRecord())
  if (gaia !== undefined) await putCluster(table, gaia)
  const subjects = [{ cluster: 'gaia', namespace: 'shop', serviceAccount: 'cart' }]
  await putRoleRequest(table, aRoleRequest({ content: { ...aRoleRequest().content, subjects } }), 0)
  return theRole({ table })
}

describe('a role that trusts another cluster', () => {
  test('is made when that one is ready, and remembers as what it trusts it', async () => {
    const { settle, made } = await aRoleThatTrusts(GAIA)

    expect(await settle()).toMatchObject({ state: 'READY', trusts: { gaia: 3 } })
    expect(made[0]?.trustPolicy.Statement.map(({ Principal }) => Principal)).toEqual([
      { Federated: 'arn:aws:iam::000000000000:oidc-provider/irsa.gaia.gigantic.io' },
      { Federated: 'arn:aws:iam::000000000000:oidc-provider/irsa.golem.gigantic.io' },
    ])
  })

  test('waits for one that is not ready, says so, and tells nobody that it failed', async () => {
    const { settle, status, made, published } = await aRoleThatTrusts(UNREADY)

    expect(await settle()).toMatchObject({
      state: 'WAITING',
      error: 'SubjectClusterPending',
      message: 'The issuer of cluster gaia, which a subject is on, is not ready yet.',
      trusts: { gaia: 3 },
    })
    expect([made, published()]).toEqual([[], []])
    expect(await status()).toMatchObject({ state: 'WAITING' })
  })

  test('does not wait for one that became ready meanwhile', async () => {
    const { table, settling, settle, status } = await aRoleThatTrusts(UNREADY)
    let looks = 0
    const now: Settling['now'] = () => {
      if (++looks === 1)
        becoming = changeCluster(table, 'gaia', (record) => record && { ...record, status: 'READY' })
      return settling.now()
    }
    let becoming: Promise<unknown> = Promise.resolve()
    const publisher = settling.publisher

    await Promise.all([settle({ now, publisher }), becoming])

    expect(await status()).toMatchObject({ state: 'READY' })
  })

  test('is made again with what that one became meanwhile', async () => {
    const { table, settling, settle, made } = await aRoleThatTrusts(GAIA)
    const roles: Settling['roles'] = {
      ...settling.roles,
      async create(role) {
        if (made.length === 0)
          await changeCluster(table, 'gaia', () => ({
            ...GAIA,
            generation: 4,
            desired: { ...GAIA.desired, audiences: ['vault'] },
          }))
        return settling.roles.create(role)
      },
    }

    expect(await settle({ roles })).toMatchObject({ state: 'READY', trusts: { gaia: 4 } })
    expect(JSON.stringify(made.at(-1)?.trustPolicy)).toContain('"irsa.gaia.gigantic.io:aud":"vault"')
  })

  test.each(['DELETING', 'DELETED'] as const)('is made without it while it is %s', async (status) => {
    const { table, settle, made } = await aRoleThatTrusts(GAIA)
    await settle()
    await changeCluster(table, 'gaia', () => ({ ...GAIA, generation: 4, status }))

    const settled = await settle()

    expect(settled).toMatchObject({ state: 'READY' })
    expect(settled).not.toHaveProperty('trusts')
    expect(made.at(-1)?.trustPolicy.Statement).toHaveLength(1)
  })

  test('is made without it although another one is not ready, for which it goes on to wait', async () => {
    const { table, settle, made } = await aRoleThatTrusts(GAIA)
    await settle()
    await putCluster(table, { ...UNREADY, desired: { ...GAIA.desired, cluster: 'late' } })
    const subjects = ['gaia', 'late'].map((cluster) => ({
      cluster,
      namespace: 'shop',
      serviceAccount: 'cart',
    }))
    await putRoleRequest(
      table,
      aRoleRequest({ version: 2, content: { ...aRoleRequest().content, subjects } }),
      1,
    )
    expect(await settle()).toMatchObject({ state: 'WAITING', trusts: { gaia: 3, late: 3 } })
    expect(made).toHaveLength(1)
    await changeCluster(table, 'gaia', () => ({ ...GAIA, generation: 4, status: 'DELETING' }))

    const settled = await settle()

    expect(settled).toMatchObject({ state: 'WAITING', message: expect.stringContaining('late') })
    expect(settled?.trusts).toEqual({ late: 3 })
    expect(made.at(-1)?.trustPolicy.Statement).toHaveLength(1)
  })

  test('fails when there never was one: only its requester can name another', async () => {
    const { settle } = await aRoleThatTrusts()

    expect(await settle()).toMatchObject({ ...KEY, state: 'FAILED', error: 'ClusterNotFound' })
  })
})
