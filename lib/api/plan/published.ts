/** What a run would do, as it is published. Apart from what does it, which looks at everything of a cluster. */
import * as z from 'zod'
import { CLUSTER_CREATED } from '../../events/cluster-created.ts'
import { CLUSTER_KEYS_CHANGED } from '../../events/cluster-keys-changed.ts'
import { clusterPath, none } from '../parameters.ts'
import type { Published } from '../route.ts'

export const planBody = z
  .strictObject({
    delete: z.literal(true).optional().describe('If the cluster were deleted.'),
    event: z
      .strictObject({
        detailType: z.enum([CLUSTER_CREATED, CLUSTER_KEYS_CHANGED]),
        detail: z.unknown().describe('Of that event.'),
      })
      .optional()
      .describe('If it came. A cluster that it announces need not be known.'),
  })
  .refine((body) => body.delete === undefined || body.event === undefined, {
    path: ['event'],
    message: 'must not be there with delete',
  })

export const plannedThing = z.strictObject({
  resource: z.string().describe('A step, as `bucket`, or `role shop/cart`.'),
  action: z
    .enum(['create', 'change', 'remove', 'keep', 'wait', 'stop'])
    .describe('wait: AWS or the DNS is at it. stop: the run would stop there.'),
  differences: z.array(
    z.strictObject({
      field: z.string(),
      desired: z.unknown().optional().describe('null: nothing.'),
      observed: z.unknown().optional().describe('null: nothing.'),
    }),
  ),
  reason: z.string().optional().describe('Why it waits, or would stop.'),
  error: z.string().optional().describe('Name of the error that would stop it.'),
})

export const PLAN = {
  method: 'POST',
  path: '/clusters/{cluster}/plan',
  operation: 'planCluster',
  summary: 'What a run would create, change and remove',
  description:
    'For operators. Looks at AWS, and changes nothing. Of a cluster with more than 200 roles only the first are looked at: irsa cluster plan has the time for all.',
  access: 'authorised',
  parameters: clusterPath,
  query: none,
  body: { name: 'PlanRequest', schema: planBody },
  answers: {
    200: {
      description: 'The plan, as of now.',
      content: {
        name: 'Plan',
        schema: z.strictObject({
          cluster: z.string(),
          issuer: z.string(),
          things: z.array(plannedThing).describe('In the order of the workflow.'),
          rolesLeftOut: z.int().describe('That were not looked at.'),
          kids: z.array(z.string()).describe('Of the keys that would be served.'),
        }),
      },
    },
  },
  errors: [
    'PrivateKeyInInput',
    'ClusterNotFound',
    'ClusterBeingDeleted',
    'ClusterIsCompanion',
    'ClusterChangeRefused',
    'BaseDomainNotAllowed',
    'IssuerIsExternal',
  ],
} as const satisfies Published
