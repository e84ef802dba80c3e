/** Outbound `Drift Found`: what AWS has is not what was made. Nothing was changed. */
import * as z from 'zod'
import { clusterMembers } from './outcome.ts'

export const DRIFT_FOUND = 'Drift Found'

export const driftFoundDetail = z.strictObject({
  ...clusterMembers,
  resource: z.string(),
  differences: z.array(z.strictObject({ field: z.string(), desired: z.unknown(), observed: z.unknown() })),
})
