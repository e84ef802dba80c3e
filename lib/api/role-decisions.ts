/** Requests that need an approval: let through or rejected by somebody else than who asked. */
import * as z from 'zod'
import { PreconditionRequired } from '../errors.ts'
import { parse } from '../parse.ts'
import { decideRole } from '../registry/decide-role.ts'
import { type RoleRequestRecord, readRoleStatus } from '../registry/roles.ts'
import { admissionsIn } from '../tenancy/evaluate.ts'
import { none, rolePath } from './parameters.ts'
import { roleAnswer, roleView } from './role-view.ts'
import { type Answer, type Api, type Asked, etag, route } from './route.ts'
import { requireApprover, requireVisibleCluster, sightOf } from './visible.ts'

const published = {
  method: 'POST',
  access: 'authorised',
  parameters: rolePath,
  query: none,
  versioned: true,
  errors: [
    'ClusterNotFound',
    'RoleNotFound',
    'ClusterBeingDeleted',
    'ClusterIsCompanion',
    'RoleNotWaiting',
    'VersionConflict',
    'PreconditionFailed',
    'PreconditionRequired',
  ],
} as const

export const approveRole = route({
  ...published,
  path: '/clusters/{cluster}/roles/{namespace}/{serviceAccount}/approve',
  operation: 'approveRole',
  summary: 'Let a request come into force that is PENDING_APPROVAL',
  description:
    'For approvers, and never for a request of their own. If-Match names the version that was looked at: one that was changed since is not approved.',
  answers: { 200: { description: 'It is in force, with a new version.', content: roleAnswer } },
  errors: [...published.errors, 'RequestNotAdmitted', 'RequestRefused', 'PolicyRefused', 'PolicyTooLarge'],
  run: (api, asked) => decide(api, asked, undefined),
})

const rejectionSchema = z.strictObject({
  reason: z.string().trim().min(1).max(1000).describe('For the requester; the audit keeps it.'),
})

export const rejectRole = route({
  ...published,
  path: '/clusters/{cluster}/roles/{namespace}/{serviceAccount}/reject',
  operation: 'rejectRole',
  summary: 'Reject a request that is PENDING_APPROVAL',
  description:
    'For approvers, and never for a request of their own; If-Match as for an approval. What was in force before stays. Sent again by its requester, the request waits anew.',
  body: { name: 'Rejection', schema: rejectionSchema },
  answers: { 200: { description: 'It is rejected, with a new version.', content: roleAnswer } },
  run: (api, asked) => decide(api, asked, ({ body }) => parse(rejectionSchema, body, 'rejection').reason),
})

type AskedOfRole = Asked<z.output<typeof rolePath>, unknown>

/** `reasonOf`: of a rejection. Read after the right to decide: who has none learns nothing of what would be right. */
async function decide(
  api: Api,
  asked: AskedOfRole,
  reasonOf: ((asked: AskedOfRole) => string) | undefined,
): Promise<Answer> {
  const { caller, path, expectedVersion } = asked
  const { cluster, ...key } = path
  requireApprover(api, caller)
  const rejectedFor = reasonOf?.(asked)
  if (expectedVersion === undefined) throw new PreconditionRequired()
  const { table, stack, audit, analyse } = api
  const sight = await sightOf(api, caller)
  const record = await requireVisibleCluster(api, sight, cluster)
  const admit = ({ requestedBy, groups = [], tenant, namespace }: RoleRequestRecord) =>
    admissionsIn(sight.tenants, { principal: requestedBy, groups }, { cluster, namespace }, tenant)
  const decision = {
    cluster,
    key,
    by: caller.principal,
    now: api.now(),
    audit,
    expectedVersion,
    rejectedFor,
    admit,
    analyse,
  }
  const request = await decideRole(table, stack, decision)
  const status = await readRoleStatus(table, cluster, key)
  return { status: 200, body: roleView(stack, record, request, status), headers: etag(request.version) }
}
