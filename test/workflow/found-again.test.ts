/** What is recorded is only a hint: what was made is found by name and tag, and names that somebody else took are passed over. */
import { ListCertificatesCommand } from '@aws-sdk/client-acm'
import { ChangeResourceRecordSetsCommand } from '@aws-sdk/client-route-53'
import { StartExecutionCommand } from '@aws-sdk/client-sfn'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { REGION } from '../../cli/package-stack.ts'
import { acmClient, route53Client } from '../../lib/aws/clients.ts'
import { findHostedZone } from '../../lib/aws/hosted-zones.ts'
import { partitionOf } from '../../lib/aws/partitions.ts'
import { changeCluster } from '../../lib/registry/cluster-record.ts'
import { takeInventory } from './inventory.ts'
import { clusterNamed, DOMAIN, type Pipeline, POLL, startPipeline } from './pipeline.ts'

let pipeline: Pipeline

beforeAll(async () => {
  pipeline = await startPipeline()
})

afterAll(() => pipeline.stop())

test('a cluster whose outputs were lost is found again, and nothing is made twice', async () => {
  const detail = clusterNamed('lost')
  await pipeline.announce(detail)
  await pipeline.runEnded('lost')
  const before = await takeInventory()
  const known = await pipeline.cluster('lost')

  await changeCluster(pipeline.deployed.table, 'lost', (record) => record && { ...record, outputs: {} })
  await pipeline.announce({ ...detail, tags: { team: 'finders' } })

  expect(await pipeline.runEnded('lost', 2)).toMatchObject({ status: 'SUCCEEDED' })
  expect(await takeInventory()).toEqual(before)
  expect((await pipeline.cluster('lost'))?.outputs).toEqual(known?.outputs)
})

test('a certificate that ACM refused is told of, and requested anew by the replay', async () => {
  const caa = (Action: 'CREATE' | 'DELETE') => changeCaa(Action, `forbidden.${DOMAIN}`)
  await caa('CREATE')
  await pipeline.announce(clusterNamed('forbidden'))
  expect(await pipeline.runEnded('forbidden')).toMatchObject({ status: 'FAILED', error: 'CertificateFailed' })
  await expect
    .poll(() => pipeline.cluster('forbidden'), POLL)
    .toMatchObject({
      lastError: { step: 'certificate', message: expect.stringContaining('CAA_ERROR') },
    })

  await caa('DELETE')
  await pipeline.redrive('forbidden-1')

  expect(await pipeline.runEnded('forbidden')).toMatchObject({ status: 'SUCCEEDED' })
  const { CertificateSummaryList = [] } = await acmClient(partitionOf(REGION)).send(
    new ListCertificatesCommand({}),
  )
  const own = CertificateSummaryList.filter(({ DomainName }) => DomainName === `irsa.forbidden.${DOMAIN}`)
  expect(own.map(({ Status }) => Status)).toEqual(['ISSUED'])
})

test('a name that somebody else gave to an execution is passed over, by a first run and by a next one', async () => {
  const { sfn, stateMachineArn } = pipeline.deployed
  const take = (name: string) =>
    sfn.send(new StartExecutionCommand({ stateMachineArn, name, input: '{"cluster":"nobody","run":1}' }))
  await take('taken-1')
  await take('taken-3')
  const detail = clusterNamed('taken')

  await pipeline.announce(detail)
  await expect
    .poll(() => pipeline.cluster('taken'), POLL)
    .toMatchObject({ run: { number: 2, state: 'STARTED' } })
  await pipeline.announce({ ...detail, tags: { team: 'next' } })

  expect(await pipeline.runEnded('taken', 2)).toMatchObject({ status: 'SUCCEEDED' })
  expect(await pipeline.runEnded('taken', 4)).toMatchObject({ status: 'SUCCEEDED' })
  expect(await pipeline.cluster('taken')).toMatchObject({ status: 'READY', runs: 4 })
})

async function changeCaa(Action: 'CREATE' | 'DELETE', Name: string): Promise<void> {
  const route53 = route53Client(partitionOf(REGION))
  const zone = await findHostedZone(route53, { hostedZones: [] }, Name)
  const ResourceRecordSet = {
    Name,
    Type: 'CAA' as const,
    TTL: 60,
    ResourceRecords: [{ Value: '0 issue "letsencrypt.org"' }],
  }
  const ChangeBatch = { Changes: [{ Action, ResourceRecordSet }] }
  await route53.send(new ChangeResourceRecordSetsCommand({ HostedZoneId: zone.id, ChangeBatch }))
}
