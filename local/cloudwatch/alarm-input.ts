/** What PutMetricAlarm takes: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
import type { PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch'
import { AwsError, NotInLocalMode } from '../errors.ts'
import { refuseMembers } from '../unsupported.ts'
import { type AlarmInput, COMPARISONS } from './alarm.ts'

/** Throws AwsError (ValidationError), and NotInLocalMode for alarms on anything but one metric. */
export function checkAlarm(input: PutMetricAlarmInput): AlarmInput {
  refuseMembers('PutMetricAlarm', input, ABSENT)
  const {
    AlarmName,
    Namespace,
    MetricName,
    Statistic,
    Period,
    EvaluationPeriods,
    Threshold,
    ComparisonOperator,
  } = input
  if (!AlarmName || AlarmName.length > 255) throw invalid('AlarmName must have 1 to 255 characters')
  if (!Namespace || !MetricName)
    throw invalid('Namespace and MetricName are required for an alarm on one metric')
  if (Statistic === undefined)
    throw invalid('Exactly one of Statistic and ExtendedStatistic must be specified')
  if (!STATISTICS.has(Statistic))
    throw invalid(`Statistic ${Statistic} is none of ${[...STATISTICS].join(', ')}`)
  if (Threshold === undefined)
    throw invalid('Threshold is required for an alarm that is no anomaly detection')
  if (Period === undefined || Period < 10 || (Period % 60 !== 0 && ![10, 20, 30].includes(Period)))
    throw invalid('Period must be 10, 20, 30 or a multiple of 60')
  if (EvaluationPeriods === undefined || EvaluationPeriods < 1)
    throw invalid('EvaluationPeriods must be at least 1')
  if (Period * EvaluationPeriods > (Period < 3600 ? DAY_SECONDS : 7 * DAY_SECONDS))
    throw invalid(
      'Metrics cannot be checked across more than a day (EvaluationPeriods * Period), or a week with periods of an hour',
    )
  checkTreatment(input)
  if ((input.Dimensions ?? []).length > 30) throw invalid('Dimensions must have at most 30 members')
  if ((input.AlarmDescription ?? '').length > 1024)
    throw invalid('AlarmDescription must have at most 1024 characters')
  if (ComparisonOperator === undefined || !isComparison(ComparisonOperator))
    throw new NotInLocalMode(`PutMetricAlarm with ComparisonOperator ${ComparisonOperator}`)
  return {
    ...input,
    AlarmName,
    Namespace,
    MetricName,
    Statistic,
    Period,
    EvaluationPeriods,
    Threshold,
    ComparisonOperator,
  }
}

const ABSENT: readonly (keyof PutMetricAlarmInput & string)[] = [
  'Metrics',
  'ExtendedStatistic',
  'EvaluateLowSampleCountPercentile',
  'ThresholdMetricId',
  'Tags',
  'EvaluationWindow',
  'WarmUpConfiguration',
  'EvaluationCriteria',
  'EvaluationInterval',
  'ActionConfiguration',
]

const STATISTICS: ReadonlySet<string> = new Set(['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'])
const TREATMENTS: ReadonlySet<string> = new Set(['breaching', 'notBreaching', 'ignore', 'missing'])
const DAY_SECONDS = 86_400

function checkTreatment({
  TreatMissingData,
  DatapointsToAlarm,
  EvaluationPeriods = 1,
}: PutMetricAlarmInput): void {
  if (TreatMissingData !== undefined && !TREATMENTS.has(TreatMissingData))
    throw invalid(`TreatMissingData must be one of ${[...TREATMENTS].join(', ')}`)
  if (DatapointsToAlarm !== undefined && (DatapointsToAlarm < 1 || DatapointsToAlarm > EvaluationPeriods))
    throw invalid('DatapointsToAlarm must be from 1 to EvaluationPeriods')
}

function isComparison(operator: string): operator is keyof typeof COMPARISONS {
  return Object.hasOwn(COMPARISONS, operator)
}

export function invalid(message: string): AwsError {
  return new AwsError('ValidationError', message)
}
