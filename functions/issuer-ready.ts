import { now } from '../lib/clock.ts'
import { publisherEnvironment, readEnvironment, tableEnvironment } from '../lib/config.ts'
import { taskInput } from '../lib/execution.ts'
import { createTaskHandler } from '../lib/handler.ts'
import { recordIssuerReady } from '../lib/issuer-ready.ts'
import { measureTimeToIssuerReady } from '../lib/metrics.ts'
import { publisherOf, tableOf } from '../lib/wiring.ts'

const environment = readEnvironment({ ...tableEnvironment, ...publisherEnvironment })
const recording = { table: tableOf(environment), publisher: publisherOf(environment) }

export const handler = createTaskHandler(taskInput, async ({ input: { cluster, run }, execution }) => {
  const answer = await recordIssuerReady(recording, cluster, run)
  if (answer.status === 'ready') measureTimeToIssuerReady(execution.StartTime, now())
  return answer
})
