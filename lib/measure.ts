/** What only looking tells: the share of each quota that is used, and the days that certificates have left. */
import type { ACMClient } from '@aws-sdk/client-acm'
import type { CloudFrontClient } from '@aws-sdk/client-cloudfront'
import { listCertificates } from './aws/certificates.ts'
import { listDistributions } from './aws/distributions.ts'
import type { Stack } from './aws/stack.ts'
import { type CertificateDays, certificateDays } from './certificate-days.ts'
import { type Counting, QUOTAS, type QuotaName, type QuotaUse, readQuotaUse } from './quotas.ts'

export interface Measuring extends Pick<Counting, 'iam' | 's3' | 'serviceQuotas'> {
  readonly stack: Stack
  readonly acm: ACMClient
  readonly cloudFront: CloudFrontClient
  readonly onQuota: (name: QuotaName, use: QuotaUse) => void
  readonly onCertificate: (certificate: CertificateDays) => void
  readonly now: () => Date
}

/** What can be measured is, whatever else cannot: the first failure is thrown at the end. */
export async function measure(measuring: Measuring): Promise<void> {
  const { stack, acm, cloudFront, onQuota, onCertificate, now } = measuring
  const counting = {
    ...measuring,
    certificates: listCertificates(acm),
    distributions: listDistributions(cloudFront),
  }
  const measureQuota = async (name: QuotaName) => onQuota(name, await readQuotaUse(counting, name))
  const measureCertificates = async () => {
    const lists = await Promise.all([counting.distributions, counting.certificates])
    for (const certificate of certificateDays(stack, ...lists, now())) onCertificate(certificate)
  }
  const measured = await Promise.allSettled([...QUOTAS.map(measureQuota), measureCertificates()])
  for (const one of measured) if (one.status === 'rejected') throw one.reason
}
