/** Statistics of values: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html */
import { NotInLocalMode } from '../errors.ts'

export type Stat = (values: readonly number[]) => number

/** Of no empty list. Throws NotInLocalMode for what is neither one of the five nor a percentile. */
export function statNamed(name: string): Stat {
  const simple = Object.hasOwn(SIMPLE, name) ? SIMPLE[name] : undefined
  if (simple !== undefined) return simple
  const percent = /^p(\d{1,2}(?:\.\d+)?|100)$/.exec(name)?.[1]
  if (percent === undefined) throw new NotInLocalMode(`the statistic ${name}`)
  return (values) => percentile(values, Number(percent))
}

const sum: Stat = (values) => values.reduce((total, value) => total + value, 0)

const SIMPLE: Readonly<Record<string, Stat>> = {
  SampleCount: (values) => values.length,
  Sum: sum,
  Average: (values) => sum(values) / values.length,
  Minimum: (values) => values.reduce((least, value) => Math.min(least, value)),
  Maximum: (values) => values.reduce((most, value) => Math.max(most, value)),
}

/** Between two values as between their ranks. */
function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((one, other) => one - other)
  const rank = (percent / 100) * (sorted.length - 1)
  const below = sorted[Math.floor(rank)] ?? 0
  const above = sorted[Math.ceil(rank)] ?? below
  return below + (above - below) * (rank - Math.floor(rank))
}
