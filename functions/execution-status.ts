import { now } from '../lib/clock.ts'
import { publisherEnvironment, readEnvironment, runsEnvironment } from '../lib/config.ts'
import { parseExecutionStatusChange } from '../lib/events/execution-status-change.ts'
import { judgeRun } from '../lib/failed-run.ts'
import { createHandler } from '../lib/handler.ts'
import { publisherOf, runsOf } from '../lib/wiring.ts'

const environment = readEnvironment({ ...runsEnvironment, ...publisherEnvironment })
const watching = { ...runsOf(environment), publisher: publisherOf(environment), now }

export const handler = createHandler(async (event, { logger }) => {
  const change = parseExecutionStatusChange(event)
  if (change === undefined) return
  logger.appendKeys({ ...change })
  await judgeRun(watching, change.cluster)
})
