/** Hosted zones: create, read, delete. */
import type {
  ChangeInfo,
  CreateHostedZoneRequest,
  CreateHostedZoneResponse,
  DeleteHostedZoneRequest,
  DeleteHostedZoneResponse,
  GetHostedZoneCountResponse,
  GetHostedZoneRequest,
  GetHostedZoneResponse,
  HostedZone as HostedZoneAnswer,
} from '@aws-sdk/client-route-53'
import { AwsError } from '../errors.ts'
import { type Ask, type Call, operation } from '../service.ts'
import { refuseMembers } from '../unsupported.ts'
import type { World } from '../world.ts'
import type { Changes } from './changes.ts'
import {
  findZone,
  type HostedZone,
  type HostedZones,
  isPublic,
  type RecordSet,
  recordKey,
  zoneAsk,
} from './hosted-zone.ts'
import { randomId } from './random-id.ts'
import { canonicalName, isDomainName } from './record-name.ts'

export function hostedZoneOperations(world: World, zones: HostedZones, changes: Changes) {
  return {
    CreateHostedZone: operation<CreateHostedZoneRequest, CreateHostedZoneResponse>({
      run: (input, call) => createHostedZone(world, zones, changes, input, call),
      asks: createAsks,
    }),
    GetHostedZone: operation<GetHostedZoneRequest, GetHostedZoneResponse>({
      run: (input, call) => {
        const zone = findZone(zones, input.Id, call)
        return { HostedZone: describeZone(zone), ...delegation(zone) }
      },
      asks: (input, call) => [zoneAsk('route53:GetHostedZone', input.Id, call)],
    }),
    GetHostedZoneCount: operation<object, GetHostedZoneCountResponse>({
      run: (_, call) => ({ HostedZoneCount: zonesOf(zones, call.principal.account).length }),
      asks: () => [{ action: 'route53:GetHostedZoneCount', resource: '*' }],
    }),
    DeleteHostedZone: operation<DeleteHostedZoneRequest, DeleteHostedZoneResponse>({
      run: (input, call) => ({ ChangeInfo: deleteHostedZone(zones, changes, input, call) }),
      asks: (input, call) => [zoneAsk('route53:DeleteHostedZone', input.Id, call)],
    }),
  }
}

export function zonesOf(zones: HostedZones, account: string): HostedZone[] {
  return [...zones.values()].filter((zone) => zone.account === account)
}

export function describeZone(zone: HostedZone): HostedZoneAnswer {
  return {
    Id: `/hostedzone/${zone.id}`,
    Name: zone.name,
    CallerReference: zone.callerReference,
    Config: {
      ...(zone.comment !== undefined && { Comment: zone.comment }),
      PrivateZone: !isPublic(zone),
    },
    ResourceRecordSetCount: zone.records.size,
  }
}

function delegation(zone: HostedZone): Pick<GetHostedZoneResponse, 'DelegationSet' | 'VPCs'> {
  return isPublic(zone) ? { DelegationSet: { NameServers: [...zone.nameServers] } } : { VPCs: [...zone.vpcs] }
}

function createHostedZone(
  world: World,
  zones: HostedZones,
  changes: Changes,
  input: CreateHostedZoneRequest,
  call: Call,
): CreateHostedZoneResponse {
  refuseMembers('CreateHostedZone', input, ['DelegationSetId'])
  checkCreation(world, zones, input, call)
  const zone = newZone(input, call)
  zones.set(zone.id, zone)
  const apex = zone.records
  const change = changes.submit(zone.account, () => {
    for (const [key, record] of apex) zone.published.set(key, record)
  })
  return {
    HostedZone: describeZone(zone),
    ChangeInfo: change,
    DelegationSet: { NameServers: [...zone.nameServers] },
    ...(input.VPC && { VPC: input.VPC }),
    Location: `https://route53.amazonaws.com/2013-04-01/hostedzone/${zone.id}`,
  }
}

/** Several zones of one name are allowed: only the caller reference must be new. */
function checkCreation(world: World, zones: HostedZones, input: CreateHostedZoneRequest, call: Call): void {
  const mine = zonesOf(zones, call.principal.account)
  if (!isDomainName(canonicalName(input.Name ?? '')))
    throw new AwsError('InvalidDomainName', `${input.Name} is not a valid domain name`)
  if (input.HostedZoneConfig?.PrivateZone && !input.VPC)
    throw new AwsError(
      'InvalidInput',
      "When you're creating a private hosted zone (when you specify true for PrivateZone), " +
        'you must also specify values for VPCId and VPCRegion.',
    )
  if (mine.some((zone) => zone.callerReference === input.CallerReference))
    throw new AwsError(
      'HostedZoneAlreadyExists',
      `A hosted zone has already been created with the specified caller reference: ${input.CallerReference}`,
      409,
    )
  if (mine.length >= world.quotas.get('route53:hosted-zones'))
    throw new AwsError(
      'TooManyHostedZones',
      "This operation can't be completed because the current account has reached the limit on the number of hosted zones.",
    )
}

function newZone(input: CreateHostedZoneRequest, call: Call): HostedZone {
  const name = canonicalName(input.Name ?? '')
  const id = randomId('Z')
  const nameServers = ['com', 'net', 'org', 'co.uk'].map(
    (suffix, index) =>
      `ns-${(id.charCodeAt(1) * 7 + index * 512) % 2048}.awsdns-${id.charCodeAt(2) % 64}.${suffix}`,
  )
  return {
    id,
    account: call.principal.account,
    name,
    callerReference: input.CallerReference ?? '',
    comment: input.HostedZoneConfig?.Comment,
    vpcs: input.VPC ? [input.VPC] : [],
    nameServers,
    tags: new Map(),
    records: new Map(apexRecords(name, nameServers).map((record) => [recordKey(name, record.type), record])),
    published: new Map(),
  }
}

// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/SOA-NSrecords.html
function apexRecords(name: string, nameServers: readonly string[]): RecordSet[] {
  const soa = `${nameServers[0]}. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400`
  return [
    {
      name,
      type: 'NS',
      answer: { kind: 'values', ttl: 172_800, values: nameServers.map((server) => `${server}.`) },
    },
    { name, type: 'SOA', answer: { kind: 'values', ttl: 900, values: [soa] } },
  ]
}

function createAsks(input: CreateHostedZoneRequest): Ask[] {
  const create = { action: 'route53:CreateHostedZone', resource: '*' }
  if (!input.VPC) return [create]
  const vpc = `VPCId=${input.VPC.VPCId},VPCRegion=${input.VPC.VPCRegion}`
  return [
    { ...create, context: { 'route53:VPCs': [vpc] } },
    { action: 'ec2:DescribeVpcs', resource: '*' },
  ]
}

function deleteHostedZone(
  zones: HostedZones,
  changes: Changes,
  input: DeleteHostedZoneRequest,
  call: Call,
): ChangeInfo {
  const zone = findZone(zones, input.Id, call)
  if ([...zone.records.values()].some((record) => record.type !== 'NS' && record.type !== 'SOA'))
    throw new AwsError(
      'HostedZoneNotEmpty',
      'The specified hosted zone contains non-required resource record sets and so cannot be deleted.',
    )
  zones.delete(zone.id)
  return changes.submit(zone.account, () => zone.published.clear())
}
