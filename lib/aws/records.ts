/**
 * Records in a hosted zone. A record has no tags: it is ours when its value is. So they are made with CREATE, which
 * never overwrites, and deleted with the exact values that were read.
 */
import {
  type Change,
  type ChangeAction,
  ChangeResourceRecordSetsCommand,
  GetChangeCommand,
  ListResourceRecordSetsCommand,
  type ListResourceRecordSetsCommandInput,
  type ListResourceRecordSetsCommandOutput,
  type ResourceRecordSet,
  type Route53Client,
} from '@aws-sdk/client-route-53'
import { RecordTaken } from '../errors.ts'
import { isInvalidChangeBatch, isNotFound, translateRace, undefinedIf } from './errors.ts'

/** An alias of CloudFront's, or one plain value; never a routing policy. */
export type DesiredRecord = ResourceRecordSet & {
  readonly Name: string
  readonly Type: 'A' | 'AAAA' | 'CNAME'
}

export interface FoundRecords {
  /** As Route 53 has them: deletion needs every member. */
  readonly present: readonly ResourceRecordSet[]
  readonly missing: readonly DesiredRecord[]
  /** Others that stand in the way of what is missing. */
  readonly taken: readonly ResourceRecordSet[]
}

/** Which of the desired records, all of one name, are there. Nothing is there when the zone has gone. */
export async function findRecords(
  route53: Route53Client,
  hostedZoneId: string,
  desired: readonly DesiredRecord[],
): Promise<FoundRecords> {
  const listed = await recordsNamed(route53, hostedZoneId, desired[0]?.Name ?? '')
  const present = desired.flatMap((record) => listed.find((other) => sameRecord(record, other)) ?? [])
  const missing = desired.filter((record) => !listed.some((other) => sameRecord(record, other)))
  const taken = listed.filter(
    (other) => !present.includes(other) && missing.some((record) => excludes(record, other)),
  )
  return { present, missing, taken }
}

/**
 * Makes what is missing, all or nothing, in one change with the end of `former`, if that is in its place: the name never has no answer. Returns the ID of the change, undefined when nothing was to be changed. Throws
 * RecordTaken when another value is in the way.
 */
export async function claimRecords(
  route53: Route53Client,
  hostedZoneId: string,
  desired: readonly DesiredRecord[],
  former?: DesiredRecord,
): Promise<string | undefined> {
  const { missing, replaced } = await missingRecords(route53, hostedZoneId, desired, former)
  if (missing.length === 0) return undefined
  try {
    return await changeRecords(route53, hostedZoneId, [
      ...changesOf('DELETE', replaced),
      ...changesOf('CREATE', missing),
    ])
  } catch (error) {
    // Made since we looked: by our own call whose answer was lost, or by somebody else.
    if (!isInvalidChangeBatch(error)) return translateRace(CHANGE)(error)
    const left = await missingRecords(route53, hostedZoneId, desired, former)
    return left.missing.length === 0 ? undefined : translateRace(CHANGE)(error)
  }
}

/** Takes away those that are there with our values, and leaves every other. */
export async function releaseRecords(
  route53: Route53Client,
  hostedZoneId: string,
  desired: readonly DesiredRecord[],
): Promise<void> {
  const { present } = await findRecords(route53, hostedZoneId, desired)
  if (present.length === 0) return
  try {
    await changeRecords(route53, hostedZoneId, changesOf('DELETE', present))
  } catch (error) {
    if (!isInvalidChangeBatch(error)) return translateRace(CHANGE)(error)
    const { present: left } = await findRecords(route53, hostedZoneId, desired)
    if (left.length > 0) translateRace(CHANGE)(error)
  }
}

/** Whether every name server has it. Route 53 forgets changes after a while; a forgotten one is long done. */
export async function isInSync(route53: Route53Client, changeId: string): Promise<boolean> {
  const change = await route53
    .send(new GetChangeCommand({ Id: changeId }))
    .catch(undefinedIf(isNotFound, 'route53:GetChange'))
  return change?.ChangeInfo?.Status !== 'PENDING'
}

const CHANGE = 'route53:ChangeResourceRecordSets'

async function missingRecords(
  route53: Route53Client,
  hostedZoneId: string,
  desired: readonly DesiredRecord[],
  former: DesiredRecord | undefined,
): Promise<{ missing: readonly DesiredRecord[]; replaced: readonly ResourceRecordSet[] }> {
  const { missing, taken } = await findRecords(route53, hostedZoneId, desired)
  const isFormer = (record: ResourceRecordSet) => former !== undefined && sameRecord(former, record)
  const other = taken.find((record) => !isFormer(record))
  if (other !== undefined) throw new RecordTaken(desired[0]?.Name ?? '', other.Type ?? '', recordValue(other))
  return { missing, replaced: taken }
}

function changesOf(Action: ChangeAction, records: readonly ResourceRecordSet[]): Change[] {
  return records.map((ResourceRecordSet) => ({ Action, ResourceRecordSet }))
}

async function changeRecords(
  route53: Route53Client,
  HostedZoneId: string,
  Changes: Change[],
): Promise<string | undefined> {
  const command = new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch: { Changes } })
  const { ChangeInfo } = await route53.send(command)
  return ChangeInfo?.Id?.replace(/^\/change\//, '')
}

/** The list begins at the name and goes on through the zone. */
async function recordsNamed(
  route53: Route53Client,
  HostedZoneId: string,
  name: string,
): Promise<ResourceRecordSet[]> {
  const records: ResourceRecordSet[] = []
  let start: Partial<ListResourceRecordSetsCommandInput> | undefined = { StartRecordName: name }
  while (start !== undefined) {
    const page: ListResourceRecordSetsCommandOutput | undefined = await route53
      .send(new ListResourceRecordSetsCommand({ HostedZoneId, ...start }))
      .catch(undefinedIf(isNotFound, 'route53:ListResourceRecordSets'))
    const listed = page?.ResourceRecordSets ?? []
    records.push(...listed.filter(({ Name = '' }) => canonicalDnsName(Name) === name))
    start =
      page?.IsTruncated && canonicalDnsName(page.NextRecordName ?? '') === name
        ? {
            StartRecordName: page.NextRecordName,
            StartRecordType: page.NextRecordType,
            StartRecordIdentifier: page.NextRecordIdentifier,
          }
        : undefined
  }
  return records
}

/** Those that lead elsewhere than to the distribution, as `<type> <value>`. */
export async function recordsInTheWay(
  route53: Route53Client,
  hostedZoneId: string,
  name: string,
  domainName: string,
): Promise<string[]> {
  const listed = await recordsNamed(route53, hostedZoneId, name)
  return listed
    .filter(({ Type = '' }) => ADDRESSES.has(Type))
    .filter((record) => recordValue(record) !== canonicalDnsName(domainName))
    .map((record) => `${record.Type} ${recordValue(record)}`)
}

const ADDRESSES: ReadonlySet<string> = new Set(['A', 'AAAA', 'CNAME'])

/** The TTL may be another's choice: ACM's console writes the same validation record. */
export function sameRecord(desired: DesiredRecord, other: ResourceRecordSet): boolean {
  return (
    other.Type === desired.Type &&
    recordValue(other) === recordValue(desired) &&
    other.AliasTarget?.HostedZoneId === desired.AliasTarget?.HostedZoneId &&
    other.AliasTarget?.EvaluateTargetHealth === desired.AliasTarget?.EvaluateTargetHealth
  )
}

/** A CNAME stands alone at its name: RFC 1034 §3.6.2. */
function excludes(desired: DesiredRecord, other: ResourceRecordSet): boolean {
  return other.Type === desired.Type || other.Type === 'CNAME' || desired.Type === 'CNAME'
}

/** `dexample.cloudfront.net`, or the values joined. */
export function recordValue({ AliasTarget, ResourceRecords, SetIdentifier }: ResourceRecordSet): string {
  const values =
    AliasTarget?.DNSName === undefined
      ? (ResourceRecords ?? []).map(({ Value = '' }) => Value)
      : [AliasTarget.DNSName]
  const joined = values.map(canonicalDnsName).join(', ')
  return SetIdentifier === undefined ? joined : `${joined} (of the routing policy ${SetIdentifier})`
}

/** DNS names ignore case and the dot at the end; Route 53 answers with it, ACM too. */
export function canonicalDnsName(name: string): string {
  return name.toLowerCase().replace(/\.$/, '')
}
