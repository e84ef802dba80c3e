/** The stage's own rate, a bucket per route: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html */
import type { RouteSettings } from '@aws-sdk/client-apigatewayv2'
import type { Clock } from '../clock.ts'

/** False when the route has been called too often. */
export type RouteThrottle = (route: string, settings: RouteSettings) => boolean

export function createRouteThrottle(clock: Clock): RouteThrottle {
  const buckets = new Map<string, { readonly tokens: number; readonly since: number }>()
  return (route, { ThrottlingBurstLimit = Infinity, ThrottlingRateLimit = Infinity }) => {
    if (ThrottlingBurstLimit === Infinity || ThrottlingRateLimit === Infinity) return true
    const now = clock.now().getTime()
    const { tokens, since } = buckets.get(route) ?? { tokens: ThrottlingBurstLimit, since: now }
    const filled = Math.min(ThrottlingBurstLimit, tokens + ((now - since) * ThrottlingRateLimit) / 1000)
    const isAllowed = filled >= 1
    buckets.set(route, { tokens: isAllowed ? filled - 1 : filled, since: now })
    return isAllowed
  }
}
