/** What was measured, by metric: account, region, namespace, name and dimensions. */
import type { Dimension } from '@aws-sdk/client-cloudwatch'
import type { Clock } from '../clock.ts'
import type { Measured, MetricsView } from '../world.ts'
import { readEmbedded } from './embedded.ts'

export interface Series extends Omit<Measured, 'values' | 'time'> {
  /** In the order of arrival. */
  points: Point[]
}

interface Point {
  /** Milliseconds. */
  readonly time: number
  readonly value: number
}

export type MetricId = Pick<Measured, 'account' | 'region' | 'namespace' | 'name' | 'dimensions'>

export interface SeriesStore {
  readonly view: MetricsView
  /** Those of an account and region, with what is sampled only when somebody looks. */
  readonly list: (account: string, region: string) => Series[]
  readonly find: (metric: MetricId) => Series | undefined
}

/** Data of one minute are kept for 15 days: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html */
const KEPT_MILLISECONDS = 15 * 86_400_000

/** `onPut` hears of every metric that has a new value. */
export function createSeries(clock: Clock, onPut: (metric: MetricId) => void): SeriesStore {
  const all = new Map<string, Series>()
  const sources: (() => readonly Measured[])[] = []

  function add({ values, time, ...metric }: Measured): void {
    const series = all.get(keyOf(metric)) ?? { ...metric, points: [] }
    all.set(keyOf(metric), series)
    const oldest = clock.now().getTime() - KEPT_MILLISECONDS
    if ((series.points[0]?.time ?? oldest) < oldest)
      series.points = series.points.filter((point) => point.time >= oldest)
    for (const value of values) series.points.push({ time: time.getTime(), value })
  }

  function sample(): void {
    for (const source of sources) for (const measured of source()) add(measured)
  }

  function put(measured: Measured): void {
    add(measured)
    onPut(measured)
  }

  return {
    view: {
      put,
      putEmbedded: (line, where) => readEmbedded(line, where).forEach(put),
      sample: (source) => void sources.push(source),
    },
    list(account, region) {
      sample()
      return [...all.values()].filter((one) => one.account === account && one.region === region)
    },
    find: (metric) => all.get(keyOf(metric)),
  }
}

/** Of the values from `start` (excluded) to `end`, both in milliseconds. */
export function valuesBetween(series: Series | undefined, start: number, end: number): number[] {
  const within = series?.points.filter(({ time }) => time > start && time <= end) ?? []
  return within.map(({ value }) => value)
}

export function dimensionMap(dimensions: readonly Dimension[] = []): Record<string, string> {
  return Object.fromEntries(dimensions.map(({ Name = '', Value = '' }) => [Name, Value]))
}

export function dimensionList(dimensions: Readonly<Record<string, string>>): Dimension[] {
  return Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }))
}

export function keyOf({ account, region, namespace, name, dimensions }: MetricId): string {
  const sorted = Object.entries(dimensions).toSorted(([one], [other]) => (one < other ? -1 : 1))
  return JSON.stringify([account, region, namespace, name, sorted])
}
