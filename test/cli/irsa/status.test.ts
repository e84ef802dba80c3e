import { describe, expect, test } from 'vitest'
import { isWell, statusText } from '../../../cli/irsa/status.ts'
import type { ClusterSummary } from '../../../lib/ops/clusters.ts'
import type { FailedExecution } from '../../../lib/ops/executions.ts'
import type { StackStatus } from '../../../lib/ops/status.ts'

const CLUSTER: ClusterSummary = {
  cluster: 'golem',
  accountId: '111122223333',
  issuer: 'https://irsa.golem.gaws.gigantic.io',
  state: 'failed',
  isProtected: false,
  isIssuerReady: false,
  generation: 1,
  execution: 'golem-1',
  workflow: 'provision',
  isOpen: false,
  lastEventAt: '2026-01-31T12:00:00.000Z',
  lastError: undefined,
  abandoned: undefined,
  migration: undefined,
  companionOf: undefined,
}
const ROLE: FailedExecution = {
  arn: 'arn:aws:states:eu-central-1:000000000000:execution:irsa-dev-reconcile-role:a',
  name: 'a',
  workflow: 'reconcile-role',
  status: 'FAILED',
  startedAt: '2026-01-31T12:00:00.000Z',
  stoppedAt: '2026-01-31T12:01:00.000Z',
  redriveCount: 0,
  cluster: 'golem',
  role: { namespace: 'shop', serviceAccount: 'cart' },
  step: 'roles',
  error: 'AwsRefused',
  message: 'no',
  remedy: 'Look.',
}
const NO_CLUSTERS: StackStatus['clusters'] = {
  ready: 1,
  provisioning: [],
  deleting: [],
  failed: [],
  paused: [],
  abandoned: [],
}
const NO_LETTERS = { 'undelivered-events': 0, 'dead-letters': 0, 'stream-failures': 0 }
const WAITING = {
  cluster: 'golem',
  namespace: 'shop',
  serviceAccount: 'cart',
  since: '2026-01-31T12:00:00.000Z',
}

function statusWith(different: Partial<StackStatus>): StackStatus {
  const nothing = { drifted: [], orphans: [], roles: [], waiting: [] }
  return { clusters: NO_CLUSTERS, deadLetters: NO_LETTERS, ...nothing, ...different }
}

describe('isWell, which decides how irsa status ends', () => {
  test.each<[string, Partial<StackStatus>]>([
    ['nothing is there but what is ready', {}],
    ['runs are under way', { clusters: { ...NO_CLUSTERS, provisioning: [CLUSTER], deleting: [CLUSTER] } }],
    [
      'a person has paused or abandoned a cluster',
      { clusters: { ...NO_CLUSTERS, paused: [CLUSTER], abandoned: [CLUSTER] } },
    ],
    ['a request waits for an approver', { waiting: [WAITING] }],
  ])('says yes when %s', (_, different) => {
    expect(isWell(statusWith(different))).toBe(true)
  })

  test.each<[string, Partial<StackStatus>]>([
    ['a cluster has failed', { clusters: { ...NO_CLUSTERS, failed: [CLUSTER] } }],
    ['a role has failed', { roles: [ROLE] }],
    ['a cluster is not as it was made', { drifted: ['golem'] }],
    [
      'something has no cluster',
      { orphans: [{ resource: 'bucket', id: 'a', cluster: 'golem', foundAt: '2026-01-31T12:00:00.000Z' }] },
    ],
    ['an event came to nothing', { deadLetters: { ...NO_LETTERS, 'dead-letters': 1 } }],
  ])('says no when %s', (_, different) => {
    expect(isWell(statusWith(different))).toBe(false)
  })
})

test.each([
  [0, /Approvals +0 requests wait\n/],
  [1, /Approvals +1 request waits, the oldest since /],
  [2, /Approvals +2 requests wait, the oldest since /],
])('of %i requests it is said how many wait', (count, words) => {
  const waiting = Array.from({ length: count }, () => WAITING)

  expect(statusText('irsa-dev', statusWith({ waiting }))).toMatch(words)
})
