/** A step whose resource is observed as the test says, at ten past noon. */
import type { Cluster, StepOutputs } from '../../../lib/cluster.ts'
import type { Hint, Observed, Resource } from '../../../lib/resource.ts'

export const OUTPUTS: StepOutputs['alias'] = {
  recordName: 'irsa.golem.gigantic.io',
  hostedZoneId: 'Z1',
  domainName: 'd1.cloudfront.net',
}
export const READY = { status: 'ready', outputs: OUTPUTS, differences: [] } as const
export const PENDING = { status: 'pending', reason: 'Route 53 spreads it' } as const
export const ABSENT = { status: 'absent' } as const
export const NOW = '2026-01-31T12:10:00.000Z'

/** Observed as these say, the last one for ever. */
export function anAlias(observations: readonly Observed<StepOutputs['alias']>[], hint?: Hint) {
  const given: Cluster[] = []
  const made: Cluster[] = []
  const deleted: Cluster[] = []
  const resource: Resource<Cluster, StepOutputs['alias']> = {
    async observe(cluster) {
      given.push(cluster)
      return observations[Math.min(given.length, observations.length) - 1] ?? ABSENT
    },
    async create(cluster) {
      made.push(cluster)
      return hint
    },
    async delete(cluster) {
      deleted.push(cluster)
    },
  }
  return { resource, given, made, deleted }
}

export function clock(now: string = NOW): () => Date {
  return () => new Date(now)
}
