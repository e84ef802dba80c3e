import { describe, expect, test } from 'vitest'
import { putRoleRequest, putRoleStatus, type RoleStatus } from '../../lib/registry/roles.ts'
import { attemptsIn, isSettled, unsettledRoles } from '../../lib/unsettled-roles.ts'
import { aRoleRequest, aRoleStatus, aTable, golemRecord } from './registry/registry.ts'

const NOW = new Date('2026-01-31T12:30:00Z')

describe('unsettledRoles', () => {
  test('are those without a final status of their version and the generation, and their status so far', async () => {
    const table = await aTable()
    const statuses = {
      done: aRoleStatus({ serviceAccount: 'done', generation: 2 }),
      older: aRoleStatus({ serviceAccount: 'older' }),
      retry: aRoleStatus({ serviceAccount: 'retry', generation: 2, state: 'RETRY' }),
    }
    for (const serviceAccount of ['new', ...Object.keys(statuses)])
      await putRoleRequest(table, aRoleRequest({ serviceAccount }), 0)
    for (const status of Object.values(statuses)) await putRoleStatus(table, 'golem', status)

    const role = { namespace: 'default', version: 1 }
    expect(await unsettledRoles(table, golemRecord({ generation: 2 }), NOW)).toEqual([
      { ...role, serviceAccount: 'new', status: undefined },
      { ...role, serviceAccount: 'older', status: statuses.older },
      { ...role, serviceAccount: 'retry', status: statuses.retry },
    ])
  })
})

describe('a role that is to go', () => {
  test.each([
    ['was asked to', { desired: 'removed' } as const],
    ['has expired', { content: { ...aRoleRequest().content, expiresAt: '2026-01-31T12:30:00Z' } }],
  ])('is unsettled once it %s, and settled when that failed', async (_, changes) => {
    const table = await aTable()
    await putRoleRequest(table, aRoleRequest(changes), 0)
    await putRoleStatus(table, 'golem', aRoleStatus())

    expect(await unsettledRoles(table, golemRecord(), NOW)).toMatchObject([{ serviceAccount: 'reader' }])

    await putRoleStatus(table, 'golem', aRoleStatus({ desired: 'removed', state: 'FAILED' }))

    expect(await unsettledRoles(table, golemRecord(), NOW)).toEqual([])
  })

  test('is settled while it has not expired yet', async () => {
    const table = await aTable()
    const content = { ...aRoleRequest().content, expiresAt: '2026-01-31T12:30:00.001Z' }
    await putRoleRequest(table, aRoleRequest({ content }), 0)
    await putRoleStatus(table, 'golem', aRoleStatus())

    expect(await unsettledRoles(table, golemRecord(), NOW)).toEqual([])
  })
})

describe('isSettled', () => {
  test('needs a status of this version and generation, for the same end, that is final', () => {
    const asked = { version: 1, generation: 1, desired: 'present' } as const

    expect(isSettled(aRoleStatus(), asked)).toBe(true)
    expect(isSettled(aRoleStatus({ state: 'FAILED' }), asked)).toBe(true)
    expect(isSettled(aRoleStatus({ state: 'RETRY' }), asked)).toBe(false)
    expect(isSettled(aRoleStatus(), { ...asked, version: 2 })).toBe(false)
    expect(isSettled(aRoleStatus(), { ...asked, generation: 2 })).toBe(false)
    expect(isSettled(aRoleStatus(), { ...asked, desired: 'removed' })).toBe(false)
    expect(isSettled(undefined, asked)).toBe(false)
  })
})

describe('attemptsIn', () => {
  const window = { run: 1, since: '2026-01-31T12:00:00.000Z' }
  const retry = (changes: Partial<RoleStatus> = {}) =>
    aRoleStatus({ state: 'RETRY', attempts: 3, at: '2026-01-31T12:00:00.000Z', ...changes })

  test('counts attempts of the same version, in the same run, since it began', () => {
    expect(attemptsIn(window, retry(), 1)).toBe(3)
  })

  test('compares times, not their spelling', () => {
    expect(attemptsIn({ run: 1, since: '2026-01-31T12:00:00Z' }, retry(), 1)).toBe(3)
    expect(attemptsIn(window, retry({ at: '2026-01-31T12:00:00Z' }), 1)).toBe(3)
  })

  test.each([
    ['another run', retry({ run: 2 })],
    ['a time before', retry({ at: '2026-01-31T11:59:59.999Z' })],
    ['a time before, to the second', retry({ at: '2026-01-31T11:59:59Z' })],
    ['another version', retry({ version: 2 })],
    ['a role that was settled', retry({ state: 'READY' })],
    ['a role that nobody tried', undefined],
  ])('counts none of %s', (_, status) => {
    expect(attemptsIn(window, status, 1)).toBe(0)
  })
})
