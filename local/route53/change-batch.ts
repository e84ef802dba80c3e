/**
 * ChangeResourceRecordSets: changes are applied one after the other to a copy, and all of them or none are kept.
 * https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html
 */
import { isDeepStrictEqual } from 'node:util'
import type {
  Change,
  ChangeResourceRecordSetsRequest,
  ChangeResourceRecordSetsResponse,
} from '@aws-sdk/client-route-53'
import { AwsError } from '../errors.ts'
import { type Ask, type Call, operation } from '../service.ts'
import type { Changes } from './changes.ts'
import {
  findZone,
  type HostedZone,
  type HostedZones,
  isPublic,
  type RecordSet,
  type RecordSets,
  recordKey,
  zoneAsk,
} from './hosted-zone.ts'
import { canonicalName, isInZone } from './record-name.ts'
import { CLOUDFRONT_ZONE_ID, parseRecordSet, valueProblem } from './record-set.ts'

export function changeBatchOperations(zones: HostedZones, changes: Changes) {
  return {
    ChangeResourceRecordSets: operation<ChangeResourceRecordSetsRequest, ChangeResourceRecordSetsResponse>({
      run: (input, call) => {
        const zone = findZone(zones, input.HostedZoneId, call)
        return { ChangeInfo: changeRecordSets(zone, changes, input) }
      },
      asks: changeAsks,
    }),
  }
}

function changeRecordSets(zone: HostedZone, changes: Changes, input: ChangeResourceRecordSetsRequest) {
  const batch = parseBatch(input.ChangeBatch?.Changes ?? [])
  const records = applyBatch(zone, batch)
  zone.records = records
  const changed = new Map(
    batch.map(({ record }) => {
      const key = recordKey(record.name, record.type)
      return [key, records.get(key)]
    }),
  )
  return changes.submit(
    zone.account,
    () => {
      for (const [key, record] of changed)
        if (record) zone.published.set(key, record)
        else zone.published.delete(key)
    },
    input.ChangeBatch?.Comment,
  )
}

interface RecordChange {
  readonly action: 'CREATE' | 'DELETE' | 'UPSERT'
  readonly record: RecordSet
}

// 1,000 values and 32,000 characters a batch, an UPSERT counting twice:
// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html#limits-api-requests-changeresourcerecordsets
function parseBatch(changes: readonly Change[]): RecordChange[] {
  if (changes.length === 0) throw invalidChangeBatch(['At least one change must be specified'])
  const batch = changes.map(({ Action, ResourceRecordSet }): RecordChange => {
    if (!Action || !ResourceRecordSet)
      throw new AwsError('InvalidInput', 'Invalid request: Missing field Action or ResourceRecordSet')
    const { AliasTarget } = ResourceRecordSet
    if (AliasTarget?.EvaluateTargetHealth && AliasTarget.HostedZoneId === CLOUDFRONT_ZONE_ID)
      throw invalidChangeBatch([
        `EvaluateTargetHealth cannot be set to true for the alias target ${AliasTarget.DNSName}`,
      ])
    return { action: Action, record: parseRecordSet(ResourceRecordSet, Action) }
  })
  const values = batch.flatMap(({ action, record: { answer } }) => {
    const counted = answer.kind === 'values' ? answer.values : ['']
    return action === 'UPSERT' ? [...counted, ...counted] : counted
  })
  if (values.length > 1000) throw invalidChangeBatch(['Number of records limit of 1000 exceeded.'])
  if (values.join('').length > 32_000)
    throw invalidChangeBatch(['Number of characters limit of 32000 exceeded.'])
  return batch
}

function applyBatch(zone: HostedZone, batch: readonly RecordChange[]): RecordSets {
  const records = new Map(zone.records)
  const problems = batch.flatMap(({ action, record }) => {
    const key = recordKey(record.name, record.type)
    const problem = changeProblem(zone, records, action, record)
    if (problem) return [problem]
    if (action === 'DELETE') records.delete(key)
    else records.set(key, record)
    return []
  })
  if (problems.length > 0) throw invalidChangeBatch(problems)
  return records
}

/** Why one change cannot be made, in Route 53's words. */
function changeProblem(
  zone: HostedZone,
  records: RecordSets,
  action: RecordChange['action'],
  record: RecordSet,
): string | undefined {
  const named = `resource record set [name='${record.name}', type='${record.type}']`
  const present = records.get(recordKey(record.name, record.type))
  if (action === 'DELETE') {
    if (!present) return `Tried to delete ${named} but it was not found`
    if (!sameRecord(present, record))
      return `Tried to delete ${named} but the values provided do not match the current values`
    return apexProblem(zone, record)
  }
  if (action === 'CREATE' && present) return `Tried to create ${named} but it already exists`
  return placeProblem(zone, records, record) ?? answerProblem(zone, record)
}

function apexProblem(zone: HostedZone, { name, type }: RecordSet): string | undefined {
  if (name !== zone.name) return undefined
  if (type === 'NS') return 'A HostedZone must contain at least one NS record for the zone itself.'
  if (type === 'SOA') return 'A HostedZone must contain exactly one SOA record.'
  return undefined
}

/** A CNAME stands alone at its name, and never at the apex: RFC 1034 §3.6.2. */
function placeProblem(zone: HostedZone, records: RecordSets, { name, type }: RecordSet): string | undefined {
  if (!isInZone(name, zone.name)) return `RRSet with DNS name ${name} is not permitted in zone ${zone.name}`
  if (type === 'CNAME' && name === zone.name)
    return `RRSet of type CNAME with DNS name ${name} is not permitted at apex in zone ${zone.name}`
  const conflict = [...records.values()].find(
    (other) => other.name === name && other.type !== type && (type === 'CNAME' || other.type === 'CNAME'),
  )
  return (
    conflict &&
    `RRSet of type ${type} with DNS name ${name} is not permitted because a conflicting RRSet of type ` +
      `${conflict.type} with the same DNS name already exists in zone ${zone.name}`
  )
}

function answerProblem(zone: HostedZone, { type, answer }: RecordSet): string | undefined {
  if (answer.kind === 'values') {
    if (type === 'CNAME' && answer.values.length > 1)
      return "Invalid Resource Record: 'FATAL problem: CNAMERRDATATooMany (Only one value is allowed)'"
    if (new Set(answer.values).size < answer.values.length)
      return `Duplicate Resource Record: '${answer.values.find((value, index) => answer.values.indexOf(value) < index)}'`
    return answer.values.map((value) => valueProblem(type, value)).find((problem) => problem !== undefined)
  }
  const target = `${answer.dnsName}, type ${type} in zone ${answer.hostedZoneId}`
  // Local mode has only CloudFront as the target of an alias; nothing else lies in a zone that it knows.
  if (answer.hostedZoneId !== CLOUDFRONT_ZONE_ID || !answer.dnsName.endsWith('.cloudfront.net.'))
    return `Tried to create an alias that targets ${target}, but the alias target name does not lie within the target zone`
  if (!isPublic(zone) || (type !== 'A' && type !== 'AAAA' && type !== 'HTTPS'))
    return `Tried to create an alias that targets ${target}, but that target was not found`
  return undefined
}

function sameRecord(one: RecordSet, other: RecordSet): boolean {
  return isDeepStrictEqual(comparable(one), comparable(other))
}

/** The order of values means nothing. */
function comparable({ answer }: RecordSet) {
  return answer.kind === 'values' ? { ...answer, values: [...answer.values].sort() } : answer
}

function invalidChangeBatch(messages: readonly string[]): AwsError {
  return new AwsError('InvalidChangeBatch', `[${messages.join(', ')}]`, 400, { messages })
}

// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/specifying-conditions-route53.html
function changeAsks(input: ChangeResourceRecordSetsRequest, call: Call): Ask[] {
  const changes = input.ChangeBatch?.Changes ?? []
  const distinct = (values: readonly string[]) => [...new Set(values)]
  const names = changes.map(({ ResourceRecordSet }) =>
    canonicalName(ResourceRecordSet?.Name ?? '').replace(/\.$/, ''),
  )
  return [
    zoneAsk('route53:ChangeResourceRecordSets', input.HostedZoneId, call, {
      'route53:ChangeResourceRecordSetsNormalizedRecordNames': distinct(names),
      'route53:ChangeResourceRecordSetsRecordTypes': distinct(
        changes.map(({ ResourceRecordSet }) => ResourceRecordSet?.Type ?? ''),
      ),
      'route53:ChangeResourceRecordSetsActions': distinct(changes.map(({ Action }) => Action ?? '')),
    }),
  ]
}
