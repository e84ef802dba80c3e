/** What only looking tells: the share of each quota that is used, and the days that certificates have left. */
import { type CloudFrontClients, cloudFrontLists } from './aws/cloudfront-lists.ts'
import type { Stack } from './aws/stack.ts'
import { type CertificateDays, certificateDays } from './certificate-days.ts'
import { type Counting, type QuotaName, type QuotaUse, quotasOf, readQuotaUse } from './quotas.ts'

export interface Measuring extends Pick<Counting, 'iam' | 's3' | 'serviceQuotas'>, CloudFrontClients {
  readonly stack: Stack
  readonly onQuota: (name: QuotaName, use: QuotaUse) => void
  readonly onCertificate: (certificate: CertificateDays) => void
  readonly now: () => Date
}

/** What can be measured is, whatever else cannot: the first failure is thrown at the end. */
export async function measure(measuring: Measuring): Promise<void> {
  const { stack, onQuota, onCertificate, now } = measuring
  const counting = { ...measuring, ...cloudFrontLists(measuring, stack) }
  const measureQuota = async (name: QuotaName) => onQuota(name, await readQuotaUse(counting, name))
  const measureCertificates = async () => {
    const lists = await Promise.all([counting.distributions, counting.certificates])
    for (const certificate of certificateDays(stack, ...lists, now())) onCertificate(certificate)
  }
  const measured = await Promise.allSettled([...quotasOf(stack).map(measureQuota), measureCertificates()])
  for (const one of measured) if (one.status === 'rejected') throw one.reason
}
