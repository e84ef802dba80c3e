import { now } from '../lib/clock.ts'
import {
  auditEnvironment,
  publisherEnvironment,
  readEnvironment,
  roleRunsEnvironment,
  runsEnvironment,
} from '../lib/config.ts'
import { sweepRuns } from '../lib/failed-run.ts'
import { createHandler } from '../lib/handler.ts'

import { sweepReplicas, sweepRoles } from '../lib/reconcile-role.ts'
import { sweepKeys } from '../lib/retire-keys.ts'
import { auditOf, publisherOf, roleRunsOf, runsOf } from '../lib/wiring.ts'

const environment = readEnvironment({
  ...runsEnvironment,
  ...roleRunsEnvironment,
  ...publisherEnvironment,
  ...auditEnvironment,
})
const watching = { ...runsOf(environment), publisher: publisherOf(environment), now }
const roleRuns = roleRunsOf(environment)

/** None waits for the others' mending. */
export const handler = createHandler(async () => {
  const sweeps = await Promise.allSettled([
    sweepRuns(watching),
    sweepRoles(roleRuns),
    sweepReplicas(roleRuns),
    sweepKeys({ ...watching, audit: auditOf(environment) }),
  ])
  for (const sweep of sweeps) if (sweep.status === 'rejected') throw sweep.reason
})
