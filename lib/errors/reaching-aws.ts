/** AWS, or an account of it, does not let us: someone must act, then replay. */
import { IrsaError } from './irsa-error.ts'

export class QuotaExceeded extends IrsaError {
  static override readonly mendedBy = 'operator'
  static override readonly remedy =
    'Request a higher quota (Service Quotas) or remove what is not used, then replay.'
  override readonly name = 'QuotaExceeded'
}

export class AccessDenied extends IrsaError {
  static override readonly mendedBy = 'operator'
  static override readonly remedy =
    "Compare the function's role with the deployed template; look for a service control policy that denies it."
  override readonly name = 'AccessDenied'
}

/** STS says no more than that: the role is not there, or does not trust this stack with its external ID. */
export class ProvisionerRoleDenied extends IrsaError {
  static override readonly mendedBy = 'operator'
  static override readonly remedy =
    "Roll out serverless/member-account.yml to that account, with this stack's stage, account and external ID, then replay."
  override readonly name = 'ProvisionerRoleDenied'
  constructor(roleArn: string, options?: ErrorOptions) {
    super(`STS does not let the stack assume ${roleArn}.`, options)
  }
}

/** STS says no more than that, as of a provisioner role. */
export class ZonesRoleDenied extends IrsaError {
  static override readonly mendedBy = 'operator'
  static override readonly remedy =
    "Roll out serverless/zone-account.yml to that account, with this stack's stage, account and external ID, then replay. If the account is gone for good, delete its clusters with force: their records stay there."
  override readonly name = 'ZonesRoleDenied'
  constructor(roleArn: string, options?: ErrorOptions) {
    super(`STS does not let the stack assume ${roleArn}.`, options)
  }
}

/** Of a removal: what trusts the issuer there cannot be taken away, so the issuer cannot go either. */
export class ProviderAccountUnreachable extends IrsaError {
  static override readonly mendedBy = 'operator'
  static override readonly remedy =
    'Have the account let the stack in again (serverless/member-account.yml), then replay. If it is gone for good: irsa cluster abandon, which leaves what is there and keeps the host of the issuer, empty.'
  override readonly name = 'ProviderAccountUnreachable'
  constructor(accounts: readonly string[], why: string, options?: ErrorOptions) {
    const which = accounts.length === 1 ? 'Account' : 'Accounts'
    super(`${which} ${accounts.join(', ')} cannot be reached: ${why}`, options)
  }
}

/** Clusters, and hosted zones, of other accounts need one: without it whoever else may use the stack could have it act on any of them. */
export class ExternalIdMissing extends IrsaError {
  static override readonly mendedBy = 'operator'
  static override readonly remedy =
    'Deploy with the parameter externalId, roll out serverless/member-account.yml (or zone-account.yml) with the same one, then replay.'
  override readonly name = 'ExternalIdMissing'
  constructor(accountId: string) {
    super(`The stack has no external ID to show to account ${accountId}.`)
  }
}

/** Whoever looks, and is not one of the functions, sees the account that the credentials are of. */
export class AccountOutOfReach extends IrsaError {
  static override readonly mendedBy = 'operator'
  static override readonly remedy =
    'Look at what the last audit found of it (irsa cluster show), or ask somebody of that account.'
  override readonly name = 'AccountOutOfReach'
  constructor(accountId: string) {
    super(`The credentials at hand are not of account ${accountId}.`)
  }
}

/** AWS refused a call for a reason that no class above names; the message carries AWS's code and words. */
export class AwsRefused extends IrsaError {
  static override readonly mendedBy = 'operator'
  static override readonly remedy = "Read AWS's message, mend the cause, then replay the execution."
  override readonly name = 'AwsRefused'
}
