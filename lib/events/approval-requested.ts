/** Outbound `Approval Requested`: a request waits until an approver has decided on it. */
import * as z from 'zod'
import { roleMembers } from './outcome.ts'

export const APPROVAL_REQUESTED = 'Approval Requested'

export const approvalRequestedDetail = z.strictObject({
  ...roleMembers,
  version: z.int().describe('Of the request; who decides says it as If-Match.'),
  tenant: z.string(),
  requestedBy: z.string().describe('The principal.'),
  requestedAt: z.string(),
  needs: z
    .array(z.strictObject({ rule: z.string(), pointer: z.string(), detail: z.string() }))
    .describe('Why: the guard rails that it does not pass by itself, with their places in the request.'),
})
