import { publisherEnvironment, readEnvironment, roleRunsEnvironment, runsEnvironment } from '../lib/config.ts'
import { announceDeprovisioned } from '../lib/deprovisioned.ts'
import { taskInput } from '../lib/execution.ts'
import { createTaskHandler } from '../lib/handler.ts'
import { endMigration } from '../lib/migrate.ts'
import { startLateRoles } from '../lib/reconcile-role.ts'
import { requireCluster } from '../lib/registry/cluster-record.ts'
import { finishRun } from '../lib/runs.ts'
import { publisherOf, roleRunsOf, runsOf } from '../lib/wiring.ts'

const environment = readEnvironment({
  ...runsEnvironment,
  ...roleRunsEnvironment,
  ...publisherEnvironment,
})
const runs = runsOf(environment)
const roleRuns = roleRunsOf(environment)
const publisher = publisherOf(environment)

export const handler = createTaskHandler(taskInput, async ({ input: { cluster, run } }) => {
  const record = await requireCluster(runs.table, cluster)
  await announceDeprovisioned(publisher, record, run)
  const home = await endMigration(runs, record, run)
  await startLateRoles(roleRuns, await finishRun(runs, home, run))
})
