/** Has the ordinary workflows mend what has drifted: a run of the cluster for its steps, an execution of its own for each role. */
import * as z from 'zod'
import type { Mendable } from './find-drift.ts'
import { type RoleRuns, startRoleAgain } from './reconcile-role.ts'
import { changeCluster, isGoing, readCluster } from './registry/cluster-record.ts'
import { type Runs, startRun, withNewRun } from './runs.ts'

const mendableSchema = z.object({
  cluster: z.string(),
  run: z.int(),
  steps: z.boolean(),
  roles: z.array(z.object({ namespace: z.string(), serviceAccount: z.string(), version: z.int() })),
})

/** What find-drift has answered. */
export const repairs = z.object({ mendable: z.array(mendableSchema) })

/** Repeated, it starts nothing twice; a cluster that has gone on since, or was paused, is left alone. */
export async function repairDrift(runs: Runs & RoleRuns, mendable: Mendable): Promise<void> {
  const { cluster, run, steps, roles } = mendable
  const record = await readCluster(runs.table, cluster)
  if (record === undefined || record.paused || isGoing(record)) return
  const isOurs = record.runs === run + 1 && record.run?.state === 'RECORDED'
  if (record.runs !== run && !isOurs) return
  for (const role of roles) await startRoleAgain(runs, { cluster, ...role })
  if (!steps) return
  await changeCluster(runs.table, cluster, (known) =>
    known?.runs === run && known.run === undefined && !known.paused && !isGoing(known)
      ? withNewRun(known)
      : known,
  )
  await startRun(runs, cluster)
}
