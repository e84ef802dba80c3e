/** Certificates: describe, list, delete. */
import type {
  CertificateDetail,
  CertificateSummary,
  DeleteCertificateRequest,
  DescribeCertificateRequest,
  DomainStatus,
  DomainValidation,
  ListCertificatesRequest,
} from '@aws-sdk/client-acm'
import { AwsError } from '../errors.ts'
import { pageAfter } from '../paging.ts'
import { type Call, operation } from '../service.ts'
import { refuseMembers } from '../unsupported.ts'
import { type Certificate, type Certificates, certificateAsk, findCertificate } from './certificate.ts'
import { validationRecord } from './validation-record.ts'

/** ARNs of what a certificate is associated with. */
export type InUseBy = (certificateArn: string) => readonly string[]

export function certificateOperations(certificates: Certificates, inUseBy: InUseBy) {
  return {
    DescribeCertificate: operation<DescribeCertificateRequest, { Certificate: Detail }>({
      run: (input, call) => {
        const certificate = findCertificate(certificates, input.CertificateArn, call)
        return { Certificate: describeCertificate(certificate, inUseBy(certificate.arn)) }
      },
      asks: (input) => [certificateAsk(certificates, 'acm:DescribeCertificate', input.CertificateArn)],
    }),
    ListCertificates: operation<ListCertificatesRequest, List>({
      run: (input, call) => listCertificates(certificates, inUseBy, input, call),
      asks: () => [{ action: 'acm:ListCertificates', resource: '*' }],
    }),
    DeleteCertificate: operation<DeleteCertificateRequest, object>({
      run: (input, call) => {
        const { arn, account } = findCertificate(certificates, input.CertificateArn, call)
        if (inUseBy(arn).length > 0)
          throw new AwsError('ResourceInUseException', `Certificate ${arn} in account ${account} is in use.`)
        certificates.delete(arn)
        return {}
      },
      asks: (input) => [certificateAsk(certificates, 'acm:DeleteCertificate', input.CertificateArn)],
    }),
  }
}

// ACM takes RSA_2048 and answers RSA-2048, which is not in the SDK's enumeration.
type Detail = Omit<CertificateDetail, 'KeyAlgorithm'> & { readonly KeyAlgorithm: string }
type Summary = Omit<CertificateSummary, 'KeyAlgorithm'> & { readonly KeyAlgorithm: string }

interface List {
  readonly CertificateSummaryList: readonly Summary[]
  readonly NextToken?: string
}

function describeCertificate(certificate: Certificate, inUseBy: readonly string[]): Detail {
  const { validity, renewal } = certificate
  return {
    CertificateArn: certificate.arn,
    DomainName: certificate.domainName,
    SubjectAlternativeNames: [...certificate.names],
    DomainValidationOptions: validationOptions(certificate, domainStatus(certificate)),
    Subject: `CN=${certificate.domainName}`,
    Issuer: 'Amazon',
    CreatedAt: certificate.createdAt,
    Status: certificate.status,
    KeyAlgorithm: certificate.keyAlgorithm.replace('_', '-'),
    SignatureAlgorithm: certificate.keyAlgorithm === 'RSA_2048' ? 'SHA256WITHRSA' : 'SHA384WITHECDSA',
    InUseBy: [...inUseBy],
    ...(certificate.failureReason && { FailureReason: certificate.failureReason }),
    Type: 'AMAZON_ISSUED',
    ...(validity && {
      IssuedAt: validity.issuedAt,
      NotBefore: validity.notBefore,
      NotAfter: validity.notAfter,
      Serial: validity.serial,
      KeyUsages: [{ Name: 'DIGITAL_SIGNATURE' }, { Name: 'KEY_ENCIPHERMENT' }],
      ExtendedKeyUsages: [{ Name: 'TLS_WEB_SERVER_AUTHENTICATION', OID: '1.3.6.1.5.5.7.3.1' }],
    }),
    ...(renewal && {
      RenewalSummary: {
        RenewalStatus: renewal.status,
        DomainValidationOptions: validationOptions(
          certificate,
          renewal.status === 'SUCCESS' ? 'SUCCESS' : 'PENDING_VALIDATION',
        ),
        ...(renewal.reason && { RenewalStatusReason: renewal.reason }),
        UpdatedAt: renewal.updatedAt,
      },
    }),
    RenewalEligibility: inUseBy.length > 0 && validity ? 'ELIGIBLE' : 'INELIGIBLE',
    Options: {
      CertificateTransparencyLoggingPreference: certificate.transparencyLogging,
      Export: 'DISABLED',
    },
  }
}

function domainStatus({ status }: Certificate): DomainStatus {
  if (status === 'PENDING_VALIDATION') return 'PENDING_VALIDATION'
  return status === 'FAILED' || status === 'VALIDATION_TIMED_OUT' ? 'FAILED' : 'SUCCESS'
}

function validationOptions(certificate: Certificate, status: DomainStatus): DomainValidation[] {
  return certificate.names.map((name) => ({
    DomainName: name,
    ValidationDomain: name,
    ValidationStatus: status,
    ...(certificate.shown.validationRecord && {
      ResourceRecord: validationRecord(certificate.account, name),
    }),
    ValidationMethod: 'DNS',
  }))
}

// Without a filter only these two key types are listed.
// https://docs.aws.amazon.com/acm/latest/APIReference/API_Filters.html
const LISTED_BY_DEFAULT: readonly string[] = ['RSA_1024', 'RSA_2048']

function listCertificates(
  certificates: Certificates,
  inUseBy: InUseBy,
  input: ListCertificatesRequest,
  call: Call,
): List {
  refuseMembers('ListCertificates', input, ['SortBy', 'SortOrder', 'CertificateKeyPairOrigins'])
  refuseMembers('ListCertificates', input.Includes ?? {}, [
    'extendedKeyUsage',
    'keyUsage',
    'exportOption',
    'managedBy',
  ])
  const keyTypes: readonly string[] = input.Includes?.keyTypes ?? LISTED_BY_DEFAULT
  const statuses = input.CertificateStatuses
  const size = input.MaxItems ?? 1000
  if (size < 1 || size > 1000)
    throw new AwsError('ValidationException', `Value '${size}' at 'maxItems' must be between 1 and 1000`)
  const listed = [...certificates.values()]
    .filter((one) => one.account === call.principal.account && one.region === call.region)
    .filter((one) => one.shown.listed && keyTypes.includes(one.keyAlgorithm))
    .filter((one) => !statuses?.length || statuses.includes(one.status))
    .sort((a, b) => (a.arn < b.arn ? -1 : 1))
  const after = input.NextToken && Buffer.from(input.NextToken, 'base64url').toString()
  const page = pageAfter(listed, (one) => one.arn, after, size)
  return {
    CertificateSummaryList: page.items.map((one) => summarize(one, inUseBy(one.arn).length > 0)),
    ...(page.next && { NextToken: Buffer.from(page.next).toString('base64url') }),
  }
}

function summarize(certificate: Certificate, inUse: boolean): Summary {
  const { validity } = certificate
  return {
    CertificateArn: certificate.arn,
    DomainName: certificate.domainName,
    SubjectAlternativeNameSummaries: [...certificate.names],
    HasAdditionalSubjectAlternativeNames: false,
    Status: certificate.status,
    Type: 'AMAZON_ISSUED',
    KeyAlgorithm: certificate.keyAlgorithm.replace('_', '-'),
    InUse: inUse,
    RenewalEligibility: inUse && validity ? 'ELIGIBLE' : 'INELIGIBLE',
    CreatedAt: certificate.createdAt,
    ...(validity && {
      KeyUsages: ['DIGITAL_SIGNATURE', 'KEY_ENCIPHERMENT'],
      ExtendedKeyUsages: ['TLS_WEB_SERVER_AUTHENTICATION'],
      IssuedAt: validity.issuedAt,
      NotBefore: validity.notBefore,
      NotAfter: validity.notAfter,
    }),
  }
}
