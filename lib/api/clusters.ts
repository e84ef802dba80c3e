/** Clusters: which there are, and what each needs so that its tokens are trusted. */
import * as z from 'zod'
import { SHARED_HOST } from '../aws/names.ts'
import { HOSTING_TYPES, jwksKeyOf, SHARED_HOST_TYPE } from '../cluster.ts'
import { ClusterNotFound } from '../errors.ts'
import { stageOf } from '../registry/chains.ts'
import { type ClusterRecord, listClusterNames, readCluster } from '../registry/cluster-record.ts'
import { clusterSettings, clusterSettingsSchema } from './cluster-settings.ts'
import { clusterCursor, readClusterCursor } from './cursor.ts'
import { clusterPath, cursor, none } from './parameters.ts'
import { route } from './route.ts'
import { requireVisibleCluster, sightOf } from './visible.ts'

const summaryMembers = {
  cluster: z.string(),
  issuer: z.string(),
  status: z
    .enum(['ANNOUNCED', 'ISSUER_READY', 'READY', 'DELETING', 'DELETED'])
    .describe(
      'ISSUER_READY: roles work as they are made. READY: those that were asked for are made. DELETED: only its names are kept.',
    ),
}

const summarySchema = z.strictObject(summaryMembers)

const PAGE = 50

export const listClusters = route({
  method: 'GET',
  path: '/clusters',
  operation: 'listClusters',
  summary: 'The clusters that you may ask for roles in',
  description: 'By name. One that was announced a moment ago may be missing.',
  access: 'authorised',
  parameters: none,
  query: z.strictObject({ cursor }),
  answers: {
    200: {
      description: 'A page of clusters; there is another one if it has a cursor.',
      content: {
        name: 'ClusterList',
        schema: z.strictObject({ clusters: z.array(summarySchema), cursor: z.string().optional() }),
      },
    },
  },
  errors: [],
  async run(api, { caller, query }) {
    const after = query.cursor === undefined ? '' : readClusterCursor(query.cursor)
    const sight = await sightOf(api, caller)
    const names = (await listClusterNames(api.table)).filter(
      (name) => name > after && name !== SHARED_HOST && sight.cluster(name),
    )
    const page = names.slice(0, PAGE)
    const records = await Promise.all(page.map((name) => readCluster(api.table, name)))
    const clusters = records.flatMap((record) =>
      record === undefined
        ? []
        : { cluster: record.desired.cluster, issuer: record.desired.issuer, status: record.status },
    )
    const last = page.at(-1)
    const isLast = names.length === page.length || last === undefined
    return { status: 200, body: { clusters, ...(!isLast && { cursor: clusterCursor(last) }) } }
  },
})

const clusterSchema = z.strictObject({
  ...summaryMembers,
  accountId: z.string(),
  region: z.string(),
  hosting: z
    .strictObject({ type: z.enum(HOSTING_TYPES) })
    .describe('Where the issuer is; external: somebody else runs it.'),
  audiences: z.array(z.string()).describe('Of projected tokens; the first one is the default of roles.'),
  generation: z.int().describe('Of what is desired; raised by every accepted change.'),
  run: z
    .strictObject({ number: z.int(), state: z.enum(['RECORDED', 'STARTED', 'FAILED']) })
    .optional()
    .describe('What works on it now, or has failed.'),
  protected: z.boolean().describe('Only force deletes it.'),
  paused: z.boolean().describe('Nothing works on it: what is asked for is recorded, and waits.'),
  migration: z
    .strictObject({
      to: z.string(),
      phase: z.enum(['TRUSTING', 'FINISHING', 'ABORTING']),
      startedAt: z.string(),
    })
    .optional()
    .describe('Its roles trust the issuer of the cluster `to` as well; or that ends.'),
  companionOf: z
    .string()
    .optional()
    .describe('It is there for the migration of this cluster, and goes with it.'),
  abandoned: z
    .strictObject({ reason: z.string(), at: z.string(), accounts: z.array(z.string()) })
    .optional()
    .describe(
      'Its removal passes over these accounts, which cannot be reached. Where any is left, the host of the issuer stays, with nothing to serve.',
    ),
  changeId: z
    .string()
    .optional()
    .describe('Of the entry in the audit that protected, paused or abandoned it last, or took that off.'),
  lastError: z
    .strictObject({
      step: z.string(),
      error: z.string(),
      message: z.string(),
      remedy: z.string(),
      at: z.string(),
    })
    .optional(),
  ...clusterSettingsSchema.shape,
})

export const clusterAnswer = { name: 'Cluster', schema: clusterSchema }

export const getCluster = route({
  method: 'GET',
  path: '/clusters/{cluster}',
  operation: 'getCluster',
  summary: 'A cluster, and what its API server and its pod identity webhook need',
  access: 'authorised',
  parameters: clusterPath,
  query: none,
  answers: { 200: { description: 'The cluster.', content: clusterAnswer } },
  errors: ['ClusterNotFound'],
  async run(api, { caller, path }) {
    const record = await requireVisibleCluster(api, await sightOf(api, caller), path.cluster)
    return { status: 200, body: clusterView(record) }
  },
})

export function clusterView(record: ClusterRecord): z.output<typeof clusterSchema> {
  const { desired, status, generation, run, lastError, changeId, abandoned, companionOf } = record
  const migration = stageOf(record)
  const { cluster, issuer, accountId, region, audiences } = desired
  const { type } = desired.hosting
  if (type === SHARED_HOST_TYPE) throw new ClusterNotFound(cluster)
  return {
    cluster,
    issuer,
    status,
    accountId,
    region,
    hosting: { type },
    audiences,
    generation,
    ...(run && { run: { number: run.number, state: run.state } }),
    protected: record.protected === true,
    paused: record.paused === true,
    ...(migration && { migration }),
    ...(companionOf !== undefined && { companionOf }),
    ...(abandoned && { abandoned }),
    ...(changeId !== undefined && { changeId }),
    ...(lastError && { lastError: failureOf(lastError) }),
    ...clusterSettings(desired, jwksKeyOf(record)),
  }
}

function failureOf({ redriveCount: _, ...failure }: NonNullable<ClusterRecord['lastError']>) {
  return failure
}
