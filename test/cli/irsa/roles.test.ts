import { expect, test } from 'vitest'
import { roleText } from '../../../cli/irsa/roles.ts'
import type { DetailedRole } from '../../../lib/ops/roles.ts'

const ROLE: DetailedRole = {
  cluster: 'golem',
  namespace: 'shop',
  serviceAccount: 'cart',
  state: 'ready',
  version: 1,
  requestedVersion: 1,
  approval: undefined,
  status: undefined,
  roleArn: 'arn:aws:iam::000000000000:role/irsa/golem/prod_golem_shop_cart',
  audience: 'sts.amazonaws.com',
  content: { policies: [], description: '', maxSessionDuration: 3600, tags: {} },
  requestedBy: 'iam:team',
  requestedAt: '2026-01-31T12:00:00.000Z',
}

const NEEDS = [{ rule: 'wildcard-action', pointer: '/policies/0', detail: 'is wide' }]
const DECIDED = { needs: NEEDS, by: 'iam:approver', at: '2026-01-31T13:00:00.000Z' } as const

test('a role that needs no approval has none, and what was requested is in force', () => {
  expect(roleText(ROLE)).toContain('version 1, 2026-01-31 12:00:00Z by iam:team')
  expect(roleText(ROLE)).not.toMatch(/^(Approval|In force)/m)
})

test('a change that waits says why, and what is in force meanwhile', () => {
  const text = roleText({ ...ROLE, requestedVersion: 2, approval: { state: 'waiting', needs: NEEDS } })

  expect(text).toMatch(/^Requested +version 2, /m)
  expect(text).toMatch(/^Approval +waits\n +\/policies\/0 is wide \(wildcard-action\)$/m)
  expect(text).toMatch(/^In force +version 1$/m)
})

test('a first request that was rejected says by whom and why, and that nothing is in force', () => {
  const approval = { ...DECIDED, state: 'rejected', reason: 'One bucket is enough.' } as const

  const text = roleText({ ...ROLE, state: 'unapproved', approval: { ...approval, needs: [...NEEDS] } })

  expect(text).toMatch(/^Approval +rejected by iam:approver, 2026-01-31 13:00:00Z: One bucket is enough\.$/m)
  expect(text).toMatch(/^In force +nothing$/m)
})
