/** Outbound `Approval Decided`: a request that waited is in force now, or was rejected. */
import * as z from 'zod'
import { roleMembers } from './outcome.ts'

export const APPROVAL_DECIDED = 'Approval Decided'

export const approvalDecidedDetail = z.strictObject({
  ...roleMembers,
  version: z.int().describe('That was decided on.'),
  decision: z.enum(['approved', 'rejected']),
  tenant: z.string(),
  requestedBy: z.string().describe('The principal.'),
  by: z.string().describe('The principal that decided.'),
  reason: z.string().nullable().describe('Of a rejection.'),
})
