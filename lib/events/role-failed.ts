/** Outbound `Role Failed`: only the requester can mend it; the other roles go on. */
import * as z from 'zod'
import { failureMembers, roleMembers } from './outcome.ts'

export const ROLE_FAILED = 'Role Failed'

export const roleFailedDetail = z.strictObject({
  ...roleMembers,
  ...failureMembers,
})
