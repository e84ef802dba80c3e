/** Hosted zones of other accounts: records are made there, for clusters of accounts that may use them. */
import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createHostedZoneIn } from '../../../cli/local-stack.ts'
import { rollOutZoneAccount } from '../../../cli/member-account.ts'
import { REGION, ZONES_ACCOUNT, ZONES_USER } from '../../../cli/package-stack.ts'
import { type Inventory, newIn, takeInventory } from '../inventory.ts'
import { ACCOUNT, clusterNamed, type Pipeline, sharePipeline } from '../pipeline.ts'
import { BYSTANDER, closeZoneAccount, rollOut } from './fixture.ts'

const TRESPASSER = '222211110000'

let pipeline: Pipeline

beforeAll(async () => {
  pipeline = await sharePipeline()
})

afterAll(() => pipeline.stop())

describe('a hosted zone of another account', () => {
  const ABROAD = 'abroad.example.net'
  const accounts = [ACCOUNT, ZONES_USER, ZONES_ACCOUNT]
  const abroad = clusterNamed('abroad', { accountId: ZONES_USER, baseDomain: ABROAD })
  let before: Inventory[] = []

  afterAll(async () => {
    await openZones(`*,* in ${ZONES_ACCOUNT} for ${ZONES_USER}`)
    await closeZoneAccount(ZONES_ACCOUNT)
  })

  test('is waited for until its account lets the stack in', async () => {
    await rollOut(ZONES_USER)
    const zone = await createHostedZoneIn(ZONES_ACCOUNT, 'example.net')
    const [own = {}, user = {}] = await Promise.all([ACCOUNT, ZONES_USER].map(takeInventory))
    await pipeline.announce(abroad)
    expect(await pipeline.runEnded('abroad')).toMatchObject({
      status: 'FAILED',
      error: 'ZonesRoleDenied',
      cause: expect.stringContaining(`arn:aws:iam::${ZONES_ACCOUNT}:role/irsa-local-zones`),
    })

    await rollOutZoneAccount(ZONES_ACCOUNT, ACCOUNT, [zone])
    before = [own, user, await takeInventory(ZONES_ACCOUNT)]
    await pipeline.redrive('abroad-1')

    expect(await pipeline.runEnded('abroad')).toMatchObject({ status: 'SUCCEEDED' })
  })

  test('has the records of a cluster whose account may use it, made by sessions of its role; the rest is where it always is', async () => {
    const after = await Promise.all(accounts.map(takeInventory))
    const [own = {}, user, there] = after.map((inventory, index) => newIn(before[index] ?? {}, inventory))
    expect(Object.keys(own).toSorted()).toEqual(['buckets', 'certificates', 'distributions'])
    expect(Object.keys(user ?? {})).toEqual(['providers'])
    expect(there).toEqual({ records: recordsOf(ABROAD) })
    const changes = pipeline.aws.calls
      .list({ service: 'route53', operation: 'ChangeResourceRecordSets' })
      .filter(({ account }) => account === ZONES_ACCOUNT)
    expect(changes.map(({ principal }) => principal)).toEqual(
      ['certificate', 'alias'].map(
        (name) => `arn:aws:sts::${ZONES_ACCOUNT}:assumed-role/irsa-local-zones/${name}`,
      ),
    )
  })

  test('is looked at there', async () => {
    const { body } = await pipeline.ask('POST', '/clusters/abroad/plan', {})

    expect(JSON.parse(body).things).toContainEqual(
      expect.objectContaining({ resource: 'alias', action: 'keep' }),
    )
  })

  test('is none for a cluster of an account that may not use it: nothing is made there, and nothing told of it', async () => {
    await rollOut(TRESPASSER)
    const there = await takeInventory(ZONES_ACCOUNT)

    await pipeline.announce(clusterNamed('trespasser', { accountId: TRESPASSER, baseDomain: `x.${ABROAD}` }))

    const { status, error, cause = '' } = await pipeline.runEnded('trespasser')
    expect([status, error]).toEqual(['FAILED', 'HostedZoneNotFound'])
    expect(cause).toContain(
      `No public hosted zone that account ${TRESPASSER} may use covers irsa.x.${ABROAD}.`,
    )
    expect(cause).not.toContain(ZONES_ACCOUNT)
    expect(await takeInventory(ZONES_ACCOUNT)).toEqual(there)
    await pipeline.send('Cluster Deleted', { cluster: 'trespasser' })
    expect(await pipeline.runEnded('trespasser', 2, 'deprovision')).toMatchObject({ status: 'SUCCEEDED' })
  })

  test('keeps a cluster from going without force while the stack may not change it any more, and lets it go when only its account may not', async () => {
    const place = { accountId: ZONES_USER, baseDomain: 'astray.example.net' }
    await pipeline.announce(clusterNamed('astray', place))
    expect(await pipeline.runEnded('astray')).toMatchObject({ status: 'SUCCEEDED' })
    await openZones('*')
    await pipeline.send('Cluster Deleted', { cluster: 'abroad' })
    expect(await pipeline.runEnded('abroad', 2, 'deprovision')).toMatchObject({
      status: 'FAILED',
      error: 'HostedZoneWithdrawn',
      cause: expect.stringContaining(`of account ${ZONES_ACCOUNT}`),
    })

    await pipeline.send('Cluster Deleted', { cluster: 'astray', force: true })
    expect(await pipeline.runEnded('astray', 2, 'deprovision')).toMatchObject({ status: 'SUCCEEDED' })

    await openZones(`*,* in ${ZONES_ACCOUNT} for ${BYSTANDER}`)
    await pipeline.redrive('abroad-2', 'deprovision')

    expect(await pipeline.runEnded('abroad', 2, 'deprovision')).toMatchObject({ status: 'SUCCEEDED' })
    const after = await Promise.all(accounts.map(takeInventory))
    const left = after.map((inventory, index) => newIn(before[index] ?? {}, inventory))
    expect(left).toEqual([{}, {}, { records: recordsOf('astray.example.net') }])
  })

  function recordsOf(baseDomain: string) {
    return [
      `irsa.${baseDomain}. A`,
      `irsa.${baseDomain}. AAAA`,
      expect.stringMatching(`^_[0-9a-f]+.irsa.${baseDomain}. CNAME$`),
    ]
  }

  /** As a deployment with another parameter does. */
  async function openZones(HOSTED_ZONES: string): Promise<void> {
    const lambda = new LambdaClient({ region: REGION })
    for (const FunctionName of ['irsa-local-alias', 'irsa-local-certificate']) {
      const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }))
      const Variables = { ...Environment?.Variables, HOSTED_ZONES }
      await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }))
    }
  }
})
