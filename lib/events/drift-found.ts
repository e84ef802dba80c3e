/** Outbound `Drift Found`: what AWS has is not what was made. Nothing was changed. */
import * as z from 'zod'
import { clusterMembers } from './outcome.ts'

export const DRIFT_FOUND = 'Drift Found'

export const driftFoundDetail = z.strictObject({
  ...clusterMembers,
  resource: z.string().describe('A step, as `bucket`, or `role shop/cart`.'),
  differences: z.array(
    z.strictObject({
      field: z.string().describe('`Status` when it is not there, not ready or not ours.'),
      desired: z.unknown().describe('null: nothing.'),
      observed: z.unknown().describe('null: nothing.'),
    }),
  ),
})
