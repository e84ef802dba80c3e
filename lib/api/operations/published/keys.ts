/** The public keys of a cluster's API server, as they are published. */
import * as z from 'zod'
import { clusterKeys } from '../../../events/cluster-keys-changed.ts'
import { clusterPath, none } from '../../parameters.ts'
import type { Published } from '../../route.ts'

const keysSchema = z.strictObject({
  cluster: z.string(),
  generation: z.int().describe('Of what is desired; raised by every accepted change.'),
  keys: z
    .array(
      z.strictObject({
        kid: z.string(),
        firstPublished: z
          .string()
          .optional()
          .describe('When it was seen over public HTTPS; until then, sign nothing with it.'),
        lastListed: z.string().optional(),
        retireAfter: z.string().optional().describe('It is listed no longer, and goes then at the earliest.'),
      }),
    )
    .describe('That are published, or will be by the run of this generation.'),
})

export const PUT_KEYS = {
  method: 'PUT',
  path: '/clusters/{cluster}/keys',
  operation: 'putKeys',
  summary: "Say which public keys a cluster's API server has now",
  description:
    'As the event Cluster Keys Changed, all of them. New ones are published; one that is listed no longer stays until no token needs it, unless retireNow has a reason.',
  access: 'authorised',
  parameters: clusterPath,
  query: none,
  body: { name: 'ClusterKeys', schema: clusterKeys },
  answers: {
    202: {
      description: 'It is on record, and published by a run.',
      content: { name: 'Keys', schema: keysSchema },
    },
  },
  errors: [
    'ClusterNotFound',
    'ClusterBeingDeleted',
    'ClusterIsCompanion',
    'IssuerIsExternal',
    'VersionConflict',
  ],
} as const satisfies Published
