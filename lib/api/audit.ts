/** Who changed what, and from what to what. */
import * as z from 'zod'
import { type AuditEntry, auditEntrySchema } from '../audit/entry.ts'
import { type AuditSubject, readAudit } from '../audit/log.ts'
import { InvalidInput, NotPermitted } from '../errors.ts'
import { clusterName } from '../events/cluster-name.ts'
import { namespaceFault, serviceAccountFault } from '../oidc/subject.ts'
import { stringWith } from '../parse.ts'
import { tenantName } from '../tenancy/tenant.ts'
import { auditCursor, readAuditCursor } from './cursor.ts'
import { cursor, none } from './parameters.ts'
import { route } from './route.ts'
import { requireVisibleCluster, type Sight, sightOf } from './visible.ts'

const PAGE = 20

const roleInCluster = stringWith((role) => {
  const [namespace = '', serviceAccount = '', ...rest] = role.split('/')
  if (rest.length > 0) return 'must be <namespace>/<serviceAccount>'
  return namespaceFault(namespace) ?? serviceAccountFault(serviceAccount)
})

const querySchema = z.strictObject({
  cluster: clusterName.optional().describe('Of its keys and its roles.'),
  role: roleInCluster.optional().describe('<namespace>/<serviceAccount>, together with its cluster.'),
  tenant: tenantName.optional().describe("Of the tenant's rules."),
  day: z.iso.date().optional().describe('Of everything on this day, UTC.'),
  cursor,
})

export const getAudit = route({
  method: 'GET',
  path: '/audit',
  operation: 'getAudit',
  summary: 'Who changed what, the latest first',
  description:
    'Of a role (cluster and role), a cluster, a tenant or a day: one of them. Administrators and operators see everything, others what was changed of their own roles, role by role. An entry is written before its change: one whose changeId nothing has carried since was refused, or lost a race.',
  access: 'authorised',
  parameters: none,
  query: querySchema,
  answers: {
    200: {
      description: 'A page of entries; there may be another one if it has a cursor.',
      content: {
        name: 'Audit',
        schema: z.strictObject({ entries: z.array(auditEntrySchema), cursor: z.string().optional() }),
      },
    },
  },
  errors: ['ClusterNotFound'],
  async run(api, { caller, query }) {
    const subject = subjectOf(query)
    const after = query.cursor === undefined ? undefined : readAuditCursor(query.cursor)
    const sight = await sightOf(api, caller)
    if (!sight.everything) {
      if (!('role' in subject))
        throw new NotPermitted(
          'Only administrators and operators see more than one role at a time: cluster and role.',
        )
      await requireVisibleCluster(api, sight, subject.cluster)
    }
    const { entries, next } = await readAudit(api.audit, subject, { limit: PAGE, after })
    const visible = entries.filter((entry) => isVisible(sight, entry))
    return { status: 200, body: { entries: visible, ...(next && { cursor: auditCursor(next) }) } }
  },
})

/** Throws InvalidInput for none, or for more than one. */
function subjectOf({ cluster, role, tenant, day }: z.output<typeof querySchema>): AuditSubject {
  const ofCluster = cluster === undefined ? [] : [role === undefined ? { cluster } : { cluster, role }]
  const ofRest = [...(tenant === undefined ? [] : [{ tenant }]), ...(day === undefined ? [] : [{ day }])]
  const [subject, ...others] = [...ofCluster, ...ofRest]
  if (subject === undefined || others.length > 0 || (role !== undefined && cluster === undefined))
    throw new InvalidInput('query: must have cluster, cluster and role, tenant, or day, and only one of them')
  return subject
}

const tenantOf = z.object({ tenant: z.string().optional() }).optional()

/** A role may have been another tenant's before it was removed, and asked for anew. */
function isVisible(sight: Sight, { about: { cluster = '', role = '' }, before, after }: AuditEntry): boolean {
  if (sight.everything) return true
  const [namespace = ''] = role.split('/')
  const requests = [before, after].filter((request) => request !== undefined)
  return (
    requests.length > 0 &&
    requests.every((request) => {
      const tenant = tenantOf.parse(request)?.tenant
      return sight.role({ cluster, namespace, ...(tenant !== undefined && { tenant }) })
    })
  )
}
