/** Role requests and, apart from them, their status: so that settling a role never collides with changing its request. */
import * as z from 'zod'
import { roleContentSchema } from '../policy/request.ts'
import { getItem, type Item, type Key, putItem, queryItems, type Table } from './table.ts'

const requestSchema = z.object({
  cluster: z.string(),
  namespace: z.string(),
  serviceAccount: z.string(),
  /** Raised by every accepted change. */
  version: z.int(),
  content: roleContentSchema,
  /** The principal that asked. */
  requestedBy: z.string(),
  requestedAt: z.string(),
})

/** READY: IAM has it. FAILED: only the requester can mend it. RETRY: nobody's fault, tried again. */
const statusSchema = z.object({
  namespace: z.string(),
  serviceAccount: z.string(),
  /** Of the request that was settled. */
  version: z.int(),
  /** Of the cluster: its audiences are in the trust policy. */
  generation: z.int(),
  state: z.enum(['READY', 'FAILED', 'RETRY']),
  roleArn: z.string(),
  roleId: z.string().exactOptional(),
  error: z.string().exactOptional(),
  message: z.string().exactOptional(),
  remedy: z.string().exactOptional(),
  run: z.int(),
  attempts: z.int(),
  at: z.string(),
})

export type RoleRequestRecord = z.output<typeof requestSchema>
export type RoleStatus = z.output<typeof statusSchema>

export interface RoleKey {
  readonly namespace: string
  readonly serviceAccount: string
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
  const item = { ...record, ...keyOf(record.cluster, 'ROLE', record) }
  const condition =
    previous === 0
      ? { expression: 'attribute_not_exists(pk)' }
      : { expression: 'version = :version', values: { ':version': previous } }
  return putItem(table, item, condition)
}

export async function readRoleStatus(
  table: Table,
  cluster: string,
  role: RoleKey,
): Promise<RoleStatus | undefined> {
  const item = await getItem(table, keyOf(cluster, 'STATUS', role))
  return item === undefined ? undefined : statusSchema.parse(item)
}

/** A later version's status stays: who settled the earlier one was slow. */
export async function putRoleStatus(table: Table, cluster: string, status: RoleStatus): Promise<void> {
  await putItem(
    table,
    { ...status, ...keyOf(cluster, 'STATUS', status) },
    {
      expression: 'attribute_not_exists(pk) OR version <= :version',
      values: { ':version': status.version },
    },
  )
}

export interface ListedRole extends RoleKey {
  readonly version: number
}

/** Without their content: lists of thousands stay small. */
export async function* listRoleRequests(table: Table, cluster: string): AsyncGenerator<ListedRole> {
  const attributes = ['namespace', 'serviceAccount', 'version']
  for await (const item of queryItems(table, `CLUSTER#${cluster}`, 'ROLE#', attributes))
    yield listedSchema.parse(item)
}

const listedSchema = requestSchema.pick({ namespace: true, serviceAccount: true, version: true })

export async function* listRoleStatuses(table: Table, cluster: string): AsyncGenerator<RoleStatus> {
  for await (const item of queryItems(table, `CLUSTER#${cluster}`, 'STATUS#')) yield parseStatus(item)
}

function parseStatus(item: Item): RoleStatus {
  return statusSchema.parse(item)
}

function keyOf(cluster: string, kind: 'ROLE' | 'STATUS', { namespace, serviceAccount }: RoleKey): Key {
  return { pk: `CLUSTER#${cluster}`, sk: `${kind}#${namespace}#${serviceAccount}` }
}
