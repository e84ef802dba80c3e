import { expect, test } from 'vitest'
import { readClusterDetail, readClusters } from '../../../lib/ops/clusters.ts'
import { readRole, readRoles } from '../../../lib/ops/roles.ts'
import { type Approval, putRoleRequest, putRoleStatus } from '../../../lib/registry/roles.ts'
import { aRoleRequest, aRoleStatus, aRun } from '../registry/registry.ts'
import { STACK } from '../resources/golem.ts'
import { clusterRecord, LAST_ERROR, opsFixture } from './fixture.ts'

const NOW = new Date('2026-01-31T12:45:00Z')

test('readClusters says of each how far it is, in the order of their names', async () => {
  const { table } = await opsFixture([
    clusterRecord('c', { runs: 1, status: 'READY' }),
    clusterRecord('b', { ...aRun({ state: 'FAILED' }), lastError: LAST_ERROR }),
    clusterRecord('a', { ...aRun(), status: 'ISSUER_READY' }),
  ])

  expect(await readClusters(table)).toMatchObject([
    { cluster: 'a', state: 'provisioning', isIssuerReady: true, execution: 'a-1', lastError: undefined },
    { cluster: 'b', state: 'failed', isIssuerReady: false, execution: 'b-1', lastError: LAST_ERROR },
    { cluster: 'c', state: 'ready', isIssuerReady: true, execution: undefined },
  ])
})

test('readClusters tells what goes and what is gone', async () => {
  const going = { status: 'DELETING', removal: { force: false } } as const
  const { table } = await opsFixture([
    clusterRecord('gone', { ...going, runs: 2, status: 'DELETED' }),
    clusterRecord('going', { ...going, ...aRun({ number: 2, workflow: 'deprovision' }) }),
    clusterRecord('stuck', { ...going, ...aRun({ number: 2, workflow: 'deprovision', state: 'FAILED' }) }),
  ])

  expect(await readClusters(table)).toMatchObject([
    {
      cluster: 'going',
      state: 'deleting',
      isIssuerReady: false,
      execution: 'going-2',
      workflow: 'deprovision',
    },
    { cluster: 'gone', state: 'deleted', isIssuerReady: false, execution: undefined, workflow: undefined },
    { cluster: 'stuck', state: 'failed', execution: 'stuck-2', workflow: 'deprovision' },
  ])
})

test('a role that shall go is removing until that has failed', async () => {
  const { table } = await opsFixture([clusterRecord('golem', { status: 'READY', runs: 1 })])
  const removal = { version: 2, desired: 'removed' } as const
  for (const serviceAccount of ['asked', 'failed']) {
    await putRoleRequest(table, aRoleRequest({ serviceAccount, ...removal }), 0)
    await putRoleStatus(table, 'golem', aRoleStatus({ serviceAccount }))
  }
  await putRoleStatus(table, 'golem', aRoleStatus({ serviceAccount: 'failed', ...removal, state: 'FAILED' }))

  expect((await readRoles(table, 'golem', NOW)).map(({ state }) => state)).toEqual(['removing', 'failed'])
})

test('a role that has expired is removing as well', async () => {
  const { table } = await opsFixture([clusterRecord('golem', { status: 'READY', runs: 1 })])
  const expires = (expiresAt: string) => ({
    content: { ...aRoleRequest().content, expiresAt },
  })
  await putRoleRequest(
    table,
    aRoleRequest({ serviceAccount: 'later', ...expires('2026-01-31T12:46:00Z') }),
    0,
  )
  await putRoleRequest(table, aRoleRequest({ serviceAccount: 'over', ...expires('2026-01-31T12:44:00Z') }), 0)
  for (const serviceAccount of ['later', 'over'])
    await putRoleStatus(table, 'golem', aRoleStatus({ serviceAccount }))

  expect((await readRoles(table, 'golem', NOW)).map(({ state }) => state)).toEqual(['ready', 'removing'])
})

async function withRoles() {
  const { table } = await opsFixture([clusterRecord('golem', { status: 'READY', runs: 1 })])
  for (const [serviceAccount, status] of [
    ['failed', { state: 'FAILED', error: 'PolicyMalformed' }],
    ['newer', undefined],
    ['ready', { state: 'READY' }],
    ['retrying', { state: 'RETRY' }],
    ['waiting', undefined],
  ] as const) {
    await putRoleRequest(table, aRoleRequest({ serviceAccount }), 0)
    if (status !== undefined) await putRoleStatus(table, 'golem', aRoleStatus({ serviceAccount, ...status }))
  }
  await putRoleStatus(table, 'golem', aRoleStatus({ serviceAccount: 'newer', state: 'FAILED' }))
  await putRoleRequest(table, aRoleRequest({ serviceAccount: 'newer', version: 2 }), 1)
  return table
}

test('readRoles says of each what came of its newest request', async () => {
  const roles = await readRoles(await withRoles(), 'golem', NOW)

  expect(roles.map(({ serviceAccount, state }) => [serviceAccount, state])).toEqual([
    ['failed', 'failed'],
    ['newer', 'waiting'],
    ['ready', 'ready'],
    ['retrying', 'retrying'],
    ['waiting', 'waiting'],
  ])
})

test('readClusterDetail counts the roles', async () => {
  const { roles } = await readClusterDetail(await withRoles(), 'golem', NOW)

  expect(roles).toEqual({ ready: 1, failed: 1, retrying: 1, unapproved: 0, waiting: 2, removing: 0 })
})

test('readRole knows the ARN of a role that is not made yet', async () => {
  const table = await withRoles()

  expect(
    await readRole(table, STACK, 'golem', { namespace: 'default', serviceAccount: 'waiting' }, NOW),
  ).toMatchObject({
    state: 'waiting',
    roleArn: expect.stringMatching(/:role\/irsa\/golem\/\w+_golem_default_waiting$/),
    audience: 'sts.amazonaws.com',
    requestedBy: 'iam:arn:aws:iam::111122223333:role/deployer',
  })
})

test('readRole tells a request that waits for an approver from what is in force', async () => {
  const { table } = await opsFixture([clusterRecord('golem', { runs: 1, status: 'READY' })])
  const key = { namespace: 'default', serviceAccount: 'reader' }
  const approval: Approval = {
    state: 'waiting',
    needs: [{ rule: 'wildcard-action', pointer: '/policies/0', detail: 'is wide' }],
  }
  const inForce = aRoleRequest()
  await putRoleRequest(table, { ...aRoleRequest({ version: 2 }), approval, inForce }, 0)

  expect(await readRole(table, STACK, 'golem', key, NOW)).toMatchObject({
    state: 'waiting',
    version: 1,
    requestedVersion: 2,
    approval,
  })
})

test('readRole says when nobody has requested it', async () => {
  const key = { namespace: 'default', serviceAccount: 'nobody' }

  await expect(readRole(await withRoles(), STACK, 'golem', key, NOW)).rejects.toMatchObject({
    name: 'RoleNotFound',
  })
})

test('readRole shows a role in another account, with subjects on another cluster', async () => {
  const { table } = await opsFixture([clusterRecord('golem', { runs: 1, status: 'READY' })])
  const key = { namespace: 'default', serviceAccount: 'reader' }
  const subjects = [{ cluster: 'gaia', ...key }]
  const content = { ...aRoleRequest().content, subjects, targetAccountId: '444455556666' }
  await putRoleRequest(table, aRoleRequest({ content }), 0)

  expect(await readRole(table, STACK, 'golem', key, NOW)).toMatchObject({
    roleArn: 'arn:aws:iam::444455556666:role/irsa/golem/dev_golem_default_reader',
    content: { subjects },
  })
})
