import { expect, test } from 'vitest'
import { SHARED_HOST } from '../../../lib/aws/names.ts'
import { clustersLeft, type Deletion, deleteClusters, turns } from '../../../lib/ops/uninstall.ts'
import { sent } from '../aws/sdk.ts'
import { putCluster } from '../registry/registry.ts'
import { deletingFixture } from './deleting.ts'
import { clusterRecord } from './fixture.ts'

const READY = { runs: 1, status: 'READY' } as const
const GONE = { status: 'DELETED', removal: { force: false } } as const

async function uninstalling(...fixture: Parameters<typeof deletingFixture>) {
  const { deleting, ...rest } = await deletingFixture(...fixture)
  const told: Deletion[] = []
  const more = { force: false, turn: async () => undefined, tell: (one: Deletion) => void told.push(one) }
  return { ...rest, told, uninstalling: { ...deleting, ...more } }
}

test('every cluster that is not gone is deleted, and told of', async () => {
  const clusters = [clusterRecord('a', READY), clusterRecord('b', READY), clusterRecord('gone', GONE)]
  const changes = [
    { cluster: 'a', ...GONE },
    { cluster: 'b', ...GONE },
  ]
  const { uninstalling: it, bus, told } = await uninstalling(clusters, changes)

  const deletions = await deleteClusters(it, await clustersLeft(it))

  expect(deletions).toEqual([
    { cluster: 'a', remains: undefined },
    { cluster: 'b', remains: undefined },
  ])
  expect(told).toHaveLength(2)
  expect(sent(bus)).toHaveLength(2)
})

test('the host that clusters share goes after all of them', async () => {
  const clusters = [clusterRecord(SHARED_HOST, READY), clusterRecord('b', READY)]
  const changes = [
    { cluster: 'b', ...GONE },
    { cluster: SHARED_HOST, ...GONE },
  ]
  const { uninstalling: it } = await uninstalling(clusters, changes)

  expect(await deleteClusters(it, await clustersLeft(it))).toEqual([
    { cluster: 'b', remains: undefined },
    { cluster: SHARED_HOST, remains: undefined },
  ])
})

test('one that cannot go is told of with the reason, and does not keep the others', async () => {
  const { uninstalling: it } = await uninstalling(
    [clusterRecord('a', { ...READY, protected: true }), clusterRecord('b', READY)],
    [{ cluster: 'b', ...GONE }],
  )

  expect(await deleteClusters(it, await clustersLeft(it))).toEqual([
    { cluster: 'a', remains: expect.objectContaining({ error: 'ClusterProtected' }) },
    { cluster: 'b', remains: undefined },
  ])
})

test('one that is announced meanwhile remains', async () => {
  const { uninstalling: it, told } = await uninstalling(
    [clusterRecord('a', READY)],
    [{ cluster: 'a', ...GONE }],
  )
  const clusters = await clustersLeft(it)
  await putCluster(it.table, clusterRecord('late', READY))

  const deletions = await deleteClusters(it, clusters)

  expect(deletions.at(-1)).toMatchObject({ cluster: 'late', remains: { error: 'ClusterAnnounced' } })
  expect(told).toEqual(deletions)
})

test('turns come evenly, and none is saved up', () => {
  const waits: number[] = []
  let now = 1_000_000
  const turn = turns(
    10,
    () => now,
    async (milliseconds) => void waits.push(milliseconds),
  )

  for (let count = 0; count < 3; count++) turn()
  now += 60_000
  for (let count = 0; count < 2; count++) turn()

  expect(waits).toEqual([0, 6_000, 12_000, 0, 6_000])
})
