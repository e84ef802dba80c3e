/** What cannot be taken away with a cluster, because its account cannot be reached any more. */
import { ProviderAccountUnreachable } from './errors.ts'
import type { TaskInput } from './execution.ts'
import { changeCluster, isOwnRun, readCluster } from './registry/cluster-record.ts'
import { accountOfRole } from './registry/replica-needs.ts'
import { changeReplica } from './registry/replicas.ts'
import { listRoleStatuses } from './registry/roles.ts'
import type { Table } from './registry/table.ts'

/**
 * Of a cluster that an operator has abandoned, all that is left is written down before the next step: that keeps the host of the issuer as
 * long as there is any. `unreachable`: accounts whose provider stays. Throws ProviderAccountUnreachable when nobody has abandoned it.
 */
export async function leaveBehind(
  { table }: { readonly table: Table },
  { input: { cluster, run } }: TaskInput,
  unreachable: readonly string[],
): Promise<void> {
  const record = await readCluster(table, cluster)
  if (!isOwnRun(record, run)) return
  if (record.abandoned === undefined) {
    if (unreachable.length === 0) return
    throw new ProviderAccountUnreachable(
      unreachable,
      `what is there goes on to trust ${record.desired.issuer}.`,
    )
  }
  // Nothing changes there from now on, and the sweep has nothing to look for.
  for (const accountId of unreachable)
    await changeReplica(table, { cluster, accountId }, (known) => {
      if (known?.doubt === undefined) return known
      const { doubt: _, ...replica } = known
      return replica
    })
  const accounts = new Set([...unreachable, ...(await accountsOfRolesLeft(table, cluster))])
  await changeCluster(table, cluster, (known) =>
    isOwnRun(known, run) && known.abandoned !== undefined
      ? { ...known, abandoned: { ...known.abandoned, accounts: [...accounts].toSorted() } }
      : known,
  )
}

async function accountsOfRolesLeft(table: Table, cluster: string): Promise<string[]> {
  const accounts: string[] = []
  for await (const status of listRoleStatuses(table, cluster)) accounts.push(accountOfRole(status) ?? '')
  return accounts.filter(Boolean)
}
