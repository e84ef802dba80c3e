/** Roles asked for, changed and given up. */
import * as z from 'zod'
import { NotPermitted, RoleNameTaken } from '../errors.ts'
import { parseRoleContent, roleContentSchema } from '../policy/request.ts'
import {
  anythingFor,
  type RoleAccepted,
  type RoleAdmission,
  type RoleAsked,
  removeRole,
  requestRole,
} from '../registry/request-role.ts'
import { type RoleKey, type RoleRequestRecord, readRoleStatus } from '../registry/roles.ts'
import type { Caller } from '../tenancy/caller.ts'
import { admissionsIn, groupsNamed, tenantsIn } from '../tenancy/evaluate.ts'
import { none, rolePath } from './parameters.ts'
import { roleAnswer, roleView } from './role-view.ts'
import { type Api, etag, route } from './route.ts'
import { requireVisibleCluster, roleNotFound, type Sight, sightOf } from './visible.ts'

export const putRole = route({
  method: 'PUT',
  path: '/clusters/{cluster}/roles/{namespace}/{serviceAccount}',
  operation: 'putRole',
  summary: 'Ask for a role, or for it to be otherwise',
  description:
    'May be repeated: the same again changes nothing, unless the role has FAILED or was REJECTED; then it is tried again. A cluster that is not ready yet makes it wait. What is beyond the automatic rules of its tenant is PENDING_APPROVAL until an approver has decided; the role stays meanwhile as it was last in force.',
  access: 'authorised',
  parameters: rolePath,
  query: none,
  versioned: true,
  body: { name: 'RoleRequest', schema: roleContentSchema },
  answers: {
    200: { description: 'The request was there already, as it is now or otherwise.', content: roleAnswer },
    201: { description: 'The request is new.', content: roleAnswer },
  },
  errors: [
    'PrivateKeyInInput',
    'ClusterNotFound',
    'RoleNotFound',
    'ClusterBeingDeleted',
    'ClusterIsCompanion',
    'RoleNameTaken',
    'RoleQuotaReached',
    'AccountRoleQuotaReached',
    'VersionConflict',
    'PreconditionFailed',
    'RequestRefused',
    'PolicyRefused',
    'TargetAccountFixed',
    'PolicyTooLarge',
  ],
  async run(api, { caller, path, body, expectedVersion }) {
    const { cluster, ...key } = path
    const content = parseRoleContent(body)
    const sight = await sightOf(api, caller)
    const record = await requireVisibleCluster(api, sight, cluster)
    const now = api.now()
    let isNew = false
    const request = await ask(api, sight, {
      cluster,
      request: { ...content, ...key },
      requestedBy: caller.principal,
      groups: groupsNamed(sight.tenants, caller),
      now,
      expectedVersion,
      audit: api.audit,
      analyse: api.analyse,
      admit(existing) {
        isNew = existing === undefined
        return admit(sight, caller, path, existing)
      },
    })
    const status = await readRoleStatus(api.table, cluster, key)
    const view = roleView(api.stack, record, request, status)
    return { status: isNew ? 201 : 200, body: view, headers: etag(request.version) }
  },
})

/** Of a name that another one has only administrators are told whose it is: a claim tells nothing of who may see its holder. */
async function ask({ table, stack }: Api, sight: Sight, asked: RoleAsked): Promise<RoleAccepted> {
  try {
    return await requestRole(table, stack, asked)
  } catch (error) {
    if (error instanceof RoleNameTaken && !sight.isAdministrator) throw new RoleNameTaken(error.roleName)
    throw error
  }
}

/** Throws RoleNotFound for others', NotPermitted for whom no rule names. */
function admit(
  sight: Sight,
  caller: Caller,
  path: RoleKey & { readonly cluster: string },
  existing: RoleRequestRecord | undefined,
): readonly [RoleAdmission, ...RoleAdmission[]] {
  if (sight.isAdministrator) return [anythingFor(existing)]
  if (existing !== undefined && !sight.role(existing)) throw roleNotFound(path)
  if (existing !== undefined && existing.tenant === undefined)
    throw new NotPermitted('An administrator has asked for the role: only administrators change it.')
  const [first, ...others] = admissionsIn(sight.tenants, caller, path, existing?.tenant)
  if (first === undefined)
    throw new NotPermitted(`No rule names you for namespace ${path.namespace} of this cluster.`)
  return [first, ...others]
}

export const deleteRole = route({
  method: 'DELETE',
  path: '/clusters/{cluster}/roles/{namespace}/{serviceAccount}',
  operation: 'deleteRole',
  summary: 'Have a role taken away',
  description:
    'It is REMOVING until IAM has no such role any more, and then not there. May be repeated: a removal that has FAILED is tried again.',
  access: 'authorised',
  parameters: rolePath,
  query: z.strictObject({
    force: z
      .enum(['true', 'false'])
      .optional()
      .describe(
        'true: managed policies that others attached go too, and a role that lost our tags is given up.',
      ),
  }),
  versioned: true,
  answers: {
    202: { description: 'It is being removed.', content: roleAnswer },
    204: { description: 'There is no such role.' },
  },
  errors: ['ClusterNotFound', 'RoleNotFound', 'VersionConflict', 'PreconditionFailed'],
  async run(api, { caller, path, query, expectedVersion }) {
    const { cluster, ...key } = path
    const sight = await sightOf(api, caller)
    const record = await requireVisibleCluster(api, sight, cluster)
    const request = await removeRole(api.table, cluster, key, {
      requestedBy: caller.principal,
      now: api.now(),
      force: query.force === 'true',
      audit: api.audit,
      admit: (existing) => admitRemoval(sight, caller, path, existing),
      expectedVersion,
    })
    if (request === undefined) return { status: 204, body: undefined }
    const status = await readRoleStatus(api.table, cluster, key)
    return { status: 202, body: roleView(api.stack, record, request, status), headers: etag(request.version) }
  },
})

/** Throws RoleNotFound for others', and for what is not there where the caller may have no roles; NotPermitted for who may only read. */
function admitRemoval(
  sight: Sight,
  caller: Caller,
  path: RoleKey & { readonly cluster: string },
  existing: RoleRequestRecord | undefined,
): void {
  if (sight.isAdministrator) return
  const tenants = tenantsIn(sight.tenants, caller, path)
  if (existing === undefined ? tenants.size > 0 : tenants.has(existing.tenant ?? '')) return
  if (existing === undefined || !sight.role(existing)) throw roleNotFound(path)
  throw new NotPermitted('Only its tenant and administrators may have a role removed.')
}
