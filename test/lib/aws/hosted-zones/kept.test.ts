import { describe, expect, test } from 'vitest'
import { recordedZones, recordOf, zonesWithRecords } from '../../../../lib/aws/hosted-zones.ts'
import type { AllowedZone } from '../../../../lib/aws/stack.ts'
import { ELSEWHERE, GOLEM, OWNER, STACK_ACCOUNT, theZones, twoAccounts, zone } from './fixture.ts'

describe('zonesWithRecords', () => {
  const zones = [zone('Z5', 'golem.gigantic.io')]
  const opened = (...usedBy: string[]) => [
    { id: 'Z5', name: 'golem.gigantic.io', accountId: ELSEWHERE, usedBy },
  ]
  const RECORDED = { hostedZoneId: 'Z5', zoneAccountId: ELSEWHERE }

  test('has the zone once, which records were made in and would be made in again', async () => {
    const { there, zoning } = twoAccounts([], zones, opened(OWNER))

    expect(await zonesWithRecords(zoning, GOLEM, [RECORDED, RECORDED])).toEqual([
      { id: 'Z5', accountId: ELSEWHERE, route53: there.client },
    ])
  })

  test('has a zone that the cluster’s account may not use any more', async () => {
    const { there, zoning } = twoAccounts([], zones, opened('777788889999'))

    expect(await zonesWithRecords(zoning, GOLEM, [RECORDED])).toEqual([
      { id: 'Z5', accountId: ELSEWHERE, route53: there.client },
    ])
  })

  test('has a zone with a longer name, which was made since', async () => {
    const { zoning } = theZones(zone('Z1', 'gigantic.io'), zone('Z2', 'golem.gigantic.io'))

    const found = await zonesWithRecords(zoning, GOLEM, [{ hostedZoneId: 'Z1' }])

    expect(found.map(({ id }) => id)).toEqual(['Z1', 'Z2'])
  })

  test.each<[string, readonly AllowedZone[]]>([
    ['all of the stack’s account are', []],
    ['others of its account are', [{ id: 'Z6', name: 'gigantic.io', accountId: ELSEWHERE }]],
    ['it is said to be in another account', [{ id: 'Z5', name: 'golem.gigantic.io' }]],
  ])('throws HostedZoneWithdrawn for one that is not in the list, while %s', async (_, hostedZones) => {
    const { zoning } = twoAccounts([], zones, hostedZones)

    await expect(zonesWithRecords(zoning, GOLEM, [RECORDED])).rejects.toMatchObject({
      name: 'HostedZoneWithdrawn',
      mendedBy: 'operator',
      message: `Records were made in the hosted zone Z5 of account ${ELSEWHERE}, which the stack may not change any more.`,
    })
  })
})

test('what is kept of a zone says its account unless that is the stack’s, and outputs without any say nothing', () => {
  const { client, zoning } = theZones()
  const kept = (accountId: string) => recordOf(zoning, { id: 'Z5', accountId, route53: client })

  expect(kept(STACK_ACCOUNT)).toEqual({ hostedZoneId: 'Z5' })
  expect(kept(ELSEWHERE)).toEqual({ hostedZoneId: 'Z5', zoneAccountId: ELSEWHERE })
  expect(recordedZones(undefined, {}, { certificateArn: 'arn' } as object, kept(ELSEWHERE))).toEqual([
    kept(ELSEWHERE),
  ])
})
