/** Somebody must know that a request waits for an approver, and what became of it. */
import type { Stack } from './aws/stack.ts'
import { type Publisher, publish } from './events/publish.ts'
import { readCluster } from './registry/cluster-record.ts'
import { type RoleKey, readRoleRequest } from './registry/roles.ts'
import type { Table } from './registry/table.ts'
import { roleArnOf } from './role-compile.ts'

export interface Telling {
  readonly table: Table
  readonly publisher: Publisher
  readonly stack: Stack
}

/**
 * Of the request as it is now: one that has been decided on before anybody was told that it waits is told of as decided. May be
 * repeated; `version` tells doubles apart.
 */
export async function tellApproval(
  { table, publisher, stack }: Telling,
  cluster: string,
  key: RoleKey,
): Promise<void> {
  const request = await readRoleRequest(table, cluster, key)
  const { approval, tenant = '' } = request ?? {}
  if (request === undefined || approval === undefined) return
  const record = await readCluster(table, cluster)
  if (record === undefined) return
  const { namespace, serviceAccount, version, requestedBy, requestedAt } = request
  const { desired, generation, runs: run } = record
  const { accountId, issuer } = desired
  const roleArn = roleArnOf(stack, desired, request)
  const about = { cluster, accountId, issuer, generation, run, namespace, serviceAccount, roleArn, tenant }
  if (approval.state === 'waiting') {
    const { needs } = approval
    return publish(publisher, 'Approval Requested', { ...about, version, requestedBy, requestedAt, needs })
  }
  const { state: decision, by = '', reason = null, version: decidedOn = version } = approval
  await publish(publisher, 'Approval Decided', {
    ...about,
    version: decidedOn,
    decision,
    requestedBy,
    by,
    reason,
  })
}
