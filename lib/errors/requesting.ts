/** A request for a role that is refused: nothing was changed. What is wrong is its requester's to mend. */
import { faultAt } from './fault-at.ts'
import { IrsaError } from './irsa-error.ts'

/** A role cannot move: its ARN and its ID are what resource policies elsewhere name. */
export class TargetAccountFixed extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy =
    'Leave targetAccountId as it is, or have the role removed and, once it is gone, ask for it anew.'
  override readonly name = 'TargetAccountFixed'
  constructor(itsAccount: string, wanted: string) {
    const detail = `the role is in account ${itsAccount}, and cannot move to ${wanted}`
    super(`role.targetAccountId: ${detail}.`, faultAt('/targetAccountId', detail))
  }
}

export class ClusterBeingDeleted extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy =
    'Wait for Cluster Deprovisioned. If the cluster was announced again, ask for its roles after that.'
  override readonly name = 'ClusterBeingDeleted'
  constructor(cluster: string) {
    super(`The cluster ${cluster} is being deleted, and its roles with it.`)
  }
}

export class RoleNameTaken extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy = 'Choose another namespace or service account name; IAM names ignore case.'
  override readonly name = 'RoleNameTaken'
  readonly roleName: string
  /** `holder` undefined: for who may not know it. */
  constructor(roleName: string, holder?: string) {
    super(`The role name ${roleName} ${holder === undefined ? 'is taken' : `belongs to ${holder}`}.`)
    this.roleName = roleName
  }
}

/** The request's item was changed since it was read. */
export class VersionConflict extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy = 'Read it again and repeat the change on the newer version.'
  override readonly name = 'VersionConflict'
}

export class PolicyRefused extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy = 'Change the policy as the message says and send the request again.'
  override readonly name = 'PolicyRefused'
}

export class PolicyTooLarge extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy =
    'Use fewer statements, wildcards in resource names, or a customer-managed policy; or split the service account.'
  override readonly name = 'PolicyTooLarge'
  constructor(what: string, characters: number, limit: number) {
    super(`${what} has ${characters} characters; IAM allows ${limit}.`)
  }
}

/** The guard rails found something that nobody, or not this tenant, is given. */
export class RequestRefused extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy =
    'Change what is named to what is allowed there, and send the request again.'
  override readonly name = 'RequestRefused'
  readonly findings: readonly Refusal[]
  constructor(findings: readonly Refusal[]) {
    const shown = findings.slice(0, MAX_FINDINGS_SHOWN).map(refusalWords)
    super(
      [
        ...shown,
        ...(findings.length > shown.length ? [`and ${findings.length - shown.length} more`] : []),
      ].join('; '),
    )
    this.findings = findings
  }
}

export interface Refusal {
  /** Literal name of the guard rail: docs/guard-rails.md. */
  readonly rule: string
  /** JSON pointer (RFC 6901) into the body of the request. */
  readonly pointer: string
  readonly message: string
  readonly allowed: string
}

/** The message must fit into a line of a log and an item; `findings` has them all. */
const MAX_FINDINGS_SHOWN = 20

function refusalWords({ rule, pointer, message, allowed }: Refusal): string {
  return `${pointer} ${message} (${rule}); allowed: ${allowed}`
}

export class RoleQuotaReached extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy = 'Remove roles that are not used, or have the quota raised.'
  override readonly name = 'RoleQuotaReached'
  constructor(whose: string, quota: number) {
    super(`${whose} has as many roles as it may have: ${quota}.`)
  }
}

/** IAM's own quota, of all roles of the account whoever made them. */
export class AccountRoleQuotaReached extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy =
    'Remove roles that are not used, or have the quota "Roles per account" of that account raised. Ask again after 15 minutes.'
  override readonly name = 'AccountRoleQuotaReached'
  constructor(accountId: string, pointer: string) {
    const detail = `IAM makes no more roles in account ${accountId}`
    super(`${detail}: it has as many as its quota allows.`, faultAt(pointer, detail))
  }
}

export class RoleNotWaiting extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy =
    'Look at its status: it needs no approval, or somebody has decided already.'
  override readonly name = 'RoleNotWaiting'
  constructor(cluster: string, { namespace, serviceAccount }: { namespace: string; serviceAccount: string }) {
    super(`The request of ${namespace}/${serviceAccount} on ${cluster} does not wait for an approval.`)
  }
}

/** The rule that let it in is not there any more, or names its requester or its place no longer. */
export class RequestNotAdmitted extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy =
    'Reject it, or have an administrator put a rule that admits it. Rejected, it can be sent again by whom a rule names by now.'
  override readonly name = 'RequestNotAdmitted'
  constructor(tenant: string | undefined, requestedBy: string) {
    super(
      `By now no rule of ${tenant === undefined ? 'any tenant' : `tenant ${tenant}`} lets ${requestedBy} ask for this role.`,
    )
  }
}

/** IAM refused a policy of the request (MalformedPolicyDocument, an unknown managed policy, …). */
export class PolicyMalformed extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy = "Correct the policy as IAM's message says and send the request again."
  override readonly name = 'PolicyMalformed'
}
