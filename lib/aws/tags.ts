/** Tags: whose a thing is. They go into the creating call; a thing without them is not ours and never touched. */
import type { Stack } from './stack.ts'

export type Tags = Readonly<Record<string, string>>

const STACK = 'irsa:stack'
const CLUSTER = 'irsa:cluster'

/** The sender's tags and ours; input cannot use `irsa:`, so ours always stand. */
export function desiredTags(stack: Pick<Stack, 'name'>, owned: Owned): Tags {
  return { ...owned.tags, [STACK]: stack.name, [CLUSTER]: owned.cluster }
}

interface Owned {
  readonly cluster: string
  readonly tags: Tags
}

export function isOurs(tags: Tags, stack: Pick<Stack, 'name'>, cluster: string): boolean {
  return tags[STACK] === stack.name && tags[CLUSTER] === cluster
}

/** The cluster that they name, if it is one of this stack. */
export function clusterOfTags(tags: Tags, stack: Pick<Stack, 'name'>): string | undefined {
  return tags[STACK] === stack.name ? tags[CLUSTER] : undefined
}

/** Of another stack, or of another cluster of this one, in words; undefined: nobody's, or this cluster's. */
export function otherOwner(tags: Tags, stack: Pick<Stack, 'name'>, cluster: string): string | undefined {
  if (tags[STACK] === undefined || isOurs(tags, stack, cluster)) return undefined
  return `the stack ${tags[STACK]}, cluster ${tags[CLUSTER] ?? 'unknown'}`
}

/** As S3, ACM, IAM and CloudFront take them; sorted, so that the same tags are the same request. */
export function tagList(tags: Tags): { Key: string; Value: string }[] {
  return Object.entries(tags)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([Key, Value]) => ({ Key, Value }))
}

/** From any service's list. AWS's own tags (`aws:cloudformation:…`) are left out: nobody can change them. */
export function readTags(
  list: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] | undefined,
): Tags {
  const entries = (list ?? []).map(({ Key = '', Value = '' }) => [Key, Value] as const)
  return Object.fromEntries(entries.filter(([key]) => !key.startsWith('aws:')))
}

/** What must be set and what taken away; both empty when they are the same. */
export function tagChanges(
  desired: Tags,
  observed: Tags,
): { readonly set: Tags; readonly removed: readonly string[] } {
  const set = Object.entries(desired).filter(([key, value]) => observed[key] !== value)
  return {
    set: Object.fromEntries(set),
    removed: Object.keys(observed)
      .filter((key) => !(key in desired))
      .toSorted(),
  }
}
