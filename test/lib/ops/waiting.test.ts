import { expect, test } from 'vitest'
import { waitingRequests } from '../../../lib/ops/waiting.ts'
import { type Approval, putRoleRequest } from '../../../lib/registry/roles.ts'
import { aRoleRequest, aTableWith, golemRecord } from '../registry/registry.ts'

test('what waits for an approver is listed, the oldest first', async () => {
  const table = await aTableWith(golemRecord())
  const put = (serviceAccount: string, state: Approval['state'], hour: number, more: object = {}) => {
    const requestedAt = `2026-01-31T${hour}:00:00.000Z`
    const approval = { state, needs: [] }
    return putRoleRequest(table, { ...aRoleRequest({ approval }), serviceAccount, requestedAt, ...more }, 0)
  }
  await put('late', 'waiting', 15)
  await put('early', 'waiting', 11)
  await put('approved', 'approved', 10)
  await put('rejected', 'rejected', 10)
  await put('leaving', 'waiting', 10, { desired: 'removed' })

  expect(await waitingRequests(table, ['golem', 'nobody'])).toEqual([
    { cluster: 'golem', namespace: 'default', serviceAccount: 'early', since: '2026-01-31T11:00:00.000Z' },
    { cluster: 'golem', namespace: 'default', serviceAccount: 'late', since: '2026-01-31T15:00:00.000Z' },
  ])
})
