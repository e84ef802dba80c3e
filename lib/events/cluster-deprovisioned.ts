/** Outbound `Cluster Deprovisioned`: nothing of the cluster is left. */
import * as z from 'zod'
import { clusterMembers } from './outcome.ts'

export const CLUSTER_DEPROVISIONED = 'Cluster Deprovisioned'

export const clusterDeprovisionedDetail = z.strictObject({
  ...clusterMembers,
})
