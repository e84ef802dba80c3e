import { describe, expect, test } from 'vitest'
import { putRoleRequest, putRoleStatus, type RoleStatus } from '../../lib/registry/roles.ts'
import { attemptsIn, isSettled, unsettledRoles } from '../../lib/unsettled-roles.ts'
import { aRoleRequest, aRoleStatus, aTable } from './registry/registry.ts'

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
    expect(await unsettledRoles(table, 'golem', 2)).toEqual([
      { ...role, serviceAccount: 'new', status: undefined },
      { ...role, serviceAccount: 'older', status: statuses.older },
      { ...role, serviceAccount: 'retry', status: statuses.retry },
    ])
  })
})

describe('isSettled', () => {
  test('needs a status of this version and generation that is final', () => {
    expect(isSettled(aRoleStatus(), 1, 1)).toBe(true)
    expect(isSettled(aRoleStatus({ state: 'FAILED' }), 1, 1)).toBe(true)
    expect(isSettled(aRoleStatus({ state: 'RETRY' }), 1, 1)).toBe(false)
    expect(isSettled(aRoleStatus(), 2, 1)).toBe(false)
    expect(isSettled(aRoleStatus(), 1, 2)).toBe(false)
    expect(isSettled(undefined, 1, 1)).toBe(false)
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
