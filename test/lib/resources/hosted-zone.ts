/** Route 53 with the zone gigantic.io, in which the host of the example's cluster is. */
import {
  ChangeResourceRecordSetsCommand,
  type HostedZone,
  ListHostedZonesByNameCommand,
  ListResourceRecordSetsCommand,
  type ResourceRecordSet,
  Route53Client,
} from '@aws-sdk/client-route-53'
import { mockClient } from 'aws-sdk-client-mock'

/** These records are in the zone. Nothing that is written changes them. */
export function theHostedZone(records: readonly ResourceRecordSet[]) {
  const route53Client = new Route53Client({ region: 'us-east-1' })
  const route53 = mockClient(route53Client)
  route53.on(ListHostedZonesByNameCommand).resolves(zones())
  route53
    .on(ListHostedZonesByNameCommand, { DNSName: 'gigantic.io' })
    .resolves(zones(zone('Z1', 'gigantic.io')))
  route53.on(ListResourceRecordSetsCommand).resolves(recordPage(...records))
  route53.on(ChangeResourceRecordSetsCommand).resolves(change('PENDING'))
  return { route53, route53Client }
}

export function zone(id: string, name: string, PrivateZone = false): HostedZone {
  return { Id: `/hostedzone/${id}`, Name: `${name}.`, CallerReference: id, Config: { PrivateZone } }
}

export function zones(...HostedZones: HostedZone[]) {
  return { HostedZones, IsTruncated: false, MaxItems: 100 }
}

export function recordPage(...ResourceRecordSets: ResourceRecordSet[]) {
  return { ResourceRecordSets, IsTruncated: false, MaxItems: 300 }
}

export function change(Status: 'PENDING' | 'INSYNC') {
  return { ChangeInfo: { Id: '/change/C1', Status, SubmittedAt: new Date('2026-01-01T00:00:00Z') } }
}

export const FIND_ZONE = [['ListHostedZonesByName', { DNSName: 'gigantic.io' }]]
