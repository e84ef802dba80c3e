import { GetDistributionCommand, ListDistributionsCommand } from '@aws-sdk/client-cloudfront'
import {
  GetChangeCommand,
  ListHostedZonesByNameCommand,
  ListResourceRecordSetsCommand,
} from '@aws-sdk/client-route-53'
import { describe, expect, test } from 'vitest'
import { AccountOutOfReach, RecordTaken, ZonesRoleDenied } from '../../../../lib/errors.ts'
import { refusal, sent } from '../../aws/sdk.ts'
import { READ as FIND_DISTRIBUTION, NO_DISTRIBUTION, page, SUMMARY } from '../distribution/fixture.ts'
import { golem, HOST, STACK } from '../golem.ts'
import { change, FIND_ZONE, zone, zones } from '../hosted-zone.ts'
import { BOTH, CLUSTER, FIND_RECORDS, listed, OUTPUTS, RECORDED_FORMER, theAlias } from './fixture.ts'

describe('observe', () => {
  test('is ready when both records point at our distribution', async () => {
    const { cloudFront, route53, alias } = theAlias(BOTH)

    expect(await alias.observe(CLUSTER)).toEqual({ status: 'ready', outputs: OUTPUTS, differences: [] })
    expect(sent(cloudFront, route53)).toEqual([...FIND_DISTRIBUTION, ...FIND_ZONE, FIND_RECORDS])
  })

  test('is absent without records', async () => {
    const { alias } = theAlias([{ Name: 'z.gigantic.io.', Type: 'A' }])

    expect(await alias.observe(CLUSTER)).toEqual({ status: 'absent' })
  })

  test.each([
    ['of ours', CLUSTER],
    ['that is yet to be made', golem()],
  ])(
    'is absent when the records point elsewhere than to the distribution %s, and says what is in the way',
    async (_, cluster) => {
      const { alias } = theAlias([listed('A', 'd9.cloudfront.net.'), listed('AAAA', 'd9.cloudfront.net.')])

      expect(await alias.observe(cluster)).toEqual({
        status: 'absent',
        obstacle: new RecordTaken(HOST, 'A', 'd9.cloudfront.net'),
      })
    },
  )

  test('is absent, with nothing in the way, when the records are its own of a distribution that is gone', async () => {
    const { alias } = theAlias([listed('A', 'd0.cloudfront.net.'), listed('AAAA', 'd0.cloudfront.net.')])

    expect(await alias.observe(RECORDED_FORMER)).toEqual({ status: 'absent' })
  })

  test.each([
    new AccountOutOfReach('777788889999'),
    new ZonesRoleDenied('arn:aws:iam::777788889999:role/irsa-dev-zones'),
  ])(
    'is absent before there is a distribution, also for who cannot look into the zone: $name',
    async (error) => {
      const { route53, alias } = theAlias([])
      route53.on(ListResourceRecordSetsCommand).rejects(error)

      expect(await alias.observe(golem())).toEqual({ status: 'absent' })
      await expect(alias.observe(CLUSTER)).rejects.toBe(error)
    },
  )

  test('names the record that is missing', async () => {
    const { alias } = theAlias([listed('A')])

    expect(await alias.observe(CLUSTER)).toEqual({
      status: 'ready',
      outputs: OUTPUTS,
      differences: [{ field: `${HOST} AAAA`, desired: 'd1.cloudfront.net', observed: undefined }],
    })
  })

  test('names what stands in the place of one', async () => {
    const { alias } = theAlias([listed('A'), listed('AAAA', 'd9.cloudfront.net.')])

    expect(await alias.observe(CLUSTER)).toMatchObject({
      differences: [{ field: `${HOST} AAAA`, desired: 'd1.cloudfront.net', observed: 'd9.cloudfront.net' }],
      obstacle: new RecordTaken(HOST, 'AAAA', 'd9.cloudfront.net'),
    })
  })

  test('says which account its zone is in, if not in the stack’s', async () => {
    const { alias } = theAlias(BOTH, { ...STACK, hostedZones: [{ accountId: '777788889999' }] })

    expect(await alias.observe(CLUSTER)).toMatchObject({
      outputs: { ...OUTPUTS, zoneAccountId: '777788889999' },
    })
  })

  test('is pending until every name server has the change', async () => {
    const { route53, alias } = theAlias(BOTH)
    route53.on(GetChangeCommand).resolves(change('PENDING'))

    expect(await alias.observe({ ...CLUSTER, hint: { changeId: 'C1' } })).toEqual({
      status: 'pending',
      reason: `Route 53 is bringing ${HOST} to its name servers`,
    })
    expect(sent(route53).at(-1)).toEqual(['GetChange', { Id: 'C1' }])
  })

  test('is ready when the change is INSYNC', async () => {
    const { alias } = theAlias(BOTH)

    expect(await alias.observe({ ...CLUSTER, hint: { changeId: 'C1' } })).toMatchObject({ status: 'ready' })
  })

  test('is ready when Route 53 has forgotten the change', async () => {
    const { route53, alias } = theAlias(BOTH)
    route53.on(GetChangeCommand).rejects(refusal('NoSuchChange', 'none', 404))

    expect(await alias.observe({ ...CLUSTER, hint: { changeId: 'C1' } })).toMatchObject({ status: 'ready' })
  })

  test.each([
    ['no zone', [], 'HostedZoneNotFound'],
    ['only a private zone', [zone('Z1', 'gigantic.io', true)], 'HostedZonePrivate'],
  ])('is absent with %s, and says what its making would come to', async (_, found, name) => {
    const { route53, alias } = theAlias(BOTH)
    route53.on(ListHostedZonesByNameCommand, { DNSName: 'gigantic.io' }).resolves(zones(...found))

    expect(await alias.observe(CLUSTER)).toEqual({
      status: 'absent',
      obstacle: expect.objectContaining({ name }),
    })
  })

  test('finds the distribution by a search when the record is lost', async () => {
    const { cloudFront, alias } = theAlias(BOTH)
    cloudFront.on(ListDistributionsCommand).resolves(page(SUMMARY))

    expect(await alias.observe(golem())).toMatchObject({ status: 'ready', outputs: OUTPUTS })
  })

  test('is absent when there is neither a distribution nor a record of one', async () => {
    const { alias } = theAlias([])

    expect(await alias.observe(golem())).toEqual({ status: 'absent' })
  })

  test('still knows its records when the recorded distribution is gone', async () => {
    const { cloudFront, alias } = theAlias(BOTH)
    cloudFront.on(GetDistributionCommand).rejects(NO_DISTRIBUTION)

    expect(await alias.observe(CLUSTER)).toMatchObject({ status: 'ready' })
  })
})
