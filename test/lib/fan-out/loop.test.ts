import { describe, expect, test } from 'vitest'
import { RolesIncomplete } from '../../../lib/errors.ts'
import { putRoleStatus } from '../../../lib/registry/roles.ts'
import { aRoleStatus } from '../registry/registry.ts'
import { aTask } from '../task.ts'
import { aTableWithRoles, fanOut, listed, listRoles, names } from './fixture.ts'

describe('the loop', () => {
  test('ends after one pass when every role is settled', async () => {
    const table = await aTableWithRoles('reader', 'writer')

    expect(await fanOut(table, [])).toEqual({ steps: ['settle reader writer', 'done'], error: undefined })
  })

  test('tries what is left five times, with a wait between, and then throws RolesIncomplete', async () => {
    const table = await aTableWithRoles('reader', 'throttled', 'writer')

    const { steps, error } = await fanOut(table, ['throttled'])

    const again = ['wait', 'settle throttled']
    expect(steps).toEqual(['settle reader throttled writer', ...again, ...again, ...again, ...again])
    expect(error).toBeInstanceOf(RolesIncomplete)
    expect(error).toMatchObject({
      message: expect.stringMatching(/^1 role .*default\/throttled: Throttled: slow down$/),
    })
  })

  test('tries all of them once more before any a third time, in lists of 400', async () => {
    const serviceAccounts = names(410)
    const table = await aTableWithRoles(...serviceAccounts)
    const statuses = (attempts: number) =>
      serviceAccounts.map((serviceAccount) =>
        putRoleStatus(table, 'golem', aRoleStatus({ serviceAccount, state: 'RETRY', attempts })),
      )
    await Promise.all(statuses(1))
    const first = await listRoles(table, aTask({ step: 'roles', status: 'wait', pass: 0 }))
    for (const { serviceAccount } of first.batches.flat())
      await putRoleStatus(table, 'golem', aRoleStatus({ serviceAccount, state: 'RETRY', attempts: 2 }))

    const second = await listRoles(table, aTask({ step: 'roles', status: 'settle', pass: 1 }))

    expect(first).toMatchObject({ status: 'settle', pass: 1 })
    expect(second).toMatchObject({ status: 'settle', pass: 1 })
    expect([...listed(first), ...listed(second)]).toEqual(serviceAccounts)
  })

  test('tries them again after a redrive, which lists from where it failed', async () => {
    const table = await aTableWithRoles('reader', 'throttled')
    await fanOut(table, ['throttled'])
    const failedAt = { step: 'roles', status: 'settle', pass: 4 } as const
    const redriven = aTask(failedAt, { RedriveTime: '2026-02-01T08:00:00.000Z' })

    expect((await fanOut(table, ['throttled'], redriven)).steps).toEqual([
      'settle throttled',
      ...Array.from({ length: 4 }, () => ['wait', 'settle throttled']).flat(),
    ])
    const again = aTask(failedAt, { RedriveTime: '2026-02-02T08:00:00.000Z' })
    expect(await fanOut(table, [], again)).toEqual({ steps: ['settle throttled', 'done'], error: undefined })
  })

  test('takes in a role that is asked for meanwhile, at once', async () => {
    const table = await aTableWithRoles('new', 'throttled')
    await putRoleStatus(
      table,
      'golem',
      aRoleStatus({ serviceAccount: 'throttled', state: 'RETRY', attempts: 3 }),
    )

    const list = await listRoles(table, aTask({ step: 'roles', status: 'settle', pass: 2 }))

    expect(list).toMatchObject({ status: 'settle', pass: 0 })
    expect(listed(list)).toEqual(['new'])
  })
})
