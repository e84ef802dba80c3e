/** Outbound `Role Ready`: IAM has the role as it was requested; STS may lag some seconds. */
import * as z from 'zod'
import { roleMembers } from './outcome.ts'

export const ROLE_READY = 'Role Ready'

export const roleReadyDetail = z.strictObject({
  ...roleMembers,
})
