/** Outbound `Provisioning Failed`: a run stopped at a step and waits for a replay. */
import * as z from 'zod'
import { STEPS } from '../steps.ts'
import { clusterMembers, failureMembers } from './outcome.ts'

export const PROVISIONING_FAILED = 'Provisioning Failed'

export const provisioningFailedDetail = z.strictObject({
  ...clusterMembers,
  ...failureMembers,
  step: z.enum(STEPS),
})
