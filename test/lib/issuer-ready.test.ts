import { describe, expect, test } from 'vitest'
import { recordIssuerReady } from '../../lib/issuer-ready.ts'
import { changeCluster, readCluster } from '../../lib/registry/cluster-record.ts'
import { refusal } from './aws/sdk.ts'
import { aRun, aTable, aTableWith, golemRecord, itemsOf } from './registry/registry.ts'
import { aBus } from './settling.ts'

const now = () => new Date('2026-01-31T12:00:00.000Z')
const PROVIDER = { providerArn: 'arn:aws:iam::000000000000:oidc-provider/irsa.golem.gigantic.io' }
const outputs = { provider: { ...PROVIDER, audiences: ['sts.amazonaws.com'] } }
const RUNNING = golemRecord({ ...aRun(), generation: 3, outputs })

describe('recordIssuerReady', () => {
  test('tells it with what pods need, and records it', async () => {
    const table = await aTableWith(RUNNING)
    const { publisher, published } = aBus()

    const record = await recordIssuerReady({ table, publisher, now }, 'golem', 1)

    expect(published()).toEqual([
      [
        'Issuer Ready',
        {
          cluster: 'golem',
          accountId: '000000000000',
          issuer: 'https://irsa.golem.gigantic.io',
          generation: 3,
          run: 1,
          ...PROVIDER,
          audiences: ['sts.amazonaws.com'],
        },
      ],
    ])
    expect(record).toMatchObject({ status: 'ISSUER_READY', generation: 3 })
    expect(await readCluster(table, 'golem')).toEqual(record)
  })

  test('leaves a cluster that was ready before as ready as it is', async () => {
    const table = await aTableWith({ ...RUNNING, status: 'READY' })

    await recordIssuerReady({ table, publisher: aBus().publisher, now }, 'golem', 1)

    expect(await readCluster(table, 'golem')).toMatchObject({ status: 'READY' })
  })

  test('records nothing when the event could not be sent: the step is tried again', async () => {
    const table = await aTableWith(RUNNING)
    const before = await itemsOf(table)
    const { bus, publisher } = aBus()
    bus.rejects(refusal('InternalException', 'no', 500))

    await expect(recordIssuerReady({ table, publisher, now }, 'golem', 1)).rejects.toMatchObject({
      name: 'AwsUnavailable',
    })

    expect(await itemsOf(table)).toEqual(before)
  })

  test.each([
    ['another run has taken over', golemRecord(aRun({ number: 2 }))],
    ['no run works on it', golemRecord({ runs: 1 })],
  ])('tells and records nothing when %s', async (_, record) => {
    const table = await aTableWith(record)
    const before = await itemsOf(table)
    const { publisher, published } = aBus()

    expect(await recordIssuerReady({ table, publisher, now }, 'golem', 1)).toBeUndefined()
    expect(published()).toEqual([])
    expect(await itemsOf(table)).toEqual(before)
  })

  test('tells nothing of an unknown cluster', async () => {
    const { publisher, published } = aBus()

    const record = await recordIssuerReady({ table: await aTable(), publisher, now }, 'golem', 1)

    expect(record).toBeUndefined()
    expect(published()).toEqual([])
  })

  test('records nothing on a run that overtakes it', async () => {
    let puts = Number.POSITIVE_INFINITY
    const table = await aTable(async (call, operation) => {
      if (operation === 'PutItem' && --puts === 0)
        await changeCluster(table, 'golem', () => golemRecord({ ...aRun({ number: 2 }), revision: 1 }))
      return call()
    })
    await changeCluster(table, 'golem', () => RUNNING)
    puts = 1

    await recordIssuerReady({ table, publisher: aBus().publisher, now }, 'golem', 1)

    expect(await readCluster(table, 'golem')).toMatchObject({ status: 'ANNOUNCED', ...aRun({ number: 2 }) })
  })

  test('tells of the keys that were seen in public, and since when', async () => {
    const table = await aTableWith(checked(['a', 'b']))
    const { publisher, published } = aBus()

    await recordIssuerReady({ table, publisher, now }, 'golem', 1)

    expect(published()[1]).toEqual([
      'Keys Published',
      {
        cluster: 'golem',
        accountId: '000000000000',
        issuer: 'https://irsa.golem.gigantic.io',
        generation: 3,
        run: 1,
        kids: ['a', 'b'],
      },
    ])
    expect(await readCluster(table, 'golem')).toMatchObject({
      publishedKids: ['a', 'b'],
      keyTimes: [{ kid: 'a', firstPublished: now().toISOString() }, { kid: 'b' }, { kid: 'c' }],
    })
    expect((await readCluster(table, 'golem'))?.keyTimes?.[2]).toEqual({ kid: 'c' })
  })

  test.each([
    ['nothing of keys that were told already', ['b', 'a'], []],
    [
      'of a key that is served no longer',
      ['a'],
      [['Keys Published', expect.objectContaining({ kids: ['a'] })]],
    ],
  ])('tells %s', async (_, kids, told) => {
    const before = '2026-01-01T00:00:00.000Z'
    const keyTimes = [{ kid: 'a', firstPublished: before }]
    const table = await aTableWith({ ...checked(kids), publishedKids: ['a', 'b'], keyTimes })
    const { publisher, published } = aBus()

    await recordIssuerReady({ table, publisher, now }, 'golem', 1)

    expect(published().slice(1)).toEqual(told)
    expect((await readCluster(table, 'golem'))?.keyTimes?.[0]).toEqual({ kid: 'a', firstPublished: before })
  })
})

/** A run whose check has seen these of the keys a, b and c. */
function checked(kids: string[]) {
  const keys = ['a', 'b', 'c'].flatMap((kid) => RUNNING.keys.map((key) => ({ ...key, kid })))
  const check = { issuer: 'https://irsa.golem.gigantic.io', kids }
  return { ...RUNNING, keys, outputs: { ...outputs, 'issuer-check': check } }
}
