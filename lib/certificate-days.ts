/** How long the certificates that issuers are served with are still valid. */
import type { CertificateSummary } from '@aws-sdk/client-acm'
import type { DistributionSummary } from '@aws-sdk/client-cloudfront'
import { hasOriginAccessControl } from './aws/distributions.ts'
import { clusterOfComment } from './aws/names.ts'
import type { Stack } from './aws/stack.ts'

export interface CertificateDays {
  /** Of the issuer that it is served for. */
  readonly hostedAs: string
  /** Below 0 once it has expired. */
  readonly daysLeft: number
}

/**
 * Pure. Of every distribution behind the stack's origin access control, so that what counts is the certificate that is
 * served and not the one that the registry remembers.
 */
export function certificateDays(
  stack: Pick<Stack, 'name' | 'stage' | 'originAccessControlId'>,
  distributions: readonly DistributionSummary[],
  certificates: readonly CertificateSummary[],
  now: Date,
): CertificateDays[] {
  const expiry = new Map(certificates.map(({ CertificateArn, NotAfter }) => [CertificateArn, NotAfter]))
  return distributions
    .filter((distribution) => hasOriginAccessControl(distribution, stack))
    .flatMap(({ Comment = '', ViewerCertificate }) => {
      const hostedAs = clusterOfComment(stack, Comment)
      const notAfter = expiry.get(ViewerCertificate?.ACMCertificateArn)
      if (hostedAs === undefined || notAfter === undefined) return []
      return { hostedAs, daysLeft: (notAfter.getTime() - now.getTime()) / MILLISECONDS_A_DAY }
    })
}

const MILLISECONDS_A_DAY = 86_400_000
