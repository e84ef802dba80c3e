/** Outbound `Provisioning Failed`: a run, one that deprovisions too, stopped at a step and waits for a replay. */
import * as z from 'zod'
import { STEPS } from '../steps.ts'
import { clusterMembers, failureMembers } from './outcome.ts'

export const PROVISIONING_FAILED = 'Provisioning Failed'

export const provisioningFailedDetail = z.strictObject({
  ...clusterMembers,
  ...failureMembers,
  workflow: z.enum(['provision', 'deprovision']),
  step: z.enum(STEPS),
})
