/** The host in the public DNS, as others have pointed it somewhere. */
import { findHostedZoneIfAny, type HostOf } from '../../aws/hosted-zones.ts'
import { recordsInTheWay } from '../../aws/records.ts'
import { AccountOutOfReach } from '../../errors.ts'
import type { Look, Looking } from './found.ts'

type RecordsLook = Pick<Look, 'left' | 'obstacles'>

/** Whoever looks is of the stack's account, and sees no zone of another one. */
export async function lookAtRecords(
  looking: Pick<Looking, 'route53Of' | 'stack'>,
  hostOf: HostOf,
  domainName: string,
): Promise<RecordsLook> {
  try {
    return { left: [], obstacles: await recordObstacles(looking, hostOf, domainName) }
  } catch (error) {
    if (!(error instanceof AccountOutOfReach)) throw error
    const why = `its hosted zone may be in another account, and was not looked into. ${error.message} If it points elsewhere than to ${domainName}, the run stops there`
    return { left: [{ what: hostOf.host, why }], obstacles: [] }
  }
}

async function recordObstacles(
  looking: Pick<Looking, 'route53Of' | 'stack'>,
  hostOf: HostOf,
  domainName: string,
): Promise<string[]> {
  const { host, accountId } = hostOf
  const zone = await findHostedZoneIfAny(looking, hostOf)
  if (zone === undefined) return [`No public hosted zone that account ${accountId} may use covers ${host}.`]
  const others = await recordsInTheWay(zone.route53, zone.id, host, domainName)
  return others.map((record) => `The record ${host} ${record} points elsewhere than to ${domainName}.`)
}
