import { readEnvironment, roleRunsEnvironment, runsEnvironment } from '../lib/config.ts'
import { taskInput } from '../lib/execution.ts'
import { createTaskHandler } from '../lib/handler.ts'
import { startLateRoles } from '../lib/reconcile-role.ts'
import { finishRun } from '../lib/runs.ts'
import { roleRunsOf, runsOf } from '../lib/wiring.ts'

const environment = readEnvironment({ ...runsEnvironment, ...roleRunsEnvironment })
const runs = runsOf(environment)
const roleRuns = roleRunsOf(environment)

export const handler = createTaskHandler(taskInput, async ({ input: { cluster, run } }) => {
  await finishRun(runs, cluster, run)
  await startLateRoles(roleRuns, cluster)
})
