/** One role of the example's cluster, in a run that began at noon, half an hour later. */
import { putRoleRequest, readRoleStatus } from '../../../lib/registry/roles.ts'
import type { Table } from '../../../lib/registry/table.ts'
import { type Settling, settleRole } from '../../../lib/settle-role.ts'
import { aRoleRequest, aTableWith, golemRecord } from '../registry/registry.ts'
import { STACK } from '../resources/golem.ts'
import { aBus, aRoleResource } from '../settling.ts'

export const KEY = { namespace: 'default', serviceAccount: 'reader' }
export const NOW = '2026-01-31T12:30:00.000Z'
export const ABOUT = {
  cluster: 'golem',
  accountId: '000000000000',
  issuer: 'https://irsa.golem.gigantic.io',
  generation: 1,
  run: 1,
  ...KEY,
}

type Fails = Parameters<typeof aRoleResource>[0]

/** `table` has the cluster and its request already; else they are as simple as can be. */
export async function theRole({ fails, table }: { fails?: Fails; table?: Table } = {}) {
  const { bus, publisher, published } = aBus()
  const { roles, made, deleted, there } = aRoleResource(fails)
  const registry = table ?? (await aTableWith(golemRecord()))
  if (table === undefined) await putRoleRequest(registry, aRoleRequest(), 0)
  const settling: Settling = {
    table: registry,
    stack: STACK,
    publisher,
    roles,
    now: () => new Date(NOW),
    run: 1,
    since: '2026-01-31T12:00:00.000Z',
  }
  return {
    table: registry,
    bus,
    published,
    made,
    deleted,
    there,
    settling,
    settle: (changes: Partial<Settling> = {}) => settleRole({ ...settling, ...changes }, 'golem', KEY),
    status: () => readRoleStatus(registry, 'golem', KEY),
  }
}

export function failing(error: unknown): Fails {
  return () => {
    throw error
  }
}
