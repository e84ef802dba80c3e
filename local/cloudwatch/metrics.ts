/** Metrics: put, listed, and their statistics. */
import type {
  Datapoint,
  Dimension,
  GetMetricDataInput,
  GetMetricDataOutput,
  GetMetricStatisticsInput,
  GetMetricStatisticsOutput,
  ListMetricsInput,
  ListMetricsOutput,
  MetricDataQuery,
  MetricDataResult,
  PutMetricDataInput,
} from '@aws-sdk/client-cloudwatch'
import type { Clock } from '../clock.ts'
import { pageAfter } from '../paging.ts'
import { type Call, operation } from '../service.ts'
import { refuseMembers } from '../unsupported.ts'
import { invalid } from './alarm-input.ts'
import { dimensionList, dimensionMap, keyOf, type Series, type SeriesStore, valuesBetween } from './series.ts'
import { statNamed } from './statistics.ts'

export function metricOperations(clock: Clock, store: SeriesStore) {
  const find = (call: Call, metric: Sought) => {
    const where = { account: call.principal.account, region: call.region }
    // So that what is sampled is there.
    store.list(where.account, where.region)
    const { Namespace: namespace = '', MetricName: name = '', Dimensions } = metric
    return store.find({ ...where, namespace, name, dimensions: dimensionMap(Dimensions) })
  }
  return {
    PutMetricData: operation<PutMetricDataInput, object>({
      asks: ({ Namespace = '' }) => [
        { action: 'cloudwatch:PutMetricData', resource: '*', context: { 'cloudwatch:namespace': Namespace } },
      ],
      run(input, { principal, region }) {
        refuseMembers('PutMetricData', input, ['EntityMetricData'])
        const { Namespace: namespace = '', MetricData = [] } = input
        if (namespace.startsWith('AWS/')) throw invalid('The value AWS/ for parameter Namespace is reserved')
        for (const datum of MetricData) {
          refuseMembers('PutMetricData', datum, ['StatisticValues', 'Values', 'Counts', 'StorageResolution'])
          const { MetricName: name = '', Value, Unit: unit = 'None', Timestamp: time = clock.now() } = datum
          if (Value === undefined) throw invalid('A metric datum must have a value')
          const dimensions = dimensionMap(datum.Dimensions)
          const where = { account: principal.account, region }
          store.view.put({ ...where, namespace, name, dimensions, values: [Value], unit, time })
        }
        return {}
      },
    }),
    ListMetrics: operation<ListMetricsInput, ListMetricsOutput>({
      asks: () => [{ action: 'cloudwatch:ListMetrics', resource: '*' }],
      run(input, { principal, region }) {
        refuseMembers('ListMetrics', input, ['RecentlyActive', 'IncludeLinkedAccounts', 'OwningAccount'])
        const found = store
          .list(principal.account, region)
          .filter(matching(input))
          .toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1))
        const { items, next } = pageAfter(found, keyOf, input.NextToken, MOST_METRICS)
        const Metrics = items.map(({ namespace, name, dimensions }) => ({
          Namespace: namespace,
          MetricName: name,
          Dimensions: dimensionList(dimensions),
        }))
        return next === undefined ? { Metrics } : { Metrics, NextToken: next }
      },
    }),
    GetMetricStatistics: operation<GetMetricStatisticsInput, GetMetricStatisticsOutput>({
      asks: () => [{ action: 'cloudwatch:GetMetricStatistics', resource: '*' }],
      run(input, call) {
        const { Statistics = [], ExtendedStatistics = [] } = input
        if (Statistics.length + ExtendedStatistics.length === 0)
          throw invalid('The parameter Statistics or ExtendedStatistics is required')
        const series = find(call, input)
        const Datapoints = periods(series, input).map(
          ({ Timestamp, values }): Datapoint => ({
            Timestamp,
            Unit: series?.unit as Datapoint['Unit'],
            ...Object.fromEntries(Statistics.map((name) => [name, statNamed(name)(values)])),
            ...(ExtendedStatistics.length > 0 && {
              ExtendedStatistics: Object.fromEntries(
                ExtendedStatistics.map((name) => [name, statNamed(name)(values)]),
              ),
            }),
          }),
        )
        return { Label: input.MetricName, Datapoints }
      },
    }),
    GetMetricData: operation<GetMetricDataInput, GetMetricDataOutput>({
      asks: () => [{ action: 'cloudwatch:GetMetricData', resource: '*' }],
      run(input, call) {
        refuseMembers('GetMetricData', input, ['LabelOptions', 'MaxDatapoints', 'NextToken'])
        const result = (query: MetricDataQuery): MetricDataResult => {
          refuseMembers('GetMetricData', query, ['Expression', 'AccountId'])
          const { Metric = {}, Period, Stat = '' } = query.MetricStat ?? {}
          const data = periods(find(call, Metric), { ...input, Period })
          if (input.ScanBy !== 'TimestampAscending') data.reverse()
          return {
            Id: query.Id,
            Label: query.Label ?? Metric.MetricName,
            Timestamps: data.map(({ Timestamp }) => Timestamp),
            Values: data.map(({ values }) => statNamed(Stat)(values)),
            StatusCode: 'Complete',
          }
        }
        return { MetricDataResults: (input.MetricDataQueries ?? []).map(result), Messages: [] }
      },
    }),
  }
}

const MOST_METRICS = 500

interface Sought {
  readonly Namespace?: string | undefined
  readonly MetricName?: string | undefined
  readonly Dimensions?: Dimension[] | undefined
}

interface Range {
  readonly StartTime?: Date | undefined
  readonly EndTime?: Date | undefined
  readonly Period?: number | undefined
}

/** Those with a value, each by its beginning, which is a multiple of the period. */
function periods(
  series: Series | undefined,
  { StartTime = new Date(0), EndTime = new Date(0), Period = 0 }: Range,
): { readonly Timestamp: Date; readonly values: readonly number[] }[] {
  if (Period < 1) throw invalid('Period must be at least 1')
  if (StartTime >= EndTime) throw invalid('The parameter StartTime must be less than the parameter EndTime.')
  const length = Period * 1000
  const within = valuesAt(series, StartTime, EndTime)
  const starts = new Set(within.map((time) => Math.floor(time / length) * length))
  return (
    [...starts]
      .toSorted((one, other) => one - other)
      // A value at the very beginning belongs to the period.
      .map((start) => ({
        Timestamp: new Date(start),
        values: valuesBetween(series, start - 1, start + length - 1),
      }))
  )
}

function valuesAt(series: Series | undefined, start: Date, end: Date): number[] {
  const times = series?.points.map(({ time }) => time) ?? []
  return times.filter((time) => time >= start.getTime() && time < end.getTime())
}

function matching({ Namespace, MetricName, Dimensions = [] }: ListMetricsInput) {
  return ({ namespace, name, dimensions }: Series) =>
    (Namespace === undefined || namespace === Namespace) &&
    (MetricName === undefined || name === MetricName) &&
    Dimensions.every(
      ({ Name = '', Value }) =>
        dimensions[Name] !== undefined && (Value === undefined || dimensions[Name] === Value),
    )
}
