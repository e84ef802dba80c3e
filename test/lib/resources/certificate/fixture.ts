/** ACM and Route 53 as the certificate of the example's cluster finds them. */
import {
  ACMClient,
  AddTagsToCertificateCommand,
  type CertificateDetail,
  type CertificateSummary,
  DeleteCertificateCommand,
  DescribeCertificateCommand,
  ListCertificatesCommand,
  ListTagsForCertificateCommand,
  RemoveTagsFromCertificateCommand,
  RequestCertificateCommand,
  type Tag,
} from '@aws-sdk/client-acm'
import type { ResourceRecordSet } from '@aws-sdk/client-route-53'
import { mockClient } from 'aws-sdk-client-mock'
import { certificateToken } from '../../../../lib/aws/names.ts'
import type { Stack } from '../../../../lib/aws/stack.ts'
import { certificateResource } from '../../../../lib/resources/certificate.ts'
import { refusal } from '../../aws/sdk.ts'
import { CERTIFICATE_ARN, golem, HOST, STACK, TAG_LIST, TAGS_OF_OTHERS } from '../golem.ts'
import { theHostedZone } from '../hosted-zone.ts'

/** When the run began; certificates of it are later, those that failed before it earlier. */
export const RUN_STARTED_AT = '2026-01-01T00:00:00.000Z'
export const BEFORE = new Date('2025-12-31T00:00:00Z')
export const DURING = new Date('2026-01-01T00:01:00Z')

export const CLUSTER = golem({ runStartedAt: RUN_STARTED_AT })

/** As ACM asks for it, as we send it, and as Route 53 lists it. */
export const OFFERED = { Name: `_x1.${HOST}.`, Type: 'CNAME', Value: '_x2.abc.acm-validations.aws.' } as const
export const DESIRED_RECORD: ResourceRecordSet = {
  Name: `_x1.${HOST}`,
  Type: 'CNAME',
  TTL: 300,
  ResourceRecords: [{ Value: OFFERED.Value }],
}
export const LISTED_RECORD: ResourceRecordSet = { ...DESIRED_RECORD, Name: OFFERED.Name }

/** Issued, ours, with its validation record, unless it says otherwise. */
export interface Held extends CertificateDetail {
  readonly tags?: Tag[]
  /** Lists lag behind. */
  readonly isListed?: boolean
}

export function held(changes: Held = {}): Held {
  return {
    CertificateArn: CERTIFICATE_ARN,
    DomainName: HOST,
    Status: 'ISSUED',
    CreatedAt: BEFORE,
    NotAfter: new Date('2026-06-01T00:00:00Z'),
    InUseBy: [],
    DomainValidationOptions: [offering()],
    tags: TAG_LIST,
    ...changes,
  }
}

export const PENDING: Held = held({ Status: 'PENDING_VALIDATION', CreatedAt: DURING, NotAfter: undefined })
/** In its first seconds. */
export const UNOFFERED: Held = { ...PENDING, DomainValidationOptions: [{ DomainName: HOST }] }

export function arn(id: string): string {
  return `arn:aws:acm:us-east-1:000000000000:certificate/${id}`
}

function offering() {
  return { DomainName: HOST, ResourceRecord: OFFERED }
}

/** These certificates, the zone gigantic.io, and these records in it. Nothing that is written changes them. */
export function theCertificate(
  certificates: readonly Held[],
  records: readonly ResourceRecordSet[] = [],
  hostedZones: Stack['hostedZones'] = [],
) {
  const acmClient = new ACMClient({ region: 'us-east-1' })
  const acm = mockAcm(acmClient)
  const { route53, route53Client } = theHostedZone(records)
  holding(acm, certificates)
  acm.on(RequestCertificateCommand).resolves({ CertificateArn: arn('new') })
  acm.on(AddTagsToCertificateCommand).resolves({})
  acm.on(RemoveTagsFromCertificateCommand).resolves({})
  acm.on(DeleteCertificateCommand).resolves({})
  const certificate = certificateResource(
    { acm: acmClient, route53Of: () => route53Client },
    { ...STACK, hostedZones },
  )
  return { acm, route53, certificate }
}

function mockAcm(client: ACMClient) {
  return mockClient(client)
}

/** One a page. */
export function holding(acm: ReturnType<typeof mockAcm>, certificates: readonly Held[]): void {
  const listed = certificates.filter(({ isListed = true }) => isListed)
  const find = (wanted: string | undefined) => {
    const found = certificates.find(({ CertificateArn }) => CertificateArn === wanted)
    if (found === undefined) throw NO_CERTIFICATE
    return found
  }
  acm.on(ListCertificatesCommand).callsFake(async ({ NextToken = '0' }) => {
    const next = Number(NextToken) + 1
    const CertificateSummaryList = listed.slice(next - 1, next).map(summaryOf)
    return { CertificateSummaryList, ...(next < listed.length && { NextToken: String(next) }) }
  })
  acm.on(DescribeCertificateCommand).callsFake(async ({ CertificateArn }) => {
    const { tags, isListed, ...Certificate } = find(CertificateArn)
    return { Certificate }
  })
  acm.on(ListTagsForCertificateCommand).callsFake(async ({ CertificateArn }) => ({
    Tags: find(CertificateArn).tags ?? [],
  }))
}

function summaryOf({ CertificateArn, DomainName, SubjectAlternativeNames }: Held): CertificateSummary {
  return {
    CertificateArn,
    DomainName,
    ...(SubjectAlternativeNames && { SubjectAlternativeNameSummaries: SubjectAlternativeNames }),
  }
}

export const NO_CERTIFICATE = refusal('ResourceNotFoundException', 'Could not find certificate')

export const LIST = [
  'ListCertificates',
  {
    Includes: {
      keyTypes: [
        'RSA_1024',
        'RSA_2048',
        'RSA_3072',
        'RSA_4096',
        'EC_prime256v1',
        'EC_secp384r1',
        'EC_secp521r1',
      ],
    },
  },
]
export const FIND_RECORD = ['ListResourceRecordSets', { HostedZoneId: 'Z1', StartRecordName: `_x1.${HOST}` }]

export function readOf(CertificateArn: string) {
  return [
    ['DescribeCertificate', { CertificateArn }],
    ['ListTagsForCertificate', { CertificateArn }],
  ]
}

/** `replaced`: the ARN of the one that failed. */
export function requestOf(replaced = '') {
  return [
    'RequestCertificate',
    {
      DomainName: HOST,
      ValidationMethod: 'DNS',
      KeyAlgorithm: 'RSA_2048',
      IdempotencyToken: certificateToken(STACK, `https://${HOST}`, replaced),
      Tags: TAG_LIST,
    },
  ]
}

export function changeOf(Action: 'CREATE' | 'DELETE', ResourceRecordSet: ResourceRecordSet) {
  return [
    'ChangeResourceRecordSets',
    { HostedZoneId: 'Z1', ChangeBatch: { Changes: [{ Action, ResourceRecordSet }] } },
  ]
}

export const NOT_OURS: [string, Tag[]][] = [['without tags', []], ...TAGS_OF_OTHERS]
