/** Lists of hosted zones; a marker of Route 53 names the first item of the next page. */
import type {
  ListHostedZonesByNameRequest,
  ListHostedZonesByNameResponse,
  ListHostedZonesRequest,
  ListHostedZonesResponse,
} from '@aws-sdk/client-route-53'
import { AwsError } from '../errors.ts'
import { type Call, operation } from '../service.ts'
import { refuseMembers } from '../unsupported.ts'
import { bareId, type HostedZone, type HostedZones, isPublic } from './hosted-zone.ts'
import { describeZone, zonesOf } from './hosted-zones.ts'
import { canonicalName, reversedLabels } from './record-name.ts'

export function hostedZoneListOperations(zones: HostedZones) {
  return {
    ListHostedZones: operation<ListHostedZonesRequest, ListHostedZonesResponse>({
      run: (input, call) => listHostedZones(zones, input, call),
      asks: () => [{ action: 'route53:ListHostedZones', resource: '*' }],
    }),
    ListHostedZonesByName: operation<ListHostedZonesByNameRequest, ListHostedZonesByNameResponse>({
      run: (input, call) => listHostedZonesByName(zones, input, call),
      asks: () => [{ action: 'route53:ListHostedZonesByName', resource: '*' }],
    }),
  }
}

const MOST = 100

function listHostedZones(
  zones: HostedZones,
  input: ListHostedZonesRequest,
  call: Call,
): ListHostedZonesResponse {
  refuseMembers('ListHostedZones', input, ['DelegationSetId'])
  const size = pageSize(input.MaxItems)
  const mine = zonesOf(zones, call.principal.account)
    .filter((zone) => input.HostedZoneType !== 'PrivateHostedZone' || !isPublic(zone))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
  const rest = mine.filter((zone) => zone.id >= bareId(input.Marker))
  const next = rest[size]
  return {
    HostedZones: rest.slice(0, size).map(describeZone),
    Marker: input.Marker ?? '',
    IsTruncated: next !== undefined,
    ...(next && { NextMarker: next.id }),
    MaxItems: size,
  }
}

function listHostedZonesByName(
  zones: HostedZones,
  input: ListHostedZonesByNameRequest,
  call: Call,
): ListHostedZonesByNameResponse {
  if (input.HostedZoneId !== undefined && input.DNSName === undefined)
    throw new AwsError('InvalidInput', 'HostedZoneId can only be specified together with DNSName')
  const size = pageSize(input.MaxItems)
  const start = input.DNSName === undefined ? '' : reversedLabels(canonicalName(input.DNSName))
  const first = input.HostedZoneId === undefined ? start : `${start} ${bareId(input.HostedZoneId)}`
  const rest = zonesOf(zones, call.principal.account)
    .filter((zone) => position(zone) >= first)
    .sort((a, b) => (position(a) < position(b) ? -1 : 1))
  const next = rest[size]
  return {
    HostedZones: rest.slice(0, size).map(describeZone),
    ...(input.DNSName !== undefined && { DNSName: canonicalName(input.DNSName) }),
    ...(input.HostedZoneId !== undefined && { HostedZoneId: bareId(input.HostedZoneId) }),
    IsTruncated: next !== undefined,
    ...(next && { NextDNSName: next.name, NextHostedZoneId: next.id }),
    MaxItems: size,
  }
}

function position(zone: HostedZone): string {
  return `${reversedLabels(zone.name)} ${zone.id}`
}

function pageSize(maxItems: number | undefined): number {
  if (maxItems !== undefined && (!Number.isInteger(maxItems) || maxItems < 1))
    throw new AwsError('InvalidInput', 'MaxItems must be a positive integer')
  return Math.min(maxItems ?? MOST, MOST)
}
