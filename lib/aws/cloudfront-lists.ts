/** What issuers are served with from CloudFront: lists of the whole account, whoever's it is. */
import type { ACMClient, CertificateSummary } from '@aws-sdk/client-acm'
import type { CloudFrontClient, DistributionSummary } from '@aws-sdk/client-cloudfront'
import { listCertificates } from './certificates.ts'
import { listDistributions } from './distributions.ts'
import { hasCloudFront } from './partitions.ts'
import type { Stack } from './stack.ts'

export interface CloudFrontLists {
  /** Of the region that CloudFront takes certificates from. */
  readonly certificates: Promise<readonly CertificateSummary[]>
  readonly distributions: Promise<readonly DistributionSummary[]>
}

export interface CloudFrontClients {
  readonly acm: ACMClient
  readonly cloudFront: CloudFrontClient
}

/** Each is asked for once, and fails by itself. Where CloudFront serves no issuers both are empty, and nobody is asked. */
export function cloudFrontLists(
  { acm, cloudFront }: CloudFrontClients,
  { partition }: Pick<Stack, 'partition'>,
): CloudFrontLists {
  if (!hasCloudFront(partition)) return { certificates: NONE, distributions: NONE }
  return { certificates: listCertificates(acm), distributions: listDistributions(cloudFront) }
}

const NONE: Promise<readonly []> = Promise.resolve([])
