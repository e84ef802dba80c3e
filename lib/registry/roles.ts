/** Role requests and, apart from them, their status: so that settling a role never collides with changing its request. */
import * as z from 'zod'
import {
  deleteItem,
  getItem,
  type Item,
  type Key,
  putItem,
  queryItems,
  queryPage,
  type Table,
} from './table.ts'

const askedSchema = z.object({
  cluster: z.string(),
  namespace: z.string(),
  serviceAccount: z.string(),
  /** Raised by every accepted change. */
  version: z.int(),
  /** `removed`: the role shall go, and then the request itself. */
  desired: z.enum(['present', 'removed']).default('present'),
  /** A removal takes off what others attached, and gives up a role that lost our tags. */
  force: z.literal(true).exactOptional(),
  /** As it was accepted: by an earlier version of this program, perhaps, so it is parsed by whoever needs it. */
  content: z.unknown(),
  /** Whose it is: the tenant whose rule admitted it. Absent: asked for by an administrator. */
  tenant: z.string().exactOptional(),
  /** The principal that asked. */
  requestedBy: z.string(),
  requestedAt: z.string(),
  /** Of that principal's, those that a rule of a tenant named then: who approves later has no token of it. */
  groups: z.array(z.string()).exactOptional(),
  /** Of its entry in the audit. */
  changeId: z.string().exactOptional(),
})

/** What of a request needs an approval, and what an approver has said. */
const approvalSchema = z.object({
  state: z.enum(['waiting', 'approved', 'rejected']),
  /** The first of them: guard rails with their places. */
  needs: z.array(z.object({ rule: z.string(), pointer: z.string(), detail: z.string() })),
  /** Of the request that the approver saw. */
  version: z.int().exactOptional(),
  /** The principal that decided. */
  by: z.string().exactOptional(),
  at: z.string().exactOptional(),
  /** Of a rejection. */
  reason: z.string().exactOptional(),
})

const inForceSchema = askedSchema.extend({
  /** Absent: it needs none. */
  approval: approvalSchema.exactOptional(),
})

const requestSchema = inForceSchema.extend({
  /** While it waits, or was rejected: what was asked for before, and still holds. Absent: nothing. */
  inForce: inForceSchema.exactOptional(),
})

/**
 * READY: IAM has it. FAILED: only the requester can mend it. RETRY: nobody's fault, tried again. WAITING: another cluster that it
 * trusts has no issuer yet, and starts it again when it has.
 */
const statusSchema = z.object({
  namespace: z.string(),
  serviceAccount: z.string(),
  /** Of the request that was settled. */
  version: z.int(),
  /** What it was settled for: expiry changes it without another version. */
  desired: z.enum(['present', 'removed']).default('present'),
  /** Of the cluster: its audiences are in the trust policy. */
  generation: z.int(),
  state: z.enum(['READY', 'FAILED', 'RETRY', 'WAITING']),
  /** Generations of the other clusters that it trusts: their audiences are in the trust policy too. */
  trusts: z.record(z.string(), z.int()).exactOptional(),
  /** Clusters whose provider its account lacks. */
  lacks: z.array(z.string()).exactOptional(),
  roleArn: z.string(),
  /** Of the role that was made, whatever became of it: without one none of ours ever was. */
  roleId: z.string().exactOptional(),
  /** ARNs that may be attached because they were asked for, in this version or in one before. */
  managedPolicies: z.array(z.string()).exactOptional(),
  error: z.string().exactOptional(),
  message: z.string().exactOptional(),
  remedy: z.string().exactOptional(),
  run: z.int(),
  attempts: z.int(),
  at: z.string(),
})

/** Attempts, after which only a redrive, or the requester, has the role tried again. */
export const MAX_ATTEMPTS = 5

export type RoleRequestRecord = z.output<typeof requestSchema>
export type RoleInForce = z.output<typeof inForceSchema>
export type Approval = z.output<typeof approvalSchema>
export type RoleStatus = z.output<typeof statusSchema>
export type DesiredState = RoleStatus['desired']

export interface RoleKey {
  readonly namespace: string
  readonly serviceAccount: string
}

/** What IAM shall have: never what waits for an approval, or was rejected, but what was in force before. Undefined: nothing yet. */
export function inForceOf<InForce extends object>(
  request: (InForce & MayWait<InForce>) | undefined,
): InForce | undefined {
  const isInForce = request?.approval === undefined || request.approval.state === 'approved'
  return isInForce ? request : request.inForce
}

interface MayWait<InForce> {
  readonly approval?: Pick<Approval, 'state'>
  readonly inForce?: InForce
}

/** Whether there shall be a role now; one that has expired shall not. */
export function desiredStateOf(
  { desired, content }: { readonly desired: DesiredState; readonly content?: unknown },
  now: Date,
): DesiredState {
  const expiresAt = expiryOf(content)
  return expiresAt !== undefined && Date.parse(expiresAt) <= now.getTime() ? 'removed' : desired
}

function expiryOf(content: unknown): string | undefined {
  return z.object({ expiresAt: z.string() }).safeParse(content).data?.expiresAt
}

export interface ClusterRole extends RoleKey {
  readonly cluster: string
}

export async function readRoleRequest(
  table: Table,
  cluster: string,
  role: RoleKey,
): Promise<RoleRequestRecord | undefined> {
  const item = await getItem(table, keyOf(cluster, 'ROLE', role))
  return item === undefined ? undefined : requestSchema.parse(item)
}

/** False when the request has another version than `previous` by now; 0 stands for none. */
export function putRoleRequest(table: Table, record: RoleRequestRecord, previous: number): Promise<boolean> {
  const item = { ...record, ...keyOf(record.cluster, 'ROLE', record), ...indexOf(record) }
  const condition =
    previous === 0
      ? { expression: 'attribute_not_exists(pk)' }
      : { expression: 'version = :version', values: { ':version': previous } }
  return putItem(table, item, condition)
}

/** Those that expire stand by when they do; those with nothing in force are nothing to the sweep. */
function indexOf(record: RoleRequestRecord) {
  const inForce: RoleInForce | undefined = inForceOf<RoleInForce>(record)
  if (inForce === undefined) return {}
  const { content, requestedAt } = inForce
  const expiresAt = expiryOf(content)
  if (expiresAt === undefined) return indexed('ROLE', requestedAt)
  return indexed('ROLE_EXPIRING', new Date(expiresAt).toISOString())
}

/** False when the request has another version by now. */
export function deleteRoleRequest(
  table: Table,
  cluster: string,
  role: RoleKey & { readonly version: number },
): Promise<boolean> {
  const condition = {
    expression: 'attribute_not_exists(pk) OR version = :version',
    values: { ':version': role.version },
  }
  return deleteItem(table, keyOf(cluster, 'ROLE', role), condition)
}

export async function readRoleStatus(
  table: Table,
  cluster: string,
  role: RoleKey,
): Promise<RoleStatus | undefined> {
  const item = await getItem(table, keyOf(cluster, 'STATUS', role))
  return item === undefined ? undefined : statusSchema.parse(item)
}

/** The status of a later version, or generation, stays: who settled the earlier one was slow. */
export async function putRoleStatus(table: Table, cluster: string, status: RoleStatus): Promise<void> {
  await putItem(
    table,
    { ...status, ...keyOf(cluster, 'STATUS', status), ...indexed('STATUS', status.at) },
    {
      expression:
        'attribute_not_exists(pk) OR version < :version OR (version = :version AND generation <= :generation)',
      values: { ':version': status.version, ':generation': status.generation },
    },
  )
}

/** Of this version or an earlier one. */
export async function deleteRoleStatus(
  table: Table,
  cluster: string,
  role: RoleKey & { readonly version: number },
): Promise<void> {
  const condition = { expression: 'version <= :version', values: { ':version': role.version } }
  await deleteItem(table, keyOf(cluster, 'STATUS', role), condition)
}

/** Of the content, only when the role expires and where it is: lists of thousands stay small. */
export type ListedRole = z.output<typeof listedSchema>
export type ListedInForce = z.output<typeof listedInForceSchema>

const listedInForceSchema = askedSchema
  .pick({ namespace: true, serviceAccount: true, version: true, desired: true })
  .extend({ content: z.unknown().optional() })

const listedSchema = listedInForceSchema.extend({
  approval: approvalSchema.pick({ state: true }).exactOptional(),
  inForce: listedInForceSchema.exactOptional(),
})

const LISTED = [
  ...['namespace', 'serviceAccount', 'version', 'desired'],
  ...['content.expiresAt', 'content.targetAccountId'],
]

export async function* listRoleRequests(table: Table, cluster: string): AsyncGenerator<ListedRole> {
  const attributes = [...LISTED, 'approval.state', ...LISTED.map((attribute) => `inForce.${attribute}`)]
  for await (const item of queryItems(table, `CLUSTER#${cluster}`, 'ROLE#', attributes))
    yield listedSchema.parse(item)
}

const waitingSchema = askedSchema
  .pick({ namespace: true, serviceAccount: true, desired: true, requestedAt: true })
  .extend({ approval: approvalSchema.pick({ state: true }).exactOptional() })

/** Of the cluster, those that an approver must decide on. */
export async function* listWaitingRequests(
  table: Table,
  cluster: string,
): AsyncGenerator<RoleKey & { readonly requestedAt: string }> {
  const attributes = ['namespace', 'serviceAccount', 'desired', 'requestedAt', 'approval.state']
  for await (const item of queryItems(table, `CLUSTER#${cluster}`, 'ROLE#', attributes)) {
    const { desired, approval, ...request } = waitingSchema.parse(item)
    if (desired === 'present' && approval?.state === 'waiting') yield request
  }
}

export interface RolePage {
  readonly roles: readonly { readonly request: RoleRequestRecord; readonly status: RoleStatus | undefined }[]
  /** The last one of this page, wanted or not, if there may be more. */
  readonly last: RoleKey | undefined
}

/**
 * Requests with their status, by namespace and service account, from the first one behind `after`: those of the next `limit` that
 * are wanted. Consistent.
 */
export async function readRolePage(
  table: Table,
  cluster: string,
  after: RoleKey | undefined,
  limit: number,
  isWanted: (request: RoleRequestRecord) => boolean,
): Promise<RolePage> {
  const start = after === undefined ? undefined : keyOf(cluster, 'ROLE', after).sk
  const items = await queryPage(table, { pk: `CLUSTER#${cluster}`, sk: 'ROLE#' }, start, limit)
  const requests = items.map((item) => requestSchema.parse(item))
  const wanted = requests.filter(isWanted)
  const statuses = await Promise.all(wanted.map((request) => readRoleStatus(table, cluster, request)))
  const last = items.length < limit ? undefined : requests.at(-1)
  return {
    roles: wanted.map((request, index) => ({ request, status: statuses[index] })),
    last: last && { namespace: last.namespace, serviceAccount: last.serviceAccount },
  }
}

export async function* listRoleStatuses(table: Table, cluster: string): AsyncGenerator<RoleStatus> {
  for await (const item of queryItems(table, `CLUSTER#${cluster}`, 'STATUS#')) yield parseStatus(item)
}

/** Undefined when the key is of another kind of item. */
export function roleOfKey({ pk, sk }: Key, kind: 'ROLE' | 'STATUS'): ClusterRole | undefined {
  const [, cluster] = /^CLUSTER#(.+)$/.exec(pk) ?? []
  const [found, namespace, serviceAccount] = sk.split('#')
  if (found !== kind || cluster === undefined || namespace === undefined || serviceAccount === undefined)
    return undefined
  return { cluster, namespace, serviceAccount }
}

function indexed(state: 'ROLE' | 'ROLE_EXPIRING' | 'STATUS', time: string) {
  return { indexState: state, indexTime: time }
}

function parseStatus(item: Item): RoleStatus {
  return statusSchema.parse(item)
}

function keyOf(cluster: string, kind: 'ROLE' | 'STATUS', { namespace, serviceAccount }: RoleKey): Key {
  return { pk: `CLUSTER#${cluster}`, sk: `${kind}#${namespace}#${serviceAccount}` }
}
