/** Outbound `Keys Published`: the key set that the issuer serves has changed. */
import * as z from 'zod'
import { clusterMembers } from './outcome.ts'

export const KEYS_PUBLISHED = 'Keys Published'

export const keysPublishedDetail = z.strictObject({
  ...clusterMembers,
  kids: z.array(z.string()).describe('Every key that is served now; sign with no other.'),
})
