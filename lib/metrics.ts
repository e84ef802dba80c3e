/** What is measured, as CloudWatch metrics in the functions' logs (Embedded Metric Format). */
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics'
import type { OutboundDetail, OutboundName } from './events/names.ts'
import type { ClusterCertificate } from './measure.ts'
import type { QuotaName, QuotaUse } from './quotas.ts'

/** One in each function; what an invocation stored is published at its end. The dimension `service` is the stack's name. */
export const metrics = new Metrics({ namespace: 'IrsaProvisioner' })

/** Every outbound event is a metric by its name without spaces: `RoleReady`. A run that failed is counted by step and error too. */
export function countPublished<Name extends OutboundName>(name: Name, detail: OutboundDetail<Name>): void {
  const metric = name.replaceAll(' ', '')
  metrics.addMetric(metric, MetricUnit.Count, 1)
  if (!('step' in detail)) return
  const { step, error } = detail
  const [errorName = error] = error.split(':')
  const byCause = metrics.singleMetric()
  byCause.addDimensions({ step, error: errorName })
  byCause.addMetric(metric, MetricUnit.Count, 1)
}

/** From the start of the cluster's execution, waits and redrives included. */
export function measureTimeToIssuerReady(startedAt: string, now: Date): void {
  metrics.addMetric('TimeToIssuerReady', MetricUnit.Seconds, (now.getTime() - Date.parse(startedAt)) / 1000)
}

/** Roles that are tried again, by why. */
export function countRoleRetry(error: string): void {
  metrics.addMetric('RoleRetry', MetricUnit.Count, 1)
  const byCause = metrics.singleMetric()
  byCause.addDimension('error', error)
  byCause.addMetric('RoleRetry', MetricUnit.Count, 1)
  if (error === 'Throttled') countThrottled()
}

/** A call that AWS refused for its rate, after the SDK had tried it three times. Which one it was says the log. */
export function countThrottled(): void {
  metrics.addMetric('Throttled', MetricUnit.Count, 1)
}

/** How much of a quota is used, in percent: 100 is all of it. */
export function measureQuota(quota: QuotaName, { used, allowed }: QuotaUse): void {
  const byQuota = metrics.singleMetric()
  byQuota.addDimension('quota', quota)
  byQuota.addMetric('QuotaUsed', MetricUnit.Percent, (100 * used) / allowed)
}

/** By cluster; and of all clusters together, whose minimum an alarm can watch. */
export function measureCertificate({ cluster, daysLeft }: ClusterCertificate): void {
  metrics.addMetric('CertificateDaysLeft', MetricUnit.NoUnit, daysLeft)
  const byCluster = metrics.singleMetric()
  byCluster.addDimension('cluster', cluster)
  byCluster.addMetric('CertificateDaysLeft', MetricUnit.NoUnit, daysLeft)
}

/** Of the request that has waited the longest for an approver. */
export function measureWaiting(seconds: number): void {
  metrics.addMetric('TimeWaitingForApproval', MetricUnit.Seconds, seconds)
}
