/** The same inputs twice, at once and one after the other: the same resources, once. */
import { ListExecutionsCommand } from '@aws-sdk/client-sfn'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseFault } from '../../local/faults.ts'
import { newIn, takeInventory } from './inventory.ts'
import { clusterNamed, newKeys, type Pipeline, POLL, roleFor, sharePipeline } from './pipeline.ts'

let pipeline: Pipeline

beforeAll(async () => {
  pipeline = await sharePipeline()
})

afterAll(() => pipeline.stop())

/** How many things of each kind one cluster with one role is. */
const ONE_OF_EACH = { buckets: 1, certificates: 1, distributions: 1, providers: 1, roles: 1, records: 3 }

test('a cluster that is announced three times at once is made once', async () => {
  const before = await takeInventory()
  const detail = clusterNamed('atonce')

  await Promise.all([pipeline.announce(detail), pipeline.announce(detail), pipeline.announce(detail)])
  await expect.poll(() => pipeline.cluster('atonce'), POLL).toBeDefined()
  await Promise.all([
    pipeline.request('atonce', roleFor('shop', 'cart')),
    pipeline.request('atonce', roleFor('shop', 'cart')),
  ])

  expect(await pipeline.runEnded('atonce')).toMatchObject({ status: 'SUCCEEDED' })
  expect(countsOf(newIn(before, await takeInventory()))).toEqual(ONE_OF_EACH)
  expect(await executionsOf('atonce')).toEqual(['atonce-1'])
  expect(await pipeline.cluster('atonce')).toMatchObject({ generation: 1, runs: 1, status: 'READY' })
})

test('announced again when it is ready, nothing is made or changed', async () => {
  const detail = clusterNamed('again')
  await pipeline.announce(detail)
  await expect.poll(() => pipeline.cluster('again'), POLL).toBeDefined()
  await pipeline.request('again', roleFor('shop', 'cart'))
  await pipeline.runEnded('again')
  const before = await takeInventory()
  const known = await pipeline.cluster('again')

  await pipeline.announce(detail)
  await pipeline.request('again', roleFor('shop', 'cart'))

  await expect
    .poll(() => pipeline.cluster('again'), POLL)
    .toMatchObject({ lastEvent: { id: expect.not.stringMatching(known?.lastEvent.id ?? '') } })
  expect(await takeInventory()).toEqual(before)
  expect(await executionsOf('again')).toEqual(['again-1'])
})

test('an event that is older than the last one changes nothing', async () => {
  await pipeline.announce(clusterNamed('late', { tags: { team: 'new' } }))
  await pipeline.runEnded('late')
  const known = await pipeline.cluster('late')
  const anHourAgo = new Date(pipeline.aws.clock.now().getTime() - 3_600_000)

  await pipeline.announce(clusterNamed('late', { tags: { team: 'old' } }), { time: anHourAgo })
  await pipeline.announce(clusterNamed('after'))
  await pipeline.runEnded('after')

  expect(await pipeline.cluster('late')).toEqual(known)
})

test('a change while a run is under way is made by the next run', async () => {
  const detail = clusterNamed('moving')
  await pipeline.announce(detail)
  await expect.poll(() => pipeline.cluster('moving'), POLL).toMatchObject({ run: { state: 'STARTED' } })

  await pipeline.announce({ ...detail, audiences: ['sts.amazonaws.com', 'vault'] })

  expect(await pipeline.runEnded('moving', 1)).toMatchObject({ status: 'SUCCEEDED' })
  expect(await pipeline.runEnded('moving', 2)).toMatchObject({ status: 'SUCCEEDED' })
  expect(await pipeline.cluster('moving')).toMatchObject({
    generation: 2,
    runs: 2,
    status: 'READY',
    outputs: { provider: { audiences: ['sts.amazonaws.com', 'vault'] } },
  })
})

test('a key that is announced while a run is under way is published by the next run, and does not hold up this one', async () => {
  const { pem } = newKeys()
  const detail = clusterNamed('rotating', { serviceAccountKeys: [pem] })
  // A second, at this speed.
  pipeline.aws.faults.add(parseFault('cloudfront.CreateDistributionWithTags:delay:5000000'))
  await pipeline.announce(detail)
  await expect.poll(() => pipeline.cluster('rotating'), POLL).toMatchObject({ outputs: { certificate: {} } })

  await pipeline.announce({ ...detail, serviceAccountKeys: [pem, newKeys().pem] })
  await expect
    .poll(() => pipeline.cluster('rotating'), POLL)
    .toMatchObject({ generation: 2, run: { number: 1 } })

  expect(await pipeline.runEnded('rotating', 1)).toMatchObject({ status: 'SUCCEEDED' })
  expect(await pipeline.runEnded('rotating', 2)).toMatchObject({ status: 'SUCCEEDED' })
  const record = await pipeline.cluster('rotating')
  expect(record?.outputs['issuer-check']?.kids).toHaveLength(2)
})

async function executionsOf(cluster: string): Promise<string[]> {
  const { stateMachineArn, sfn } = pipeline.deployed
  const { executions = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn }))
  return executions.map(({ name = '' }) => name).filter((name) => name.startsWith(`${cluster}-`))
}

function countsOf(things: Readonly<Record<string, readonly string[]>>): Record<string, number> {
  return Object.fromEntries(Object.entries(things).map(([kind, list]) => [kind, list.length]))
}
