/** A member account before the stack may work in it, and when its cluster has gone. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { MemberParameters } from '../../../cli/member-account.ts'
import { takeInventory } from '../inventory.ts'
import {
  ACCOUNT,
  clusterNamed,
  DOMAIN,
  letAccountSend,
  type Pipeline,
  POLL,
  roleFor,
  sharePipeline,
} from '../pipeline.ts'
import { rollOut } from './fixture.ts'

const DEPARTED = '999900001111'

let pipeline: Pipeline

beforeAll(async () => {
  pipeline = await sharePipeline()
})

afterAll(() => pipeline.stop())

describe('a cluster in an account that is not ready for it', () => {
  test('waits at its provider until the template is rolled out, and goes on with a redrive', async () => {
    const late = '777788889999'
    await pipeline.announce(clusterNamed('tardy', { accountId: late }))
    expect(await pipeline.runEnded('tardy')).toMatchObject({
      status: 'FAILED',
      error: 'ProvisionerRoleDenied',
      cause: expect.stringContaining(`arn:aws:iam::${late}:role/irsa-local-provisioner`),
    })
    await expect
      .poll(() => tellsOf('tardy'), POLL)
      .toMatchObject({
        step: 'provider',
        error: expect.stringContaining('ProvisionerRoleDenied'),
        remedy: expect.stringContaining('serverless/member-account.yml'),
      })

    await rollOut(late)
    await pipeline.redrive('tardy-1')

    expect(await pipeline.runEnded('tardy')).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1 })
    expect(await takeInventory(late)).toMatchObject({
      providers: [`arn:aws:iam::${late}:oidc-provider/irsa.tardy.${DOMAIN}`],
    })
  })

  test.each<[string, string, string, MemberParameters]>([
    ['another external ID', 'secretive', '222233334444', { ExternalId: 'another' }],
    ['another organization', 'outsider', '333344445555', { OrganizationId: 'o-another1234' }],
  ])('which asks for %s, is not made there', async (_, cluster, accountId, parameters) => {
    await rollOut(accountId, parameters)

    await pipeline.announce(clusterNamed(cluster, { accountId }))

    expect(await pipeline.runEnded(cluster)).toMatchObject({
      status: 'FAILED',
      error: 'ProvisionerRoleDenied',
    })
    expect(await takeInventory(accountId)).toMatchObject({ providers: [] })
  })
})

test('a cluster of another account is deleted there and here', async () => {
  await letAccountSend(pipeline, DEPARTED)
  await rollOut(DEPARTED)
  const accounts = [ACCOUNT, DEPARTED]
  const before = await Promise.all(accounts.map(takeInventory))
  await pipeline.announce(clusterNamed('departing'), { account: DEPARTED })
  await expect.poll(() => pipeline.cluster('departing'), POLL).toBeDefined()
  await pipeline.request('departing', roleFor('shop', 'cart'))
  expect(await pipeline.runEnded('departing')).toMatchObject({ status: 'SUCCEEDED' })

  await pipeline.send('Cluster Deleted', { cluster: 'departing' }, { account: DEPARTED })

  expect(await pipeline.runEnded('departing', 2, 'deprovision')).toMatchObject({ status: 'SUCCEEDED' })
  expect(await Promise.all(accounts.map(takeInventory))).toEqual(before)
})

async function tellsOf(cluster: string) {
  const told = await pipeline.told()
  return told.find((one) => one['detail-type'] === 'Provisioning Failed' && one.detail.cluster === cluster)
    ?.detail
}
