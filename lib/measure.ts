/** What only looking tells: the share of each quota that is used, the days that certificates have left, and how long requests wait. */
import { type CloudFrontClients, cloudFrontLists } from './aws/cloudfront-lists.ts'
import type { Stack } from './aws/stack.ts'
import { type CertificateDays, certificateDays } from './certificate-days.ts'
import { waitingRequests } from './ops/waiting.ts'
import { type Counting, type QuotaName, type QuotaUse, quotasOf, readQuotaUse } from './quotas.ts'
import { isGoing, listClusters } from './registry/cluster-record.ts'
import { clusterHostedAs } from './registry/hosted-as.ts'
import type { Table } from './registry/table.ts'

export interface Measuring extends Pick<Counting, 'iam' | 's3' | 'serviceQuotas'>, CloudFrontClients {
  readonly stack: Stack
  readonly table: Table
  readonly onQuota: (name: QuotaName, use: QuotaUse) => void
  readonly onCertificate: (certificate: ClusterCertificate) => void
  /** Of the request that has waited the longest for an approver; 0 when none waits. */
  readonly onWaiting: (seconds: number) => void
  readonly now: () => Date
}

export interface ClusterCertificate extends Pick<CertificateDays, 'daysLeft'> {
  readonly cluster: string
}

/** What can be measured is, whatever else cannot: the first failure is thrown at the end. */
export async function measure(measuring: Measuring): Promise<void> {
  const { stack, table, onQuota, onCertificate, onWaiting, now } = measuring
  const counting = { ...measuring, ...cloudFrontLists(measuring, stack) }
  const measureQuota = async (name: QuotaName) => onQuota(name, await readQuotaUse(counting, name))
  const measureCertificates = async () => {
    const lists = await Promise.all([counting.distributions, counting.certificates])
    for (const { hostedAs, daysLeft } of certificateDays(stack, ...lists, now()))
      onCertificate({ cluster: await clusterHostedAs(table, hostedAs), daysLeft })
  }
  const measured = await Promise.allSettled([
    ...quotasOf(stack).map(measureQuota),
    measureCertificates(),
    longestWait(table, now()).then(onWaiting),
  ])
  for (const one of measured) if (one.status === 'rejected') throw one.reason
}

/** In seconds. Requests of clusters that go are nobody's to decide on any more. */
async function longestWait(table: Table, now: Date): Promise<number> {
  const clusters: string[] = []
  for await (const record of listClusters(table)) if (!isGoing(record)) clusters.push(record.desired.cluster)
  const [oldest] = await waitingRequests(table, clusters)
  return oldest === undefined ? 0 : (now.getTime() - Date.parse(oldest.since)) / 1000
}
