import { describe, expect, test } from 'vitest'
import { findHostedZone } from '../../../../lib/aws/hosted-zones.ts'
import type { AllowedZone } from '../../../../lib/aws/stack.ts'
import { sent } from '../sdk.ts'
import { ELSEWHERE, GOLEM, HOST, OWNER, twoAccounts, zone } from './fixture.ts'

describe('a zone of another account', () => {
  const OPEN = { id: 'Z5', name: 'golem.gigantic.io', accountId: ELSEWHERE }

  test('comes with the client of its own session', async () => {
    const { there, zoning } = twoAccounts([], [zone('Z5', 'golem.gigantic.io')], [OPEN])

    expect(await findHostedZone(zoning, GOLEM)).toEqual({
      id: 'Z5',
      accountId: ELSEWHERE,
      route53: there.client,
    })
  })

  test('is longer or shorter than one of the stack’s account: the longest is taken', async () => {
    const own: AllowedZone = { id: 'Z1', name: 'gigantic.io' }
    const { here, zoning } = twoAccounts(
      [zone('Z1', 'gigantic.io')],
      [zone('Z5', 'golem.gigantic.io')],
      [own, OPEN],
    )

    expect(await findHostedZone(zoning, GOLEM)).toMatchObject({ id: 'Z5' })
    expect(sent(here.route53)).toEqual([])
  })

  test('of the same name makes it ambiguous which of them is delegated', async () => {
    const { zoning } = twoAccounts(
      [zone('Z1', 'gigantic.io')],
      [zone('Z5', 'gigantic.io')],
      [{}, { accountId: ELSEWHERE }],
    )

    await expect(findHostedZone(zoning, GOLEM)).rejects.toMatchObject({
      name: 'HostedZoneAmbiguous',
      message: 'There are several public hosted zones named gigantic.io: Z1, Z5.',
    })
  })

  test('that two entries open is one zone', async () => {
    const { zoning } = twoAccounts([], [zone('Z5', 'golem.gigantic.io')], [OPEN, { accountId: ELSEWHERE }])

    expect(await findHostedZone(zoning, GOLEM)).toMatchObject({ id: 'Z5' })
  })

  test('is not reached for when a longer name has a zone of the stack’s account', async () => {
    const shorter = { id: 'Z5', name: 'gigantic.io', accountId: ELSEWHERE }
    const { zoning, asked } = twoAccounts([zone('Z1', 'golem.gigantic.io')], [], [{ id: 'Z1' }, shorter])

    expect(await findHostedZone(zoning, GOLEM)).toMatchObject({ id: 'Z1' })
    expect(asked).not.toContain('Z5')
  })

  test('is not even asked for by a cluster that it is not for, and nothing tells of it', async () => {
    const others = { ...OPEN, usedBy: ['777788889999'] }
    const { there, zoning, asked } = twoAccounts([], [zone('Z5', 'golem.gigantic.io')], [others])

    const refused = findHostedZone(zoning, GOLEM)

    await expect(refused).rejects.toMatchObject({
      name: 'HostedZoneNotFound',
      message: `No public hosted zone that account ${OWNER} may use covers ${HOST}.`,
    })
    expect([asked, sent(there.route53)]).toEqual([[], []])
  })
})
