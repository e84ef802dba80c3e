import { expect, test } from 'vitest'
import type { ClusterRecord } from '../../lib/registry/cluster-record.ts'
import { readCluster } from '../../lib/registry/cluster-record.ts'
import { repairDrift } from '../../lib/repair-drift.ts'
import { clusterRecord, opsFixture } from './ops/fixture.ts'
import { aRun } from './registry/registry.ts'

const MENDABLE = {
  cluster: 'golem',
  run: 3,
  steps: true,
  roles: [{ namespace: 'shop', serviceAccount: 'cart', version: 2 }],
}

function ready(changes: Partial<ClusterRecord> = {}): ClusterRecord {
  return clusterRecord('golem', { status: 'READY', runs: 3, ...changes })
}

test('starts one run for the steps and an execution for each role, however often it is asked', async () => {
  const { table, replaying, states } = await opsFixture([ready()])

  await repairDrift(replaying, MENDABLE)
  await repairDrift(replaying, MENDABLE)

  expect([...states.executions.keys()]).toEqual([expect.stringMatching(/^[0-9a-f]{40}-2$/), 'golem-4'])
  expect(await readCluster(table, 'golem')).toMatchObject({
    generation: 1,
    runs: 4,
    run: { number: 4, workflow: 'provision', state: 'STARTED' },
  })
})

test('starts the run that it had recorded before it was cut off', async () => {
  const run = aRun({ number: 4, state: 'RECORDED' })
  const { replaying, states } = await opsFixture([ready(run)])

  await repairDrift(replaying, { ...MENDABLE, roles: [] })

  expect([...states.executions.keys()]).toEqual(['golem-4'])
})

test.each<[string, Partial<ClusterRecord>]>([
  ['is paused', { paused: true }],
  ['has had another run since', { runs: 4 }],
  ['goes', { status: 'DELETING' }],
  ['is gone', { status: 'DELETED' }],
])('starts nothing of a cluster that %s', async (_, changes) => {
  const { table, replaying, states } = await opsFixture([ready(changes)])

  await repairDrift(replaying, MENDABLE)

  expect([...states.executions.keys()]).toEqual([])
  expect((await readCluster(table, 'golem'))?.run).toBeUndefined()
})
