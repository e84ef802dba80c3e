/** What is recorded is only a hint: what was made is found by name and tag, and names that somebody else took are passed over. */
import {
  DeleteDistributionCommand,
  GetDistributionCommand,
  GetDistributionConfigCommand,
  UpdateDistributionCommand,
} from '@aws-sdk/client-cloudfront'
import { StartExecutionCommand } from '@aws-sdk/client-sfn'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { REGION } from '../../cli/package-stack.ts'
import { cloudFrontClient } from '../../lib/aws/clients.ts'
import { partitionOf } from '../../lib/aws/partitions.ts'
import { changeCluster } from '../../lib/registry/cluster-record.ts'
import { deleteItem } from '../../lib/registry/table.ts'
import { takeInventory } from './inventory.ts'
import { clusterNamed, DOMAIN, type Pipeline, POLL, sharePipeline } from './pipeline.ts'

let pipeline: Pipeline

beforeAll(async () => {
  pipeline = await sharePipeline()
})

afterAll(() => pipeline.stop())

test('a cluster whose outputs were lost is found again, and nothing is made twice', async () => {
  const detail = clusterNamed('mislaid')
  await pipeline.announce(detail)
  await pipeline.runEnded('mislaid')
  const before = await takeInventory()
  const known = await pipeline.cluster('mislaid')

  await changeCluster(pipeline.deployed.table, 'mislaid', (record) => record && { ...record, outputs: {} })
  await pipeline.announce({ ...detail, tags: { team: 'finders' } })

  expect(await pipeline.runEnded('mislaid', 2)).toMatchObject({ status: 'SUCCEEDED' })
  expect(await takeInventory()).toEqual(before)
  expect((await pipeline.cluster('mislaid'))?.outputs).toEqual(known?.outputs)
})

test('a cluster whose whole record was lost is announced again: what was made is found, by a run of another number', async () => {
  const detail = clusterNamed('forgotten')
  await pipeline.announce(detail)
  await pipeline.runEnded('forgotten')
  const before = await takeInventory()
  const { table } = pipeline.deployed

  await deleteItem(table, { pk: 'CLUSTER#forgotten', sk: 'CLUSTER' })
  await deleteItem(table, { pk: `ISSUER#irsa.forgotten.${DOMAIN}`, sk: 'CLAIM' })
  await pipeline.announce(detail)

  expect(await pipeline.runEnded('forgotten', 2)).toMatchObject({ status: 'SUCCEEDED' })
  expect(await pipeline.cluster('forgotten')).toMatchObject({ status: 'READY', runs: 2 })
  expect(await takeInventory()).toEqual(before)
})

test('a distribution that was deleted by hand is replaced, and the records point at the new one', async () => {
  const detail = clusterNamed('replaced')
  await pipeline.announce(detail)
  await pipeline.runEnded('replaced')
  const former = (await pipeline.cluster('replaced'))?.outputs
  await deleteDistribution(former?.distribution?.distributionId ?? '')

  await pipeline.announce({ ...detail, tags: { team: 'menders' } })

  expect(await pipeline.runEnded('replaced', 2)).toMatchObject({ status: 'SUCCEEDED' })
  const outputs = (await pipeline.cluster('replaced'))?.outputs
  expect(outputs?.distribution?.domainName).not.toBe(former?.distribution?.domainName)
  expect(outputs?.alias).toEqual({ ...former?.alias, domainName: outputs?.distribution?.domainName })
})

test('a name that somebody else gave to an execution is passed over, by a first run and by a next one', async () => {
  const { sfn, stateMachineArn } = pipeline.deployed
  const take = (name: string) =>
    sfn.send(new StartExecutionCommand({ stateMachineArn, name, input: '{"cluster":"nobody","run":1}' }))
  await take('occupied-1')
  await take('occupied-3')
  const detail = clusterNamed('occupied')

  await pipeline.announce(detail)
  await expect
    .poll(() => pipeline.cluster('occupied'), POLL)
    .toMatchObject({ run: { number: 2, state: 'STARTED' } })
  await pipeline.announce({ ...detail, tags: { team: 'next' } })

  expect(await pipeline.runEnded('occupied', 2)).toMatchObject({ status: 'SUCCEEDED' })
  expect(await pipeline.runEnded('occupied', 4)).toMatchObject({ status: 'SUCCEEDED' })
  expect(await pipeline.cluster('occupied')).toMatchObject({ status: 'READY', runs: 4 })
})

/** As a person does it: disabled first, then deleted when every edge knows. */
async function deleteDistribution(Id: string): Promise<void> {
  const cloudFront = cloudFrontClient(partitionOf(REGION))
  const { DistributionConfig, ETag } = await cloudFront.send(new GetDistributionConfigCommand({ Id }))
  if (DistributionConfig === undefined) throw new Error(`no distribution ${Id}`)
  const disabled = { ...DistributionConfig, Enabled: false }
  await cloudFront.send(new UpdateDistributionCommand({ Id, IfMatch: ETag, DistributionConfig: disabled }))
  await expect
    .poll(async () => (await cloudFront.send(new GetDistributionCommand({ Id }))).Distribution?.Status, POLL)
    .toBe('Deployed')
  const { ETag: latest } = await cloudFront.send(new GetDistributionCommand({ Id }))
  await cloudFront.send(new DeleteDistributionCommand({ Id, IfMatch: latest }))
}
