/** The example's cluster, in account 000000000000, and its provider in another one. */
import type { Cluster, StepOutputs } from '../../../lib/cluster.ts'
import { readReplica } from '../../../lib/registry/replicas.ts'
import { putRoleRequest } from '../../../lib/registry/roles.ts'
import { putTrust } from '../../../lib/registry/subject-clusters.ts'
import { deleteItem, type Table } from '../../../lib/registry/table.ts'
import { type Replicating, settleReplica } from '../../../lib/replicas.ts'
import type { Resource } from '../../../lib/resource.ts'
import { type Around, aRoleRequest, aTableWith, golemRecord } from '../registry/registry.ts'

export const TARGET = '444455556666'
export const KEY = { cluster: 'golem', accountId: TARGET }
export const ROLE = { namespace: 'default', serviceAccount: 'reader' }
export const READY = golemRecord({ status: 'READY', generation: 2 })

export async function theReplica({
  record = READY,
  fails,
  around,
}: {
  record?: typeof READY
  fails?: (accountId: string) => void
  around?: Around
} = {}) {
  const table = await aTableWith(record, around)
  const iam = aProvider(fails, around)
  let now = new Date('2026-01-31T12:10:00.000Z')
  const replicating: Replicating = { table, provider: iam.provider, now: () => now }
  return {
    ...iam,
    table,
    replicating,
    settle: () => settleReplica(replicating, KEY),
    replica: () => readReplica(table, KEY),
    pass: (minutes: number) => {
      now = new Date(now.getTime() + minutes * 60_000)
    },
  }
}

/** A role of the cluster in that account is asked for. */
export async function ask(table: Table, serviceAccount = 'reader'): Promise<void> {
  const content = { ...aRoleRequest().content, targetAccountId: TARGET }
  const request = aRoleRequest({ serviceAccount, content })
  await putTrust(table, 'golem', request)
  await putRoleRequest(table, request, 0)
}

/** And no more. */
export function forget(table: Table, serviceAccount = 'reader'): Promise<boolean> {
  return deleteItem(table, { pk: 'CLUSTER#golem', sk: `ROLE#default#${serviceAccount}` })
}

/** IAM of all accounts: what is there, by account, with its audiences. */
function aProvider(fails: (accountId: string) => void = () => undefined, around: Around = (call) => call()) {
  const there = new Map<string, readonly string[]>()
  const calls: string[] = []
  const provider: Resource<Cluster, StepOutputs['provider']> = {
    async observe({ accountId, audiences }) {
      await around(async () => undefined, 'iam')
      const found = there.get(accountId)
      if (found === undefined) return { status: 'absent' }
      const outputs = { providerArn: `arn:aws:iam::${accountId}:oidc-provider/x`, audiences: [...audiences] }
      const isSame = JSON.stringify(found) === JSON.stringify(audiences)
      return {
        status: 'ready',
        outputs,
        differences: isSame ? [] : [{ field: 'x', desired: 1, observed: 2 }],
      }
    },
    async create({ accountId, audiences }) {
      await around(async () => undefined, 'iam')
      fails(accountId)
      calls.push(`create ${accountId}`)
      there.set(accountId, audiences)
      return undefined
    },
    async delete({ accountId }) {
      await around(async () => undefined, 'iam')
      fails(accountId)
      if (there.delete(accountId)) calls.push(`delete ${accountId}`)
    },
  }
  return { provider, there, calls }
}
