/** The roles of a cluster, as they are, and what to apply for them. */
import * as z from 'zod'
import { serviceAccountManifest } from '../manifest.ts'
import { parseRoleContent } from '../policy/request.ts'
import { type RoleKey, readRolePage, readRoleRequest, readRoleStatus } from '../registry/roles.ts'
import { roleArnOf } from '../role-compile.ts'
import type { Caller } from '../tenancy/caller.ts'
import { readRoleCursor, roleCursor } from './cursor.ts'
import { clusterPath, cursor, none, rolePath } from './parameters.ts'
import { roleAnswer, roleSummary, roleSummarySchema, roleView, STATUSES } from './role-view.ts'
import { type Api, etag, route } from './route.ts'
import { requireVisibleCluster, roleNotFound, sightOf } from './visible.ts'

const PAGE = 50
/** Of the caller's roles that are looked through for one answer; a status may be that of none among them. */
const MOST_LOOKED_AT = 500

export const listRoles = route({
  method: 'GET',
  path: '/clusters/{cluster}/roles',
  operation: 'listRoles',
  summary: 'Your roles in a cluster',
  description: 'By namespace and service account. A page may be short, or empty, and still have a cursor.',
  access: 'authorised',
  parameters: clusterPath,
  query: z.strictObject({ status: z.enum(STATUSES).optional(), cursor }),
  answers: {
    200: {
      description: 'A page of roles; there is another one if it has a cursor.',
      content: {
        name: 'RoleList',
        schema: z.strictObject({ roles: z.array(roleSummarySchema), cursor: z.string().optional() }),
      },
    },
  },
  errors: ['ClusterNotFound'],
  async run(api, { caller, path, query }) {
    let after = query.cursor === undefined ? undefined : readRoleCursor(query.cursor)
    const sight = await sightOf(api, caller)
    const record = await requireVisibleCluster(api, sight, path.cluster)
    const roles: z.output<typeof roleSummarySchema>[] = []
    let lookedAt = 0
    // A cursor can be read by whoever has it: it names only what the caller has seen.
    let last: RoleKey | undefined
    do {
      const page = await readRolePage(api.table, path.cluster, after, PAGE, sight.role)
      const summaries = page.roles.map(({ request, status }) =>
        roleSummary(api.stack, record, request, status),
      )
      roles.push(...summaries.filter(({ status }) => query.status === undefined || status === query.status))
      lookedAt += summaries.length
      last = summaries.at(-1) ?? last
      after = page.last
    } while (after !== undefined && roles.length < PAGE && lookedAt < MOST_LOOKED_AT)
    return { status: 200, body: { roles, ...(after && last && { cursor: roleCursor(last) }) } }
  },
})

export const getRole = route({
  method: 'GET',
  path: '/clusters/{cluster}/roles/{namespace}/{serviceAccount}',
  operation: 'getRole',
  summary: 'A role: its status, its ARN, what went wrong and what to do',
  access: 'authorised',
  parameters: rolePath,
  query: none,
  answers: { 200: { description: 'The role.', content: roleAnswer } },
  errors: ['ClusterNotFound', 'RoleNotFound'],
  async run(api, { caller, path }) {
    const { record, request } = await requireVisibleRole(api, caller, path)
    const status = await readRoleStatus(api.table, path.cluster, path)
    return {
      status: 200,
      body: roleView(api.stack, record, request, status),
      headers: etag(request.version),
    }
  },
})

export const getManifest = route({
  method: 'GET',
  path: '/clusters/{cluster}/roles/{namespace}/{serviceAccount}/manifest',
  operation: 'getManifest',
  summary: 'The ServiceAccount to apply',
  description: 'For kubectl apply -f -. May be applied before the role is READY.',
  access: 'authorised',
  parameters: rolePath,
  query: z.strictObject({
    tokenExpiration: z
      .string()
      .regex(/^\d{3,5}$/, 'must be a number of seconds from 600 to 86400')
      .transform(Number)
      .refine((seconds) => seconds >= 600 && seconds <= 86_400, 'must be from 600 to 86400')
      .optional()
      .describe('Of the projected token, in seconds, from 600. Default: 86400.'),
  }),
  answers: {
    200: {
      description: 'A ServiceAccount of Kubernetes.',
      mediaType: 'text/yaml',
      content: { name: 'Manifest', schema: z.string() },
    },
  },
  errors: ['ClusterNotFound', 'RoleNotFound'],
  async run(api, { caller, path, query }) {
    const { record, request } = await requireVisibleRole(api, caller, path)
    const [first = ''] = record.desired.audiences
    const { audience = first } = parseRoleContent(request.content)
    const manifest = serviceAccountManifest({
      namespace: path.namespace,
      serviceAccount: path.serviceAccount,
      roleArn: roleArnOf(api.stack, record.desired, request),
      audience,
      ...(query.tokenExpiration !== undefined && { tokenExpirationSeconds: query.tokenExpiration }),
    })
    return { status: 200, body: manifest }
  },
})

async function requireVisibleRole(api: Api, caller: Caller, path: z.output<typeof rolePath>) {
  const sight = await sightOf(api, caller)
  const record = await requireVisibleCluster(api, sight, path.cluster)
  const request = await readRoleRequest(api.table, path.cluster, path)
  if (request === undefined || !sight.role(request)) throw roleNotFound(path)
  return { record, request }
}
