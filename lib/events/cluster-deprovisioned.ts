/** Outbound `Cluster Deprovisioned`: nothing of the cluster is left, unless it was abandoned. */
import * as z from 'zod'
import { accountId } from './envelope.ts'
import { clusterMembers } from './outcome.ts'

export const CLUSTER_DEPROVISIONED = 'Cluster Deprovisioned'

export const clusterDeprovisionedDetail = z.strictObject({
  ...clusterMembers,
  abandoned: z
    .strictObject({
      reason: z.string().describe("The operator's."),
      accounts: z.array(accountId).describe('Where provider or roles are left, which trust the issuer.'),
    })
    .optional()
    .describe("The issuer's host stays, with nothing to serve, so that nobody else gets it."),
})
