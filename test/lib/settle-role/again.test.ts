import { PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { describe, expect, test } from 'vitest'
import { Throttled } from '../../../lib/errors.ts'
import { changeCluster } from '../../../lib/registry/cluster-record.ts'
import { putRoleRequest, putRoleStatus, type RoleStatus } from '../../../lib/registry/roles.ts'
import { deleteItem } from '../../../lib/registry/table.ts'
import type { Settling } from '../../../lib/settle-role.ts'
import { refusal } from '../aws/sdk.ts'
import { aRoleRequest, aRoleStatus, aTable, aTableWith, golemRecord, itemsOf } from '../registry/registry.ts'
import { failing, theRole } from './fixture.ts'

describe('attempts', () => {
  const retry = (changes: Partial<RoleStatus>) =>
    aRoleStatus({ state: 'RETRY', attempts: 3, at: '2026-01-31T12:10:00.000Z', ...changes })

  test.each([
    ['go on in the same run', {}, 4],
    ['begin anew in another run', { run: 7 }, 1],
    ['begin anew after a redrive', { at: '2026-01-31T11:59:59.999Z' }, 1],
    ['begin anew for another version of the request', { version: 0 }, 1],
    ['begin anew after the role was settled', { state: 'FAILED' }, 1],
  ] as const)('%s', async (_, changes, attempts) => {
    const { table, settle } = await theRole({ fails: failing(new Throttled('slow down')) })
    await putRoleStatus(table, 'golem', retry(changes))

    expect(await settle()).toMatchObject({ state: 'RETRY', attempts })
  })
})

describe('an event that could not be sent', () => {
  test('leaves the status unwritten, and is sent when the role is settled again', async () => {
    const { settle, status, bus, published } = await theRole()
    bus
      .on(PutEventsCommand)
      .rejectsOnce(refusal('InternalException', 'no', 500))
      .resolves({})

    await expect(settle()).rejects.toMatchObject({ name: 'AwsUnavailable' })

    expect(await status()).toBeUndefined()

    await settle()

    expect(await status()).toMatchObject({ state: 'READY' })
    expect(published().at(-1)).toMatchObject(['Role Ready', {}])
  })

  test('was sent if only the status was lost: it comes twice then', async () => {
    let puts = Number.POSITIVE_INFINITY
    const table = await aTable(async (call, operation) => {
      if (operation === 'PutItem' && --puts === 0) throw refusal('InternalServerError', 'cut off', 500)
      return call()
    })
    await changeCluster(table, 'golem', () => golemRecord())
    await putRoleRequest(table, aRoleRequest(), 0)
    const { settle, published } = await theRole({ table })
    puts = 1

    await expect(settle()).rejects.toMatchObject({ name: 'AwsUnavailable' })
    await settle()

    expect(published().map(([name]) => name)).toEqual(['Role Ready', 'Role Ready'])
  })
})

describe('a request that is changed while it is settled', () => {
  test('is settled again as it is now', async () => {
    const { table, settling, settle, status, made } = await theRole()
    const changed = aRoleRequest({
      version: 2,
      content: { ...aRoleRequest().content, description: 'changed' },
    })
    const roles: Settling['roles'] = {
      ...settling.roles,
      async create(role) {
        if (made.length === 0) await putRoleRequest(table, changed, 1)
        return settling.roles.create(role)
      },
    }

    expect(await settle({ roles })).toMatchObject({ version: 2, state: 'READY' })
    expect(made.map(({ description }) => description)).toEqual(['golem default/reader', 'changed'])
    expect(await status()).toMatchObject({ version: 2 })
  })

  test('is settled again when it is the cluster that was changed', async () => {
    const { table, settling, settle, status, made } = await theRole()
    const audiences = ['sts.amazonaws.com', 'vault']
    const roles: Settling['roles'] = {
      ...settling.roles,
      async create(role) {
        if (made.length === 0)
          await changeCluster(table, 'golem', () =>
            golemRecord({ generation: 2, desired: { ...golemRecord().desired, audiences } }),
          )
        return settling.roles.create(role)
      },
    }

    expect(await settle({ roles })).toMatchObject({ generation: 2, state: 'READY' })
    expect(await status()).toMatchObject({ generation: 2 })
  })

  test('is undone when it is gone: nothing is left of who was slow', async () => {
    const { table, settling, settle, made, there, status } = await theRole()
    const roles: Settling['roles'] = {
      ...settling.roles,
      async create(role) {
        await deleteItem(table, { pk: 'CLUSTER#golem', sk: 'ROLE#default#reader' })
        return settling.roles.create(role)
      },
    }

    expect(await settle({ roles })).toBeUndefined()
    expect(made).toHaveLength(1)
    expect([...there.keys()]).toEqual([])
    expect(await status()).toBeUndefined()
  })
})

describe('nothing is settled', () => {
  test('when the request is gone', async () => {
    const table = await aTableWith(golemRecord())
    const before = await itemsOf(table)
    const { settle, made, published } = await theRole({ table })

    expect(await settle()).toBeUndefined()
    expect([made, published()]).toEqual([[], []])
    expect(await itemsOf(table)).toEqual(before)
  })

  test('when the cluster is gone', async () => {
    const table = await aTable()
    await putRoleRequest(table, aRoleRequest(), 0)
    const { settle, made, published } = await theRole({ table })

    expect(await settle()).toBeUndefined()
    expect([made, published()]).toEqual([[], []])
  })
})
