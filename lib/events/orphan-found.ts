/** Outbound `Orphan Found`: something with our tags that no cluster explains. It is left as it is. */
import * as z from 'zod'
import { accountId } from './envelope.ts'

export const ORPHAN_FOUND = 'Orphan Found'

export const orphanFoundDetail = z.strictObject({
  accountId,
  cluster: z.string().describe('As its tag says; there may be none of that name any more.'),
  resource: z.enum(['bucket', 'certificate', 'distribution', 'provider', 'role']),
  id: z.string().describe('Its ARN; of a bucket its name.'),
})
