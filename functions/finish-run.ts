import { publisherEnvironment, readEnvironment, roleRunsEnvironment, runsEnvironment } from '../lib/config.ts'
import { announceDeprovisioned } from '../lib/deprovisioned.ts'
import { taskInput } from '../lib/execution.ts'
import { createTaskHandler } from '../lib/handler.ts'
import { endMigration } from '../lib/migrate.ts'
import { startLateRoles } from '../lib/reconcile-role.ts'
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
  await announceDeprovisioned({ table: runs.table, publisher }, cluster, run)
  await endMigration(runs, cluster, run)
  await finishRun(runs, cluster, run)
  await startLateRoles(roleRuns, cluster)
})
