import { GetDistributionCommand } from '@aws-sdk/client-cloudfront'
import {
  ChangeResourceRecordSetsCommand,
  ListHostedZonesByNameCommand,
  ListResourceRecordSetsCommand,
} from '@aws-sdk/client-route-53'
import { describe, expect, test } from 'vitest'
import { refusal, sent, sentNames } from '../../aws/sdk.ts'
import { READ as FIND_DISTRIBUTION, NO_DISTRIBUTION } from '../distribution/fixture.ts'
import { golem, STACK } from '../golem.ts'
import { FIND_ZONE, recordPage, zone, zones } from '../hosted-zone.ts'
import { BOTH, CLUSTER, deleted, FIND_RECORDS, listed, OUTPUTS, RECORDED, theAlias } from './fixture.ts'

describe('delete', () => {
  test('deletes both with the values that were read', async () => {
    const { cloudFront, route53, alias } = theAlias(BOTH)

    await alias.delete(CLUSTER)

    expect(sent(cloudFront, route53)).toEqual([
      ...FIND_DISTRIBUTION,
      ...FIND_ZONE,
      FIND_RECORDS,
      deleted('Z1', ...BOTH),
    ])
  })

  test('leaves records that point elsewhere', async () => {
    const { route53, alias } = theAlias([listed('A'), listed('AAAA', 'd9.cloudfront.net.')])

    await alias.delete(CLUSTER)

    expect(sent(route53).at(-1)).toEqual(deleted('Z1', listed('A')))
  })

  test('is content when there are none', async () => {
    const { route53, alias } = theAlias([])

    await alias.delete(CLUSTER)

    expect(route53.commandCalls(ChangeResourceRecordSetsCommand)).toEqual([])
  })

  test('is content when they were deleted since it looked', async () => {
    const { route53, alias } = theAlias(BOTH)
    route53
      .on(ListResourceRecordSetsCommand)
      .resolvesOnce(recordPage(...BOTH))
      .resolves(recordPage())
    route53.on(ChangeResourceRecordSetsCommand).rejects(refusal('InvalidChangeBatch', 'not found'))

    expect(await alias.delete(CLUSTER)).toBeUndefined()
  })

  test('throws when they are still there', async () => {
    const { route53, alias } = theAlias(BOTH)
    route53.on(ChangeResourceRecordSetsCommand).rejects(refusal('InvalidChangeBatch', 'no match'))

    await expect(alias.delete(CLUSTER)).rejects.toMatchObject({ name: 'AwsRefused' })
  })

  test.each([
    ['outputs', RECORDED],
    ['the hint of a run that was not finished', { ...CLUSTER, hint: { changeId: 'C1', hostedZoneId: 'Z1' } }],
  ])(
    'deletes them in the zone that %s tell of, which the account may not use any more',
    async (_, cluster) => {
      const hostedZones = [{ id: 'Z1', name: 'gigantic.io', usedBy: ['444455556666'] }]
      const { route53, alias } = theAlias(BOTH, { ...STACK, hostedZones })

      await alias.delete(cluster)

      expect(sent(route53)).toEqual([FIND_RECORDS, deleted('Z1', ...BOTH)])
    },
  )

  test('leaves records where it is forced to, and sees none', async () => {
    const { cloudFront, route53, alias } = theAlias(BOTH)
    const cluster = golem({ outputs: { alias: OUTPUTS }, leavesRecords: true })

    await alias.delete(cluster)

    expect(await alias.observe(cluster)).toEqual({ status: 'absent' })
    expect(sent(cloudFront, route53)).toEqual([])
  })

  test('throws HostedZoneWithdrawn when the zone is not in the list any more', async () => {
    const { route53, alias } = theAlias(BOTH, {
      ...STACK,
      hostedZones: [{ id: 'Z2', name: 'gigantic.io' }],
    })

    await expect(alias.delete(RECORDED)).rejects.toMatchObject({ name: 'HostedZoneWithdrawn' })
    expect(sent(route53)).toEqual([])
  })

  test('looks into the recorded zone too, when one with a longer name was made since', async () => {
    const { route53, alias } = theAlias([])
    const both = zones(zone('Z1', 'gigantic.io'), zone('Z2', 'golem.gigantic.io'))
    route53.on(ListHostedZonesByNameCommand).resolves(both)
    route53.on(ListResourceRecordSetsCommand, { HostedZoneId: 'Z1' }).resolves(recordPage(...BOTH))

    await alias.delete(RECORDED)

    expect(route53.commandCalls(ChangeResourceRecordSetsCommand).map(({ args }) => args[0].input)).toEqual([
      deleted('Z1', ...BOTH)[1],
    ])
  })

  test('finds the records of a recorded distribution that is gone', async () => {
    const { cloudFront, route53, alias } = theAlias(BOTH)
    cloudFront.on(GetDistributionCommand).rejects(NO_DISTRIBUTION)

    await alias.delete(CLUSTER)

    expect(sent(route53).at(-1)).toEqual(deleted('Z1', ...BOTH))
  })

  test('is content without a distribution or a record of one', async () => {
    const { route53, alias } = theAlias(BOTH)

    await alias.delete(golem())

    expect(sentNames(route53)).toEqual([])
  })

  test('is content when the zone is gone', async () => {
    const { route53, alias } = theAlias([])
    route53.on(ListHostedZonesByNameCommand).resolves(zones())
    route53.on(ListResourceRecordSetsCommand).rejects(refusal('NoSuchHostedZone', 'none', 404))

    expect(await alias.delete(RECORDED)).toBeUndefined()
  })
})
