import { now } from '../lib/clock.ts'
import {
  publisherEnvironment,
  readEnvironment,
  roleRunsEnvironment,
  tableEnvironment,
} from '../lib/config.ts'
import { taskInput } from '../lib/execution.ts'
import { createTaskHandler } from '../lib/handler.ts'
import { recordIssuerReady } from '../lib/issuer-ready.ts'
import { measureTimeToIssuerReady } from '../lib/metrics.ts'
import { startTrustingRoles } from '../lib/reconcile-role.ts'
import { publisherOf, roleRunsOf, tableOf } from '../lib/wiring.ts'

const environment = readEnvironment({
  ...tableEnvironment,
  ...publisherEnvironment,
  ...roleRunsEnvironment,
})
const recording = { table: tableOf(environment), publisher: publisherOf(environment), now }
const roleRuns = roleRunsOf(environment)

export const handler = createTaskHandler(taskInput, async ({ input: { cluster, run }, execution }) => {
  const record = await recordIssuerReady(recording, cluster, run)
  if (record === undefined) return { cluster, run, status: 'superseded' }
  await startTrustingRoles(roleRuns, record)
  measureTimeToIssuerReady(execution.StartTime, now())
  return { cluster, run, status: 'ready' }
})
