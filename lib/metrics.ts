/** What is measured, as CloudWatch metrics in the functions' logs (Embedded Metric Format). */
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics'
import type { OutboundDetail, OutboundName } from './events/names.ts'

export const SERVICE = 'irsa-provisioner'

/** One in each function; what an invocation stored is published at its end. */
export const metrics = new Metrics({ serviceName: SERVICE, namespace: 'IrsaProvisioner' })

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
