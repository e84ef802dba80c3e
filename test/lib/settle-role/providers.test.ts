/** A role in another account than its cluster's: its providers come first. */
import { describe, expect, test } from 'vitest'
import { changeReplica, readReplica } from '../../../lib/registry/replicas.ts'
import { removeRole } from '../../../lib/registry/request-role.ts'
import { putRoleRequest } from '../../../lib/registry/roles.ts'
import { deleteItem } from '../../../lib/registry/table.ts'
import { aRoleRequest, aTableWith, golemRecord, itemsOf } from '../registry/registry.ts'
import { KEY, NOW, theRole } from './fixture.ts'

const TARGET = '444455556666'
const REPLICA = { cluster: 'golem', accountId: TARGET }
const ARN = `arn:aws:iam::${TARGET}:role/irsa/golem/dev_golem_default_reader`

async function aRoleElsewhere() {
  const table = await aTableWith(golemRecord({ status: 'READY', generation: 2 }))
  const content = { ...aRoleRequest().content, targetAccountId: TARGET }
  await putRoleRequest(table, aRoleRequest({ content }), 0)
  return theRole({ table })
}

type Role = Awaited<ReturnType<typeof aRoleElsewhere>>

async function replicated({ table }: Role, more: object = {}): Promise<void> {
  const ready = { ...REPLICA, state: 'READY', generation: 2, at: NOW, ...more } as const
  await changeReplica(table, REPLICA, () => ready)
}

describe('a role in another account', () => {
  test('is not made before the provider of its cluster is there, and says so to nobody as a failure', async () => {
    const { settle, made, published } = await aRoleElsewhere()

    expect(await settle()).toMatchObject({
      state: 'RETRY',
      error: 'ProviderPending',
      lacks: ['golem'],
      roleArn: ARN,
    })
    expect([made, published()]).toEqual([[], []])
  })

  test.each([
    ['as the cluster was before', { generation: 1 }, 'ProviderPending'],
    ['on its way out', { state: 'LEAVING' }, 'ProviderPending'],
    [
      'not to be had',
      { state: 'FAILED', error: { error: 'QuotaExceeded', message: 'm', remedy: 'r' } },
      'QuotaExceeded',
    ],
  ])('is not made with one that is %s', async (_, replica, error) => {
    const role = await aRoleElsewhere()
    await replicated(role, replica)

    expect(await role.settle()).toMatchObject({ state: 'RETRY', error, lacks: ['golem'] })
    expect(role.made).toEqual([])
  })

  test('is made there once it is, within the boundary of that account', async () => {
    const role = await aRoleElsewhere()
    await replicated(role)

    const status = await role.settle()

    expect(status).toMatchObject({ state: 'READY', roleArn: ARN })
    expect(status).not.toHaveProperty('lacks')
    expect(role.made).toMatchObject([
      { accountId: TARGET, permissionsBoundary: `arn:aws:iam::${TARGET}:policy/irsa-dev-boundary` },
    ])
  })

  test('goes from there, gives back its name there, and tells that its provider may not be needed any more', async () => {
    const role = await aRoleElsewhere()
    await replicated(role)
    await role.settle()
    const released: object[] = []
    await removeRole(role.table, 'golem', KEY, { requestedBy: 'iam:deployer', now: new Date(NOW) })

    expect(await role.settle({ onRelease: (replica) => void released.push(replica) })).toBeUndefined()

    expect(role.deleted).toMatchObject([{ accountId: TARGET }])
    expect(released).toEqual([REPLICA])
    expect(await readReplica(role.table, REPLICA)).toMatchObject({
      doubt: { at: NOW, cluster: 'golem', ...KEY },
    })
    expect((await itemsOf(role.table)).map(({ sk }) => sk)).toEqual(['CLUSTER', `PROVIDER#${TARGET}`])
  })

  test('is found there although its request is lost', async () => {
    const role = await aRoleElsewhere()
    await replicated(role)
    await role.settle()
    await deleteItem(role.table, { pk: 'CLUSTER#golem', sk: 'ROLE#default#reader' })

    await role.settle()

    expect(role.deleted).toMatchObject([{ accountId: TARGET }])
  })
})
