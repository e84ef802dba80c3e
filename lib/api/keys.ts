/** The public keys of a cluster's API server, said anew. */
import { randomUUID } from 'node:crypto'
import * as z from 'zod'
import { acceptKeys } from '../change-keys.ts'
import { VersionConflict } from '../errors.ts'
import { clusterKeys, parseClusterKeys } from '../events/cluster-keys-changed.ts'
import { keyTimesOf } from '../oidc/rotation.ts'
import { requireCluster } from '../registry/cluster-record.ts'
import { startRun } from '../runs.ts'
import { clusterPath, none } from './parameters.ts'
import { route } from './route.ts'
import { requireAdministrator } from './visible.ts'

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

/**
 * For administrators: in an account that has tenants, its being the owner's or an operator's says too little. Whoever may say
 * which keys count can sign for every service account.
 */
export const putKeys = route({
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
  errors: ['ClusterNotFound', 'ClusterBeingDeleted', 'VersionConflict'],
  async run(api, { caller, path: { cluster }, body }) {
    requireAdministrator(api, caller)
    const asked = { cluster, ...parseClusterKeys(body, 'body'), who: caller.principal, input: 'body' }
    const { lastEvent } = await requireCluster(api.table, cluster)
    // In seconds, as EventBridge counts; a sender's clock may be ahead of ours.
    const seconds = Math.floor(api.now().getTime() / 1000) * 1000
    const time = new Date(Math.max(seconds, Date.parse(lastEvent.time))).toISOString()
    const id = randomUUID()
    const record = await acceptKeys(api, { ...asked, id, time })
    if (record.lastEvent.id !== id)
      throw new VersionConflict(`The cluster ${cluster} was changed at the same time.`)
    await startRun(api.runs, cluster)
    return { status: 202, body: { cluster, generation: record.generation, keys: keyTimesOf(record) } }
  },
})
