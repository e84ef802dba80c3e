/** Certificates of one domain name, with their tags and the record that validates them. */
import {
  type ACMClient,
  type CertificateSummary,
  DescribeCertificateCommand,
  type KeyAlgorithm,
  ListTagsForCertificateCommand,
  paginateListCertificates,
  type ResourceRecord,
} from '@aws-sdk/client-acm'
import { isNotFound, undefinedIf } from './errors.ts'
import { allItems } from './pages.ts'
import { readTags, type Tags } from './tags.ts'

export interface Certificate {
  readonly arn: string
  /** As ACM names it: PENDING_VALIDATION, ISSUED, FAILED, … */
  readonly status: string
  readonly failureReason: string | undefined
  readonly createdAt: Date
  readonly notAfter: Date | undefined
  /** ACM offers it some seconds after the request. */
  readonly record: ResourceRecord | undefined
  readonly isInUse: boolean
  /** Of ACM's renewal that is under way, or was last; undefined before the first. */
  readonly renewalStatus: string | undefined
  readonly tags: Tags
}

/** Of a certificate that others requested: what it is for, and who has it. */
export interface CertificateUse {
  /** The domain name and every other one. */
  readonly names: readonly string[]
  /** `DNS`, `EMAIL`; undefined of one that was imported. */
  readonly validatedBy: string | undefined
  readonly status: string
  /** ARNs. */
  readonly inUseBy: readonly string[]
  readonly tags: Tags
}

/** Undefined when there is none. */
export async function readCertificateUse(
  acm: ACMClient,
  CertificateArn: string,
): Promise<CertificateUse | undefined> {
  const found = await describeWithTags(acm, CertificateArn)
  if (found === undefined) return undefined
  const { certificate, tags } = found
  const { DomainName = '', SubjectAlternativeNames = [], Status = '', InUseBy = [] } = certificate
  return {
    names: [...new Set([DomainName, ...SubjectAlternativeNames])],
    validatedBy: certificate.DomainValidationOptions?.[0]?.ValidationMethod,
    status: Status,
    inUseBy: InUseBy,
    tags,
  }
}

/** Those that the domain name's validation record proves, in every status. */
export async function findCertificates(acm: ACMClient, domainName: string): Promise<Certificate[]> {
  const named = (await listCertificates(acm)).filter((summary) => hasName(summary, domainName))
  const found = await Promise.all(
    named.map(({ CertificateArn = '' }) => readCertificate(acm, CertificateArn)),
  )
  return found.filter((certificate) => certificate !== undefined)
}

/** All of the account in the client's region. Without naming the key types ACM lists only RSA_1024 and RSA_2048. */
export function listCertificates(acm: ACMClient): Promise<CertificateSummary[]> {
  return allItems(
    'acm:ListCertificates',
    paginateListCertificates({ client: acm }, { Includes: { keyTypes: KEY_TYPES } }),
    (page) => page.CertificateSummaryList,
  )
}

/** A wildcard shares the record of the name that it is below: https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html */
function hasName(
  { DomainName, SubjectAlternativeNameSummaries = [] }: CertificateSummary,
  domainName: string,
): boolean {
  const names = [DomainName, ...SubjectAlternativeNameSummaries]
  return names.some((name) => name === domainName || name === `*.${domainName}`)
}

const KEY_TYPES: KeyAlgorithm[] = [
  'RSA_1024',
  'RSA_2048',
  'RSA_3072',
  'RSA_4096',
  'EC_prime256v1',
  'EC_secp384r1',
  'EC_secp521r1',
]

export async function readCertificate(
  acm: ACMClient,
  CertificateArn: string,
): Promise<Certificate | undefined> {
  const found = await describeWithTags(acm, CertificateArn)
  if (found === undefined) return undefined
  const { certificate, tags } = found
  return {
    arn: CertificateArn,
    status: certificate.Status ?? '',
    failureReason: certificate.FailureReason,
    createdAt: certificate.CreatedAt ?? new Date(0),
    notAfter: certificate.NotAfter,
    record: certificate.DomainValidationOptions?.[0]?.ResourceRecord,
    isInUse: (certificate.InUseBy ?? []).length > 0,
    renewalStatus: certificate.RenewalSummary?.RenewalStatus,
    tags,
  }
}

async function describeWithTags(acm: ACMClient, CertificateArn: string) {
  const described = await acm
    .send(new DescribeCertificateCommand({ CertificateArn }))
    .catch(undefinedIf(isNotFound, 'acm:DescribeCertificate'))
  const listed = await acm
    .send(new ListTagsForCertificateCommand({ CertificateArn }))
    .catch(undefinedIf(isNotFound, 'acm:ListTagsForCertificate'))
  const certificate = described?.Certificate
  if (certificate === undefined || listed === undefined) return undefined
  return { certificate, tags: readTags(listed.Tags) }
}
