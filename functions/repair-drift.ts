import { readEnvironment, roleRunsEnvironment, runsEnvironment } from '../lib/config.ts'
import { createHandler } from '../lib/handler.ts'
import { repairDrift, repairs } from '../lib/repair-drift.ts'
import { roleRunsOf, runsOf } from '../lib/wiring.ts'

const environment = readEnvironment({ ...runsEnvironment, ...roleRunsEnvironment })
const runs = { ...runsOf(environment), ...roleRunsOf(environment) }

export const handler = createHandler(async (event) => {
  for (const mendable of repairs.parse(event).mendable) await repairDrift(runs, mendable)
})
