/** What Route 53 keeps of a hosted zone and its record sets. */
import type { RRType, VPC } from '@aws-sdk/client-route-53'
import { globalArn } from '../arn.ts'
import { AwsError } from '../errors.ts'
import type { Ask, Call } from '../service.ts'
import type { Tags } from '../tags.ts'

export interface HostedZone {
  /** Without `/hostedzone/`. */
  readonly id: string
  readonly account: string
  /** Canonical, with trailing dot. */
  readonly name: string
  readonly callerReference: string
  readonly comment: string | undefined
  /** Empty for a public zone. */
  readonly vpcs: readonly VPC[]
  readonly nameServers: readonly string[]
  tags: Tags
  /** What the API shows, by `recordKey`. */
  records: RecordSets
  /** What the name servers answer: changes arrive here when they are INSYNC. */
  readonly published: Map<string, RecordSet>
}

export type RecordSets = ReadonlyMap<string, RecordSet>

export interface RecordSet {
  /** Canonical, with trailing dot. */
  readonly name: string
  readonly type: RRType
  readonly answer: RecordAnswer
}

export type RecordAnswer =
  | { readonly kind: 'values'; readonly ttl: number; readonly values: readonly string[] }
  | { readonly kind: 'alias'; readonly hostedZoneId: string; readonly dnsName: string }

/** By ID; the first created stands first. */
export type HostedZones = Map<string, HostedZone>

export function recordKey(name: string, type: string): string {
  return `${name} ${type}`
}

export function isPublic(zone: HostedZone): boolean {
  return zone.vpcs.length === 0
}

/** Clients give IDs bare or as AWS answers them: `/hostedzone/Z…`, `/change/C…`. */
export function bareId(id: string | undefined): string {
  return (id ?? '').replace(/^\/?(hostedzone|change)\//, '')
}

/** Throws `NoSuchHostedZone`, or `AccessDenied` for a zone of another account. */
export function findZone(zones: HostedZones, id: string | undefined, call: Call): HostedZone {
  const zone = zones.get(bareId(id))
  if (!zone) throw new AwsError('NoSuchHostedZone', `No hosted zone found with ID: ${bareId(id)}`, 404)
  if (zone.account !== call.principal.account) throw foreign(call)
  return zone
}

/** What is another account's. */
export function foreign({ principal }: Call): AwsError {
  return new AwsError('AccessDenied', `User: ${principal.arn} is not authorized to access this resource`, 403)
}

/** route53's resource types have no tag condition keys, and no account in their ARNs. */
export function zoneAsk(
  action: string,
  id: string | undefined,
  call: Call,
  context: Ask['context'] = {},
): Ask {
  return { action, resource: globalArn('route53', call.region, '', `hostedzone/${bareId(id)}`), context }
}
