/** What only looking tells: the share of each quota that is used, and the days that certificates have left. */
import { type CloudFrontClients, cloudFrontLists } from './aws/cloudfront-lists.ts'
import type { Stack } from './aws/stack.ts'
import { type CertificateDays, certificateDays } from './certificate-days.ts'
import { type Counting, type QuotaName, type QuotaUse, quotasOf, readQuotaUse } from './quotas.ts'
import { clusterHostedAs } from './registry/hosted-as.ts'
import type { Table } from './registry/table.ts'

export interface Measuring extends Pick<Counting, 'iam' | 's3' | 'serviceQuotas'>, CloudFrontClients {
  readonly stack: Stack
  readonly table: Table
  readonly onQuota: (name: QuotaName, use: QuotaUse) => void
  readonly onCertificate: (certificate: ClusterCertificate) => void
  readonly now: () => Date
}

export interface ClusterCertificate extends Pick<CertificateDays, 'daysLeft'> {
  readonly cluster: string
}

/** What can be measured is, whatever else cannot: the first failure is thrown at the end. */
export async function measure(measuring: Measuring): Promise<void> {
  const { stack, table, onQuota, onCertificate, now } = measuring
  const counting = { ...measuring, ...cloudFrontLists(measuring, stack) }
  const measureQuota = async (name: QuotaName) => onQuota(name, await readQuotaUse(counting, name))
  const measureCertificates = async () => {
    const lists = await Promise.all([counting.distributions, counting.certificates])
    for (const { hostedAs, daysLeft } of certificateDays(stack, ...lists, now()))
      onCertificate({ cluster: await clusterHostedAs(table, hostedAs), daysLeft })
  }
  const measured = await Promise.allSettled([...quotasOf(stack).map(measureQuota), measureCertificates()])
  for (const one of measured) if (one.status === 'rejected') throw one.reason
}
