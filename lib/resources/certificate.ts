/**
 * The ACM certificate of the issuer's host, validated by DNS, and its validation record. It is where CloudFront reads
 * certificates, found again by domain name and tags; pending until ACM has issued it.
 */
import {
  type ACMClient,
  AddTagsToCertificateCommand,
  DeleteCertificateCommand,
  RemoveTagsFromCertificateCommand,
  RequestCertificateCommand,
  type ResourceRecord,
} from '@aws-sdk/client-acm'
import { type Certificate, findCertificates, readCertificate } from '../aws/certificates.ts'
import { isInUse, isNotFound, translate, translateRace, undefinedIf } from '../aws/errors.ts'
import {
  findHostedZone,
  findHostedZoneIfAny,
  recordedZones,
  recordOf,
  type Zone,
  zonesWithRecords,
} from '../aws/hosted-zones.ts'
import { certificateToken } from '../aws/names.ts'
import {
  canonicalDnsName,
  claimRecords,
  type DesiredRecord,
  findRecords,
  releaseRecords,
} from '../aws/records.ts'
import type { Stack } from '../aws/stack.ts'
import { desiredTags, isOurs, tagChanges, tagList } from '../aws/tags.ts'
import type { Route53Of } from '../aws/zone-sessions.ts'
import { type Cluster, hostOf, type StepOutputs } from '../cluster.ts'
import { differencesBetween } from '../difference.ts'
import { CertificateFailed, CertificateValidationTimedOut } from '../errors.ts'
import { issuerHost } from '../oidc/issuer.ts'
import type { Difference, Hint, Observed, Resource } from '../resource.ts'

type Outputs = StepOutputs['certificate']

export interface CertificateClients {
  /** Of the region that CloudFront takes certificates from. */
  readonly acm: ACMClient
  readonly route53Of: Route53Of
}

/**
 * Every verb may throw HostedZoneAmbiguous; `observe` throws CertificateFailed and CertificateValidationTimedOut for one
 * that failed during this run; `create` HostedZoneNotFound, HostedZonePrivate, RecordTaken, QuotaExceeded; `delete`
 * HostedZoneWithdrawn.
 */
export function certificateResource(clients: CertificateClients, stack: Stack): Resource<Cluster, Outputs> {
  return {
    observe: (cluster) => observeCertificate(clients, stack, cluster),
    create: (cluster) => createCertificate(clients, stack, cluster),
    delete: (cluster) => deleteCertificate(clients, stack, cluster),
  }
}

async function observeCertificate(
  { acm, route53Of }: CertificateClients,
  stack: Stack,
  cluster: Cluster,
): Promise<Observed<Outputs>> {
  const { best } = await findOurs(acm, stack, cluster)
  if (best === undefined) return { status: 'absent' }
  if (isOver(best)) {
    if (failedBefore(best, cluster)) return { status: 'absent' }
    throw failureOf(best, issuerHost(cluster.issuer))
  }
  const zoning = { route53Of, stack }
  const hasZone = best.record !== undefined && cluster.leavesRecords !== true
  const zone = hasZone ? await findHostedZoneIfAny(zoning, hostOf(cluster)) : undefined
  const missing = await missingRecord(zone, best)
  if (best.status !== 'ISSUED') return pendingFor(best, missing)
  const differences = [
    ...differencesBetween(desiredTags(stack, cluster), best.tags, 'Tags'),
    // ACM renews by it: https://docs.aws.amazon.com/acm/latest/userguide/dns-renewal-validation.html
    ...(missing === undefined
      ? []
      : [{ field: 'ValidationRecord', desired: missing.Name, observed: undefined }]),
    ...renewalDifferences(best),
  ]
  const [recorded] =
    zone === undefined ? recordedZones(cluster.outputs.certificate) : [recordOf(zoning, zone)]
  const outputs = {
    ...recorded,
    certificateArn: best.arn,
    notAfter: best.notAfter?.toISOString() ?? '',
  }
  return { status: 'ready', outputs, differences }
}

/** ACM tries again by itself. https://docs.aws.amazon.com/acm/latest/userguide/check-certificate-renewal-status.html */
function renewalDifferences({ renewalStatus }: Certificate): Difference[] {
  if (renewalStatus !== 'PENDING_VALIDATION' && renewalStatus !== 'FAILED') return []
  return [
    { field: 'RenewalSummary.RenewalStatus', desired: 'SUCCESS', observed: renewalStatus, isBeyondUs: true },
  ]
}

function pendingFor({ record }: Certificate, missing: DesiredRecord | undefined): Observed<Outputs> {
  if (record === undefined)
    return { status: 'pending', reason: 'ACM has not offered the validation record yet' }
  if (missing !== undefined)
    return {
      status: 'pending',
      reason: `the validation record ${missing.Name} is not written yet`,
      unfinished: true,
    }
  return { status: 'pending', reason: `ACM has not seen the validation record ${record.Name} yet` }
}

/** Pending while the zone is missing too: `create` is who says so. */
async function missingRecord(
  zone: Zone | undefined,
  { record }: Certificate,
): Promise<DesiredRecord | undefined> {
  if (record === undefined) return undefined
  const desired = validationRecord(record)
  if (zone === undefined) return desired
  return (await findRecords(zone.route53, zone.id, [desired])).missing[0]
}

async function createCertificate(
  { acm, route53Of }: CertificateClients,
  stack: Stack,
  cluster: Cluster,
): Promise<Hint | undefined> {
  const zoning = { route53Of, stack }
  // First, so that nothing is requested that could never be validated.
  const zone = await findHostedZone(zoning, hostOf(cluster))
  const { best, all } = await findOurs(acm, stack, cluster)
  const usable = best !== undefined && !isOver(best) ? best : undefined
  const replaced = usable === undefined ? (best?.arn ?? cluster.hint?.replaced ?? '') : ''
  const arn = usable?.arn ?? (await requestCertificate(acm, stack, cluster, replaced))
  // Not before: without them, and without our answer, the next call would ask with another token.
  for (const certificate of all.filter(isOver)) await removeCertificate(acm, certificate)
  const certificate = usable ?? (await readCertificate(acm, arn))
  if (certificate?.record !== undefined)
    await claimRecords(zone.route53, zone.id, [validationRecord(certificate.record)])
  if (usable !== undefined) await mendTags(acm, stack, cluster, usable)
  return { certificateArn: arn, ...recordOf(zoning, zone), ...(replaced !== '' && { replaced }) }
}

async function requestCertificate(
  acm: ACMClient,
  stack: Stack,
  cluster: Cluster,
  replaced: string,
): Promise<string> {
  const command = new RequestCertificateCommand({
    DomainName: issuerHost(cluster.issuer),
    ValidationMethod: 'DNS',
    KeyAlgorithm: 'RSA_2048',
    IdempotencyToken: certificateToken(stack, cluster.issuer, replaced),
    Tags: tagList(desiredTags(stack, cluster)),
  })
  const { CertificateArn = '' } = await acm.send(command).catch(translate('acm:RequestCertificate'))
  return CertificateArn
}

async function mendTags(
  acm: ACMClient,
  stack: Stack,
  cluster: Cluster,
  { arn, tags }: Certificate,
): Promise<void> {
  const { set, removed } = tagChanges(desiredTags(stack, cluster), tags)
  if (Object.keys(set).length > 0)
    await acm
      .send(new AddTagsToCertificateCommand({ CertificateArn: arn, Tags: tagList(set) }))
      .catch(translateRace('acm:AddTagsToCertificate'))
  if (removed.length > 0)
    await acm
      .send(
        new RemoveTagsFromCertificateCommand({ CertificateArn: arn, Tags: removed.map((Key) => ({ Key })) }),
      )
      .catch(translateRace('acm:RemoveTagsFromCertificate'))
}

/** ACM gives every certificate of one name in one account the same record, so it stays while another one needs it. */
async function deleteCertificate(
  { acm, route53Of }: CertificateClients,
  stack: Stack,
  cluster: Cluster,
): Promise<void> {
  const { all, others } = await findOurs(acm, stack, cluster)
  // Released by CloudFront some time after the distribution has gone: the next call finds it so.
  if (all.length === 0 || all.some(({ isInUse }) => isInUse)) return
  const recorded = recordedZones(cluster.outputs.certificate, cluster.hint)
  const zones =
    others > 0 || cluster.leavesRecords
      ? []
      : await zonesWithRecords({ route53Of, stack }, hostOf(cluster), recorded)
  for (const certificate of all) {
    const { record } = certificate
    if (record !== undefined)
      for (const { id, route53 } of zones) await releaseRecords(route53, id, [validationRecord(record)])
    await removeCertificate(acm, certificate)
  }
}

/** One that is still in use stays; whoever uses it moves on to the new one. */
async function removeCertificate(acm: ACMClient, { arn }: Certificate): Promise<void> {
  await acm
    .send(new DeleteCertificateCommand({ CertificateArn: arn }))
    .catch(undefinedIf((error) => isNotFound(error) || isInUse(error), 'acm:DeleteCertificate'))
}

interface OurCertificates {
  /** An issued one before one under way before one that failed; the newest of those. */
  readonly best: Certificate | undefined
  readonly all: readonly Certificate[]
  /** How many of the same name are not ours. */
  readonly others: number
}

/** The one that the last `create` requested is looked at by ARN: lists lag behind. */
async function findOurs(acm: ACMClient, stack: Stack, cluster: Cluster): Promise<OurCertificates> {
  const listed = await findCertificates(acm, issuerHost(cluster.issuer))
  const hinted = cluster.hint?.certificateArn ?? cluster.outputs.certificate?.certificateArn
  const isListed = hinted === undefined || listed.some(({ arn }) => arn === hinted)
  const unlisted = isListed ? undefined : await readCertificate(acm, hinted)
  const found = unlisted === undefined ? listed : [...listed, unlisted]
  const all = found
    .filter(({ tags }) => isOurs(tags, stack, cluster.cluster))
    .toSorted((one, other) => rank(one) - rank(other) || other.createdAt.getTime() - one.createdAt.getTime())
  return { best: all[0], all, others: found.length - all.length }
}

function rank(certificate: Certificate): number {
  if (certificate.status === 'ISSUED') return 0
  return isOver(certificate) ? 2 : 1
}

/** Never to be issued any more. */
function isOver({ status }: Certificate): boolean {
  return status !== 'ISSUED' && status !== 'PENDING_VALIDATION'
}

function failedBefore({ createdAt }: Certificate, { runStartedAt }: Cluster): boolean {
  return runStartedAt !== undefined && createdAt < new Date(runStartedAt)
}

function failureOf({ status, failureReason }: Certificate, host: string) {
  if (status === 'VALIDATION_TIMED_OUT') return new CertificateValidationTimedOut(host)
  return new CertificateFailed(host, failureReason ?? status)
}

const VALIDATION_TTL_SECONDS = 300

function validationRecord({ Name = '', Value = '' }: ResourceRecord): DesiredRecord {
  return {
    Name: canonicalDnsName(Name),
    Type: 'CNAME',
    TTL: VALIDATION_TTL_SECONDS,
    ResourceRecords: [{ Value }],
  }
}
