/** A role as it is answered: its request, and how far it has come. */
import * as z from 'zod'
import type { Stack } from '../aws/stack.ts'
import { roleContentSchema } from '../policy/request.ts'
import type { ClusterRecord } from '../registry/cluster-record.ts'
import type { RoleInForce, RoleRequestRecord, RoleStatus } from '../registry/roles.ts'
import { roleArnOf } from '../role-compile.ts'
import { isSettled } from '../unsettled-roles.ts'

const MADE = ['PENDING', 'READY', 'REMOVING', 'FAILED'] as const
export const STATUSES = ['PENDING_APPROVAL', 'REJECTED', ...MADE] as const

const summaryMembers = {
  cluster: z.string(),
  namespace: z.string(),
  serviceAccount: z.string(),
  status: z
    .enum(STATUSES)
    .describe(
      'PENDING_APPROVAL: an approver must decide. REJECTED: one has, see approval. PENDING: it waits for its cluster, or is made. READY: IAM has it. REMOVING: it shall go, and has not yet. FAILED: only you can mend it.',
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

const approvalSchema = z.strictObject({
  needs: z
    .array(z.strictObject({ rule: z.string(), pointer: z.string(), detail: z.string() }))
    .describe('Why: the guard rails that it does not pass by itself, with their places in the request.'),
  version: z.int().optional().describe('That the approver saw.'),
  by: z.string().optional().describe('The principal that has decided; absent while it waits.'),
  at: z.string().optional(),
  reason: z.string().optional().describe('Of a rejection.'),
})

export const roleSchema = z.strictObject({
  ...summaryMembers,
  request: roleContentSchema,
  approval: approvalSchema.optional().describe('Absent: it needs none.'),
  inForce: z
    .strictObject({ version: z.int(), status: z.enum(MADE), request: roleContentSchema })
    .optional()
    .describe('While it is PENDING_APPROVAL, or REJECTED: what was asked for before, and still holds.'),
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
    roleArn: roleArnOf(stack, record.desired, request),
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
  const { content, requestedBy, requestedAt, changeId, approval, inForce } = request
  const { state: _, ...shownApproval } = approval ?? {}
  return {
    ...roleSummary(stack, record, request, status),
    request: content,
    ...(approval && { approval: shownApproval }),
    ...(inForce && {
      inForce: {
        version: inForce.version,
        status: madeStatusOf(record, inForce, status),
        request: inForce.content,
      },
    }),
    requestedBy,
    requestedAt,
    changeId,
  }
}

function statusOf(
  record: ClusterRecord,
  request: RoleRequestRecord,
  status: RoleStatus | undefined,
): (typeof STATUSES)[number] {
  if (request.approval?.state === 'waiting') return 'PENDING_APPROVAL'
  if (request.approval?.state === 'rejected') return 'REJECTED'
  return madeStatusOf(record, request, status)
}

/** A status of an earlier request, or of the cluster as it was before, says nothing of what is asked for now. */
function madeStatusOf(
  { generation }: ClusterRecord,
  { version, desired }: RoleInForce,
  status: RoleStatus | undefined,
): (typeof MADE)[number] {
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
