import * as z from 'zod'
import { SHARED_HOST } from '../aws/names.ts'

const clusterNameFault = 'must be a DNS label: 1 to 63 lower-case letters, digits and inner hyphens'

/** RFC 1123 §2.1. It becomes part of names and tags everywhere; where it is too long there, it is cut. */
export const clusterName = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, clusterNameFault)

/** Of what is recorded: a cluster, or the host that clusters share. */
export const anyClusterName = z
  .union([clusterName, z.literal(SHARED_HOST)], { error: clusterNameFault })
  .describe(`DNS label; ${SHARED_HOST} is the host of all clusters with shared hosting.`)

/** For the log, of an event that nobody has looked at: the cluster that it names, if that is a name. Anything else may be a secret. */
export function clusterKey(event: unknown): { readonly cluster?: string } {
  const { success, data } = named.safeParse(event)
  return success ? { cluster: data.detail.cluster } : {}
}

const named = z.object({ detail: z.object({ cluster: clusterName }) })
