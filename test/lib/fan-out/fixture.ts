/** Clusters with requests that a run lists, settles, and lists again. */
import { Throttled } from '../../../lib/errors.ts'
import type { TaskInput } from '../../../lib/execution.ts'
import { listRoles as listRolesAt, type RoleList } from '../../../lib/fan-out.ts'
import { putRoleRequest } from '../../../lib/registry/roles.ts'
import type { Table } from '../../../lib/registry/table.ts'
import { settleRole } from '../../../lib/settle-role.ts'
import { aRoleRequest, aRun, aTableWith, golemRecord } from '../registry/registry.ts'
import { STACK } from '../resources/golem.ts'
import { aBus, aRoleResource } from '../settling.ts'
import { aTask } from '../task.ts'

export const RUNNING = golemRecord(aRun())

export function listRoles(table: Table, task: TaskInput): Promise<RoleList> {
  return listRolesAt({ table, now: () => new Date('2026-01-31T12:30:00Z') }, task)
}

/** A table with a run under way and requests of these service accounts. */
export async function aTableWithRoles(...serviceAccounts: readonly string[]): Promise<Table> {
  const table = await aTableWith(RUNNING)
  await Promise.all(
    serviceAccounts.map((serviceAccount) => putRoleRequest(table, aRoleRequest({ serviceAccount }), 0)),
  )
  return table
}

export function names(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `reader-${1000 + index}`)
}

export function listed({ batches }: RoleList): string[] {
  return batches.flat().map(({ serviceAccount }) => serviceAccount)
}

/** The loop of the state machine: lists, settles what is listed, waits, until it is done. IAM throttles these. */
export async function fanOut(table: Table, throttled: readonly string[], first = aTask()) {
  const steps: string[] = []
  const { publisher } = aBus()
  const { roles } = aRoleResource(({ serviceAccount }) => {
    if (throttled.includes(serviceAccount)) throw new Throttled('slow down')
  })
  const since = first.execution.RedriveTime ?? first.execution.StartTime
  const now = () => new Date(Date.parse(since) + 60_000)
  const settling = { table, stack: STACK, publisher, roles, now, run: 1, since }
  let task: TaskInput = first
  for (;;) {
    const list = await listRoles(table, task).catch((error: unknown) => error)
    if (!isList(list)) return { steps, error: list }
    steps.push([list.status, ...listed(list)].join(' '))
    if (list.status === 'done') return { steps, error: undefined }
    for (const key of list.batches.flat()) await settleRole(settling, 'golem', key)
    const { cluster, run, step, status, pass } = list
    task = { ...first, input: { cluster, run, step, status, pass } }
  }
}

export function isList(answer: unknown): answer is RoleList {
  return typeof answer === 'object' && answer !== null && 'batches' in answer
}

export const GOING = golemRecord({
  ...aRun({ workflow: 'deprovision' }),
  status: 'DELETING',
  removal: { force: false },
})
