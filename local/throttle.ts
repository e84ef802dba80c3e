/** AWS's request rates, as token buckets per account and region. */
import type { Clock } from './clock.ts'
import { type Rate, rates } from './rates.ts'
import { throttled } from './refusals.ts'
import type { Call } from './service.ts'

/** Throws the service's throttling error when one of the buckets that the call draws on is empty; then none is drawn on. */
export type Throttle = (service: string, operation: string, input: object, call: Call) => void

/** Buckets fill in AWS time: a test advances the clock, and local mode at speed 100 allows 100 times the rate. */
export function createThrottle(clock: Clock, speed: number): Throttle {
  const buckets = new Map<string, Bucket>()
  // The clock's date is the real one plus what `advance` added; only the former is scaled.
  const milliseconds = () => (clock.now().getTime() - clock.offset()) * speed + clock.offset()

  function bucketOf(rate: Rate, name: string, now: number): Bucket {
    const bucket = buckets.get(name) ?? { tokens: rate.capacity, since: now }
    const tokens = Math.min(rate.capacity, bucket.tokens + ((now - bucket.since) * rate.perSecond) / 1000)
    const filled = { tokens, since: now }
    buckets.set(name, filled)
    return filled
  }

  return (service, operation, input, call) => {
    const now = milliseconds()
    const draws = rates(service, operation, call.region).map((rate) => {
      const where = rate.regional ? call.region : 'global'
      const name = [service, rate.name, call.principal.account, where].join('/')
      return { bucket: bucketOf(rate, name, now), cost: rate.cost?.(input) ?? 1 }
    })
    if (draws.some(({ bucket, cost }) => bucket.tokens < cost)) throw throttled(service)
    for (const { bucket, cost } of draws) bucket.tokens -= cost
  }
}

interface Bucket {
  tokens: number
  /** Millisecond of AWS time at which it held them. */
  since: number
}
