/** The deployed stack as the resources see it. lib/config.ts reads it from the environment. */
import type { Partition } from './partitions.ts'

export interface Stack {
  /** At most 8 characters of `a-z0-9`: part of every account-wide name. */
  readonly stage: string
  /** Value of the tag `irsa:stack`: what tells this stack's things from another's in the same account. */
  readonly name: string
  /** Hosting is in this account and region; provider and roles are in the cluster's account. */
  readonly accountId: string
  readonly region: string
  readonly partition: Partition
  /** The one origin access control that all distributions share. */
  readonly originAccessControlId: string
  /** The public zones that may be used; empty: every one of the account, by everybody. */
  readonly hostedZones: readonly AllowedZone[]
  /** Whether a bucket may be public, where there is no CloudFront to read a private one. */
  readonly allowPublicBuckets: boolean
  /** Host of the issuers of all clusters with shared hosting; '': there is none. */
  readonly sharedHost: string
  /** Of others, that may be taken over: names, in which `*` stands for any characters. */
  readonly adoptedBuckets: readonly string[]
  /** `/irsa/`, or as the stack's parameter says; begins and ends with a slash. */
  readonly rolePath: string
  /** ARNs of the managed policies that a role may have; `*` at the end of one of AWS's stands for all that begin so. */
  readonly managedPolicies: readonly string[]
  /** Besides its cluster's, accounts that a role may be asked for in. */
  readonly targetAccounts: readonly string[]
  /** Keys of the tags that a role may have besides the ownership tags: each is `aws:PrincipalTag` to everyone's policies. */
  readonly roleTagKeys: readonly string[]
  /** IAM's quota "Role trust policy length", where roles are made. */
  readonly trustPolicyCharacters: number
}

export interface AllowedZone {
  /** Without `/hostedzone/`; undefined, as the name: every public zone of the account. */
  readonly id?: string | undefined
  /** Lower case, without trailing dot. */
  readonly name?: string | undefined
  /** Where it is; undefined: in the stack's account. */
  readonly accountId?: string | undefined
  /** Accounts whose clusters may be in it; undefined: all. */
  readonly usedBy?: readonly string[] | undefined
}
