/** What ACM keeps of a certificate. Private keys and the certificates themselves do not exist in local mode. */
import type { CertificateStatus, FailureReason, RenewalStatus } from '@aws-sdk/client-acm'
import { isArn, parseArn } from '../arn.ts'
import { AwsError } from '../errors.ts'
import type { Ask, Call } from '../service.ts'
import { resourceTagContext, type Tags } from '../tags.ts'

export interface Certificate {
  readonly arn: string
  readonly account: string
  readonly region: string
  readonly domainName: string
  /** The domain name first, then the further subject alternative names; all in lower case. */
  readonly names: readonly string[]
  readonly keyAlgorithm: KeyAlgorithm
  readonly transparencyLogging: 'ENABLED' | 'DISABLED'
  readonly createdAt: Date
  readonly idempotencyToken: string | undefined
  tags: Tags
  status: CertificateStatus
  failureReason: FailureReason | undefined
  validity: Validity | undefined
  renewal: Renewal | undefined
  /** A request takes some seconds to show in DescribeCertificate, in lists, and with its validation record. */
  shown: { described: boolean; listed: boolean; validationRecord: boolean }
}

export type KeyAlgorithm = 'RSA_2048' | 'EC_prime256v1' | 'EC_secp384r1'

export interface Validity {
  readonly issuedAt: Date
  readonly notBefore: Date
  readonly notAfter: Date
  readonly serial: string
}

export interface Renewal {
  readonly status: RenewalStatus
  readonly reason: FailureReason | undefined
  readonly updatedAt: Date
}

/** By ARN. */
export type Certificates = Map<string, Certificate>

/** Throws `InvalidArnException`, or `ResourceNotFoundException` also while the request is too young. */
export function findCertificate(
  certificates: Certificates,
  arn: string | undefined,
  call: Call,
): Certificate {
  if (!arn || !isArn(arn) || !/^certificate\/./.test(parseArn(arn).resource))
    throw new AwsError('InvalidArnException', `Invalid ARN: ${arn}`)
  const certificate = certificates.get(arn)
  const { account } = call.principal
  if (!certificate?.shown.described || certificate.account !== account || certificate.region !== call.region)
    throw new AwsError(
      'ResourceNotFoundException',
      `Could not find certificate ${arn} in account ${account}.`,
    )
  return certificate
}

export function certificateAsk(
  certificates: Certificates,
  action: string,
  arn: string | undefined,
  context: Ask['context'] = {},
): Ask {
  const owner = arn && isArn(arn) ? parseArn(arn).account : undefined
  return {
    action,
    resource: arn ?? '*',
    context: { ...resourceTagContext(certificates.get(arn ?? '')?.tags), ...context },
    ...(owner && { owner }),
  }
}
