/** A role as it is answered: its request, and how far it has come. */
import * as z from 'zod'
import { roleArn, roleName, rolePath } from '../aws/names.ts'
import type { Stack } from '../aws/stack.ts'
import { roleContentSchema } from '../policy/request.ts'
import type { ClusterRecord } from '../registry/cluster-record.ts'
import type { RoleRequestRecord, RoleStatus } from '../registry/roles.ts'
import { isSettled } from '../unsettled-roles.ts'

export const STATUSES = ['PENDING', 'READY', 'REMOVING', 'FAILED'] as const

const summaryMembers = {
  cluster: z.string(),
  namespace: z.string(),
  serviceAccount: z.string(),
  status: z
    .enum(STATUSES)
    .describe(
      'PENDING: it waits for its cluster, or is made. READY: IAM has it. REMOVING: it shall go, and has not yet. FAILED: only you can mend it.',
    ),
  roleArn: z.string().describe('Known before the role is made.'),
  version: z.int().describe('Of the request; its ETag.'),
  tenant: z.string().optional().describe('Whose it is; absent when an administrator asked for it.'),
  error: z
    .strictObject({ error: z.string(), message: z.string(), remedy: z.string(), at: z.string() })
    .optional()
    .describe('Why it is FAILED, or still PENDING.'),
}

export const roleSummarySchema = z.strictObject(summaryMembers)

export const roleSchema = z.strictObject({
  ...summaryMembers,
  request: roleContentSchema,
  requestedBy: z.string().describe('The principal.'),
  requestedAt: z.string(),
  changeId: z.string().optional().describe('Of the entry in the audit that made it so.'),
})

export const roleAnswer = { name: 'Role', schema: roleSchema }

export function roleSummary(
  stack: Stack,
  record: ClusterRecord,
  request: RoleRequestRecord,
  status: RoleStatus | undefined,
): z.output<typeof roleSummarySchema> {
  const { cluster, namespace, serviceAccount, version, tenant } = request
  return {
    cluster,
    namespace,
    serviceAccount,
    status: statusOf(record, request, status),
    roleArn: arnOf(stack, record, request),
    version,
    ...(tenant !== undefined && { tenant }),
    ...errorOf(request, status),
  }
}

/** The request is shown as it was accepted. */
export function roleView(
  stack: Stack,
  record: ClusterRecord,
  request: RoleRequestRecord,
  status: RoleStatus | undefined,
) {
  const { content, requestedBy, requestedAt, changeId } = request
  return {
    ...roleSummary(stack, record, request, status),
    request: content,
    requestedBy,
    requestedAt,
    changeId,
  }
}

export function arnOf(
  stack: Stack,
  { desired: { accountId, cluster } }: ClusterRecord,
  { namespace, serviceAccount }: Pick<RoleRequestRecord, 'namespace' | 'serviceAccount'>,
): string {
  const name = roleName(stack, { cluster, namespace, serviceAccount })
  return roleArn(stack.partition.name, accountId, rolePath(stack, cluster), name)
}

/** A status of an earlier request, or of the cluster as it was before, says nothing of what is asked for now. */
function statusOf(
  { generation }: ClusterRecord,
  { version, desired }: RoleRequestRecord,
  status: RoleStatus | undefined,
): (typeof STATUSES)[number] {
  const isLatest = isSettled(status, { version, generation, desired: status?.desired ?? desired })
  if (isLatest && status?.state === 'FAILED') return 'FAILED'
  if (desired === 'removed') return 'REMOVING'
  return isLatest && status?.state === 'READY' ? 'READY' : 'PENDING'
}

function errorOf({ version }: RoleRequestRecord, status: RoleStatus | undefined) {
  if (status?.version !== version || status.error === undefined) return {}
  const { error, message = '', remedy = '', at } = status
  return { error: { error, message, remedy, at } }
}
