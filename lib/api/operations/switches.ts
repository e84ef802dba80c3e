/** Clusters protected from deletion, and paused. */

import type * as z from 'zod'
import {
  pauseCluster,
  protectCluster,
  resumeCluster,
  type Switching,
  unprotectCluster,
} from '../../ops/switches.ts'
import type { ClusterRecord } from '../../registry/cluster-record.ts'
import type { Runs } from '../../runs.ts'
import { clusterView } from '../clusters.ts'
import type { clusterPath, none } from '../parameters.ts'
import { type Answer, type Asked, answering } from '../route.ts'
import { requireOperator } from '../visible.ts'
import { auditingOf, type OperationsApi } from './context.ts'
import { PAUSE, PROTECT, RESUME, UNPROTECT } from './published/switches.ts'

export const protect = answering(PROTECT, turning(protectCluster))
export const unprotect = answering(UNPROTECT, turning(unprotectCluster))
export const pause = answering(PAUSE, turning(pauseCluster))
export const resume = answering(RESUME, turning(resumeCluster))

function turning(turn: (switching: Switching & Runs, cluster: string) => Promise<ClusterRecord>) {
  return async (
    api: OperationsApi,
    { caller, path }: Asked<z.output<typeof clusterPath>, z.output<typeof none>>,
  ): Promise<Answer> => {
    requireOperator(api, caller)
    const record = await turn({ ...api, ...auditingOf(api, caller) }, path.cluster)
    return { status: 200, body: clusterView(record) }
  }
}
