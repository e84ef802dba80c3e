import type { Partition } from '../aws/partitions.ts'

/** Where the role will be used: what ARNs in its policies are made of. */
export interface PolicyContext {
  readonly partition: Partition['name']
  /** The account of the role. */
  readonly accountId: string
  /** The cluster's. */
  readonly region: string
  readonly cluster: string
  /** Of the cluster: the role's too, unless it has another target account. */
  readonly clusterAccountId: string
  /** As lib/aws/stack.ts has them. */
  readonly allowedManagedPolicies: readonly string[]
  readonly targetAccounts: readonly string[]
}
