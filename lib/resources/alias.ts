/** The issuer's host in the public DNS: A and AAAA alias records for the distribution. Ours if they point at it. */
import type { CloudFrontClient } from '@aws-sdk/client-cloudfront'
import { findDistribution, type Sought } from '../aws/distributions.ts'
import {
  findHostedZone,
  lookForHostedZone,
  recordedZones,
  recordOf,
  type Zone,
  type Zoning,
  zoneRecorded,
  zonesWithRecords,
} from '../aws/hosted-zones.ts'
import {
  claimRecords,
  type DesiredRecord,
  type FoundRecords,
  findRecords,
  isInSync,
  recordValue,
  releaseRecords,
  sameRecord,
} from '../aws/records.ts'
import type { Stack } from '../aws/stack.ts'
import type { Route53Of } from '../aws/zone-sessions.ts'
import { type Cluster, hostOf, type StepOutputs } from '../cluster.ts'
import { AccountOutOfReach, ConcurrentChange, RecordTaken, ZonesRoleDenied } from '../errors.ts'
import { issuerHost } from '../oidc/issuer.ts'
import type { Difference, Hint, Observed, Resource } from '../resource.ts'

type Outputs = StepOutputs['alias']

export interface AliasClients {
  readonly route53Of: Route53Of
  readonly cloudFront: CloudFrontClient
}

/**
 * `create` throws HostedZoneNotFound and HostedZonePrivate, every verb HostedZoneAmbiguous; `create` throws RecordTaken when
 * the name has another value, `delete` HostedZoneWithdrawn.
 */
export function aliasResource(clients: AliasClients, stack: Stack): Resource<Cluster, Outputs> {
  return {
    observe: (cluster) => observeAlias(clients, stack, cluster),
    create: (cluster) => createAlias(clients, stack, cluster),
    delete: (cluster) => deleteAlias(clients, stack, cluster),
  }
}

async function observeAlias(
  { route53Of, cloudFront }: AliasClients,
  stack: Stack,
  cluster: Cluster,
): Promise<Observed<Outputs>> {
  if (cluster.leavesRecords) return { status: 'absent' }
  const recordName = issuerHost(cluster.issuer)
  const target = await targetOf(cloudFront, stack, cluster)
  const zoning = { route53Of, stack }
  const { zone, ...why } = await lookForHostedZone(zoning, hostOf(cluster))
  if (zone === undefined) return { status: 'absent', ...why }
  if (target === undefined) return { status: 'absent', ...(await obstacleToFirst(zone, cluster)) }
  const found = await findRecords(zone.route53, zone.id, aliasRecords(recordName, target))
  const former = formerRecord(recordName, target)
  const isThere = found.present.length > 0 || found.taken.some((record) => sameRecord(former, record))
  const obstacle = obstacleIn(found, cluster, [former])
  if (!isThere) return { status: 'absent', ...obstacle }
  const changeId = cluster.hint?.changeId
  if (changeId !== undefined && !(await isInSync(zone.route53, changeId)))
    return { status: 'pending', reason: `Route 53 is bringing ${recordName} to its name servers` }
  const outputs = { recordName, ...recordOf(zoning, zone), domainName: target }
  return { status: 'ready', outputs, differences: differencesOf(found), ...obstacle }
}

/** A distribution that is yet to be made has a name that no record has. Whoever cannot look into the zone is told nothing. */
async function obstacleToFirst(zone: Zone, cluster: Cluster): Promise<Obstacle> {
  const desired = aliasRecords(issuerHost(cluster.issuer), 'not-made-yet.cloudfront.net')
  try {
    return obstacleIn(await findRecords(zone.route53, zone.id, desired), cluster, [])
  } catch (error) {
    if (error instanceof AccountOutOfReach || error instanceof ZonesRoleDenied) return {}
    throw error
  }
}

interface Obstacle {
  readonly obstacle?: RecordTaken
}

/** What is in the way, but for what `create` replaces: `replaced`, and our own records of a distribution that is gone. */
function obstacleIn(
  { taken }: FoundRecords,
  { issuer, outputs }: Cluster,
  replaced: readonly DesiredRecord[],
): Obstacle {
  const recordName = issuerHost(issuer)
  const released = outputs.alias === undefined ? [] : aliasRecords(recordName, outputs.alias.domainName)
  const ours = [...replaced, ...released]
  const other = taken.find((record) => !ours.some((one) => sameRecord(one, record)))
  return other === undefined
    ? {}
    : { obstacle: new RecordTaken(recordName, other.Type ?? '', recordValue(other)) }
}

/** The domain name of our distribution; of the recorded one when it is gone, so that its records can still be told. */
async function targetOf(
  cloudFront: CloudFrontClient,
  stack: Stack,
  cluster: Cluster,
): Promise<string | undefined> {
  const distribution = await findDistribution(cloudFront, stack, soughtBy(cluster))
  return distribution?.domainName ?? cluster.outputs.distribution?.domainName
}

function soughtBy({ cluster, issuer, outputs }: Cluster): Sought {
  const ids = outputs.distribution === undefined ? [] : [outputs.distribution.distributionId]
  return { cluster, alias: issuerHost(issuer), ids }
}

/** All that CloudFront has: https://docs.aws.amazon.com/Route53/latest/APIReference/API_AliasTarget.html */
const CLOUDFRONT_ZONE_ID = 'Z2FDTNDATAQYW2'

/** Both: the distribution has IPv6, and a resolver that asks for either must find it. */
function aliasRecords(Name: string, DNSName: string): readonly [DesiredRecord, DesiredRecord] {
  const AliasTarget = { HostedZoneId: CLOUDFRONT_ZONE_ID, DNSName, EvaluateTargetHealth: false }
  return [
    { Name, Type: 'A', AliasTarget },
    { Name, Type: 'AAAA', AliasTarget },
  ]
}

/** As others point a host at a distribution: the same in another form. What is ours by its value we may replace. */
function formerRecord(Name: string, DNSName: string): DesiredRecord {
  return { Name, Type: 'CNAME', TTL: 300, ResourceRecords: [{ Value: DNSName }] }
}

/** A record is as desired or not there; another value in its place is told. */
function differencesOf({ missing, taken }: FoundRecords): Difference[] {
  return missing.map((record) => {
    const other = taken.find(({ Type }) => Type === record.Type || Type === 'CNAME')
    return {
      field: `${record.Name} ${record.Type}`,
      desired: recordValue(record),
      observed: other && recordValue(other),
    }
  })
}

async function createAlias(
  { route53Of, cloudFront }: AliasClients,
  stack: Stack,
  cluster: Cluster,
): Promise<Hint | undefined> {
  const recordName = issuerHost(cluster.issuer)
  const distribution = await findDistribution(cloudFront, stack, soughtBy(cluster))
  if (distribution === undefined)
    throw new ConcurrentChange('The distribution went away after the step before made it.')
  const zoning = { route53Of, stack }
  const zone = await findHostedZone(zoning, hostOf(cluster))
  await releaseFormer(zoning, cluster, distribution.domainName)
  const former = formerRecord(recordName, distribution.domainName)
  const desired = aliasRecords(recordName, distribution.domainName)
  const changeId = await claimRecords(zone.route53, zone.id, desired, former)
  return changeId === undefined ? undefined : { changeId, ...recordOf(zoning, zone) }
}

/** Records of ours that point at a distribution which is gone, since another one took its place. */
async function releaseFormer(zoning: Zoning, { outputs }: Cluster, domainName: string): Promise<void> {
  if (outputs.alias === undefined || outputs.alias.domainName === domainName) return
  const { recordName, domainName: former } = outputs.alias
  const { id, route53 } = zoneRecorded(zoning, outputs.alias)
  await releaseRecords(route53, id, aliasRecords(recordName, former))
}

/** In the recorded zone too: a zone with a longer name may have been made since, or the account may not use it any more. */
async function deleteAlias(
  { route53Of, cloudFront }: AliasClients,
  stack: Stack,
  cluster: Cluster,
): Promise<void> {
  if (cluster.leavesRecords) return
  const recordName = issuerHost(cluster.issuer)
  const target = await targetOf(cloudFront, stack, cluster)
  if (target === undefined) return
  const zoning = { route53Of, stack }
  await releaseFormer(zoning, cluster, target)
  const records = [...aliasRecords(recordName, target), formerRecord(recordName, target)]
  const recorded = recordedZones(cluster.outputs.alias, cluster.hint)
  for (const { id, route53 } of await zonesWithRecords(zoning, hostOf(cluster), recorded))
    await releaseRecords(route53, id, records)
}
