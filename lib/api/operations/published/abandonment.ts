/** What cannot be reached of a cluster is given up, as it is published. */
import * as z from 'zod'
import { reason } from '../../../events/reason.ts'
import { clusterAnswer } from '../../clusters.ts'
import { clusterPath, none } from '../../parameters.ts'
import type { Published } from '../../route.ts'

export const abandonmentBody = z.strictObject({
  reason: reason.describe('Why, for the audit, the tombstone and Cluster Deprovisioned.'),
})

export const ABANDON = {
  method: 'POST',
  path: '/clusters/{cluster}/abandon',
  operation: 'abandonCluster',
  summary: 'Have the removal of a cluster go on past what cannot be reached',
  description:
    'For operators, of a cluster whose removal has stopped (ProviderAccountUnreachable). Each account is tried once more; what is left in those that still cannot be reached goes on to trust the issuer, so its host and its name stay, and serve nothing. May be repeated: the run goes on, and the first reason stays.',
  access: 'authorised',
  parameters: clusterPath,
  query: none,
  body: { name: 'Abandonment', schema: abandonmentBody },
  answers: { 202: { description: 'It is on record, and the run goes on.', content: clusterAnswer } },
  errors: ['ClusterNotFound', 'ClusterNotAbandonable'],
} as const satisfies Published
