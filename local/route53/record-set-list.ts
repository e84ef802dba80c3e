/** ListResourceRecordSets: by name with reversed labels, then by type, at most 300 a page. */
import type { ListResourceRecordSetsRequest, ListResourceRecordSetsResponse } from '@aws-sdk/client-route-53'
import { AwsError } from '../errors.ts'
import { operation } from '../service.ts'
import { refuseMembers } from '../unsupported.ts'
import { findZone, type HostedZone, type HostedZones, type RecordSet, zoneAsk } from './hosted-zone.ts'
import { canonicalName, reversedLabels } from './record-name.ts'
import { describeRecordSet } from './record-set.ts'

export function recordSetListOperations(zones: HostedZones) {
  return {
    ListResourceRecordSets: operation<ListResourceRecordSetsRequest, ListResourceRecordSetsResponse>({
      run: (input, call) => listRecordSets(findZone(zones, input.HostedZoneId, call), input),
      asks: (input, call) => [zoneAsk('route53:ListResourceRecordSets', input.HostedZoneId, call)],
    }),
  }
}

const MOST = 300

function listRecordSets(
  zone: HostedZone,
  input: ListResourceRecordSetsRequest,
): ListResourceRecordSetsResponse {
  refuseMembers('ListResourceRecordSets', input, ['StartRecordIdentifier'])
  if (input.StartRecordType !== undefined && input.StartRecordName === undefined)
    throw new AwsError('InvalidInput', 'The input is not valid: StartRecordType without StartRecordName')
  const size = Math.min(input.MaxItems ?? MOST, MOST)
  const start =
    input.StartRecordName === undefined
      ? ''
      : position(canonicalName(input.StartRecordName), input.StartRecordType ?? '')
  const rest = [...zone.records.values()]
    .filter((record) => positionOf(record) >= start)
    .sort((a, b) => (positionOf(a) < positionOf(b) ? -1 : 1))
  const next = rest[size]
  return {
    ResourceRecordSets: rest.slice(0, size).map(describeRecordSet),
    IsTruncated: next !== undefined,
    ...(next && { NextRecordName: next.name, NextRecordType: next.type }),
    MaxItems: size,
  }
}

function position(name: string, type: string): string {
  return `${reversedLabels(name)} ${type}`
}

function positionOf({ name, type }: RecordSet): string {
  return position(name, type)
}
