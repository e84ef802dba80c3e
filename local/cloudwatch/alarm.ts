/** An alarm, and what state it is in now. */
import type { ComparisonOperator, PutMetricAlarmInput, StateValue } from '@aws-sdk/client-cloudwatch'
import { type MetricId, type SeriesStore, valuesBetween } from './series.ts'
import { statNamed } from './statistics.ts'

export interface Alarm {
  readonly account: string
  readonly region: string
  readonly arn: string
  /** As it was put, checked. */
  input: AlarmInput
  /** That it watches. */
  metric: MetricId
  configuredAt: Date
  state: StateValue
  reason: string
  updatedAt: Date
  transitionedAt: Date
  readonly history: HistoryItem[]
}

export interface HistoryItem {
  readonly at: Date
  readonly kind: 'ConfigurationUpdate' | 'StateUpdate'
  readonly summary: string
}

export type AlarmInput = PutMetricAlarmInput & {
  readonly AlarmName: string
  readonly Namespace: string
  readonly MetricName: string
  readonly Statistic: string
  readonly Period: number
  readonly EvaluationPeriods: number
  readonly Threshold: number
  readonly ComparisonOperator: keyof typeof COMPARISONS
}

/** Anomaly bands are not here. */
export const COMPARISONS = {
  GreaterThanThreshold: [(value: number, threshold: number) => value > threshold, 'greater than'],
  GreaterThanOrEqualToThreshold: [
    (value: number, threshold: number) => value >= threshold,
    'greater than or equal to',
  ],
  LessThanThreshold: [(value: number, threshold: number) => value < threshold, 'less than'],
  LessThanOrEqualToThreshold: [
    (value: number, threshold: number) => value <= threshold,
    'less than or equal to',
  ],
} as const satisfies Partial<Record<ComparisonOperator, unknown>>

/** Periods end now, so that local mode need not wait for the minute to be over. */
export function evaluate(store: SeriesStore, alarm: Alarm, now: Date): void {
  const { Statistic, Period, EvaluationPeriods } = alarm.input
  const series = store.find(alarm.metric)
  const stat = statNamed(Statistic)
  const data = Array.from({ length: EvaluationPeriods }, (_, index) => {
    const end = now.getTime() - index * Period * 1000
    const values = valuesBetween(series, end - Period * 1000, end)
    return values.length === 0 ? undefined : stat(values)
  })
  const { state, reason } = judge(alarm, data)
  change(alarm, state, reason, now)
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html */
function judge({ input, state, reason }: Alarm, data: readonly (number | undefined)[]): Judgement {
  const {
    Threshold,
    EvaluationPeriods,
    DatapointsToAlarm = EvaluationPeriods,
    TreatMissingData = 'missing',
  } = input
  const [crosses, words] = COMPARISONS[input.ComparisonOperator]
  const known = data.filter((value) => value !== undefined)
  const missing = data.length - known.length
  if (known.length === 0 && TreatMissingData === 'ignore') return { state, reason }
  if (known.length === 0 && TreatMissingData === 'missing')
    return { state: 'INSUFFICIENT_DATA', reason: `Insufficient Data: ${missing} datapoints were unknown.` }
  const crossing = known.filter((value) => crosses(value, Threshold)).length
  const counted = crossing + (TreatMissingData === 'breaching' ? missing : 0)
  const given =
    known.length === 0
      ? `no datapoints were received for ${missing} periods`
      : `${crossing} of ${known.length} datapoints [${known.join(', ')}] were ${words} the threshold (${Threshold})`
  return { state: counted >= DatapointsToAlarm ? 'ALARM' : 'OK', reason: `Threshold Crossed: ${given}.` }
}

interface Judgement {
  readonly state: StateValue
  readonly reason: string
}

/** Nothing, if it is in that state already. */
export function change(alarm: Alarm, state: StateValue, reason: string, now: Date): void {
  if (alarm.state === state) return
  alarm.history.push({
    at: now,
    kind: 'StateUpdate',
    summary: `Alarm updated from ${alarm.state} to ${state}`,
  })
  Object.assign(alarm, { state, reason, updatedAt: now, transitionedAt: now })
}
