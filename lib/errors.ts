/**
 * Every error of the pipeline. Its `name` is literal: it is what the state machines match and what events, the
 * registry and docs carry. `mendedBy` decides what happens next: `time` is tried again by the state machine;
 * `requester` and `operator` name who must follow the `remedy`, after which the execution is replayed or the
 * request sent again.
 */

export type MendedBy = 'time' | 'requester' | 'operator'

export abstract class IrsaError extends Error {
  static readonly mendedBy: MendedBy
  /** What a person should do: one or two sentences in the imperative. */
  static readonly remedy: string

  get mendedBy(): MendedBy {
    return this.kind.mendedBy
  }

  get remedy(): string {
    return this.kind.remedy
  }

  private get kind(): typeof IrsaError {
    return this.constructor as typeof IrsaError
  }
}

/* ---- passes by itself ------------------------------------------------------------------------------------ */

export class Throttled extends IrsaError {
  static override readonly mendedBy = 'time'
  static override readonly remedy =
    'Wait; it is tried again. If it persists, lower the concurrency or raise the AWS rate quota.'
  override readonly name = 'Throttled'
}

export class AwsUnavailable extends IrsaError {
  static override readonly mendedBy = 'time'
  static override readonly remedy =
    'Wait; it is tried again. If it persists, look at the AWS Health Dashboard.'
  override readonly name = 'AwsUnavailable'
}

/** Somebody else changed the same thing between our read and our write. */
export class ConcurrentChange extends IrsaError {
  static override readonly mendedBy = 'time'
  static override readonly remedy = 'Wait; it is read and tried again.'
  override readonly name = 'ConcurrentChange'
}

/* ---- refused at the edge: nothing was changed ------------------------------------------------------------ */

export class InvalidInput extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy = 'Correct the named fields and send it again.'
  override readonly name = 'InvalidInput'
  /** The same as the message, field by field. Empty when no one field is to blame. */
  readonly faults: readonly Fault[]
  constructor(
    message: string,
    { faults = [], ...options }: ErrorOptions & { faults?: readonly Fault[] } = {},
  ) {
    super(message, options)
    this.faults = faults
  }
}

export interface Fault {
  /** Of the field in the input, as RFC 6901 has it: `/policies/0/arn`. */
  readonly pointer: string
  /** What is wrong, or what is allowed. */
  readonly detail: string
}

export class PrivateKeyInInput extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy =
    'Send public keys only. Treat the private key as disclosed: it has been in an event. Replace it.'
  override readonly name = 'PrivateKeyInInput'
  constructor(field: string) {
    super(`${field} holds a private key. It was struck out and not stored.`)
  }
}

/** The bus carries events that this version knows and does not act on yet. */
export class EventNotServed extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy =
    'Nothing was changed. Send Cluster Created, Cluster Keys Changed and Cluster Deleted events only, until a version that serves this one is deployed.'
  override readonly name = 'EventNotServed'
  constructor() {
    super('This version acts on no events but Cluster Created, Cluster Keys Changed and Cluster Deleted.')
  }
}

export class AccountMayNotSpeak extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy =
    'Send the event from the account that owns the cluster, or have the sending account added to operatorAccounts.'
  override readonly name = 'AccountMayNotSpeak'
  constructor(sender: string, cluster: string, owner: string) {
    super(`Account ${sender} may not speak for cluster ${cluster}, which belongs to account ${owner}.`)
  }
}

export class EventFromTheFuture extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy = "Set the sender's clock and send the event again."
  override readonly name = 'EventFromTheFuture'
  constructor(time: string, now: string) {
    super(`The event's time ${time} is more than 5 minutes after ${now}.`)
  }
}

/** Issuer, account and hosting of a cluster are fixed: changing them would cut off every running pod. */
export class ClusterChangeRefused extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy =
    'Send the recorded value, or announce the cluster under another name. To change it, delete the cluster first: its roles and its issuer go.'
  override readonly name = 'ClusterChangeRefused'
  constructor(cluster: string, field: string, recorded: string, wanted: string) {
    super(`The ${field} of cluster ${cluster} is ${recorded} and cannot become ${wanted}.`)
  }
}

export class IssuerTaken extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy =
    'Choose another base domain; of an external issuer, look which cluster of yours has announced it.'
  override readonly name = 'IssuerTaken'
  constructor(issuer: string, holder: string) {
    super(`The issuer ${issuer} belongs to cluster ${holder}.`)
  }
}

/** Its keys are published by whoever runs it, and nothing that is said here changes them. */
export class IssuerIsExternal extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy = 'Change the keys where the issuer is run; nothing has to be said here.'
  override readonly name = 'IssuerIsExternal'
  constructor(cluster: string) {
    super(`The issuer of cluster ${cluster} is external: it publishes its keys itself.`)
  }
}

export class BaseDomainNotAllowed extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy =
    "Use a base domain inside one of the stack's hosted zones, or have its zone added."
  override readonly name = 'BaseDomainNotAllowed'
  constructor(baseDomain: string, allowed: readonly string[]) {
    super(`The base domain ${baseDomain} is in none of the allowed hosted zones: ${allowed.join(', ')}.`)
  }
}

export class ClusterNotFound extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy = 'Announce the cluster with a Cluster Created event first.'
  override readonly name = 'ClusterNotFound'
  constructor(cluster: string) {
    super(`There is no cluster ${cluster}.`)
  }
}

/** A role cannot move: its ARN and its ID are what resource policies elsewhere name. */
export class TargetAccountFixed extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy =
    'Leave targetAccountId as it is, or have the role removed and, once it is gone, ask for it anew.'
  override readonly name = 'TargetAccountFixed'
  constructor(itsAccount: string, wanted: string) {
    super(`role.targetAccountId: the role is in account ${itsAccount}, and cannot move to ${wanted}.`)
  }
}

export class ExecutionNotFound extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy =
    'Look it up in the list of executions; Step Functions forgets those that ended more than 90 days ago.'
  override readonly name = 'ExecutionNotFound'
  constructor(execution: string) {
    super(`There is no execution ${execution}.`)
  }
}

export class ExecutionSuperseded extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy = "Replay the cluster's last execution: its cluster names it."
  override readonly name = 'ExecutionSuperseded'
  constructor(execution: string, cluster: string) {
    super(`${execution} is not the last run of cluster ${cluster}.`)
  }
}

export class RoleNotFound extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy = "Look it up in the list of the cluster's roles, or request it."
  override readonly name = 'RoleNotFound'
  /** `cluster` undefined: the role is named otherwise. */
  constructor(cluster: string | undefined, role: string) {
    super(`Nobody has requested the role ${role}${cluster === undefined ? '' : ` of cluster ${cluster}`}.`)
  }
}

export class DeadLetterNotFound extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy =
    'List the dead letters again: somebody else may have replayed or discarded it, or be looking at it.'
  override readonly name = 'DeadLetterNotFound'
  constructor(id: string) {
    super(`There is no dead letter ${id} now.`)
  }
}

export class DeadLetterNotReplayable extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy = 'Follow its own remedy; then discard it.'
  override readonly name = 'DeadLetterNotReplayable'
  constructor(id: string, why: string) {
    super(`The dead letter ${id} cannot be replayed: ${why}.`)
  }
}

export class TenantNotFound extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy = 'Correct the name, or put its rules first.'
  override readonly name = 'TenantNotFound'
  constructor(tenant: string) {
    super(`There is no tenant ${tenant}.`)
  }
}

export class ClusterProtected extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy =
    'Take the protection off (irsa cluster unprotect, or DELETE /clusters/{cluster}/protection), or say "force": true in the event, if the cluster is really to be deleted.'
  override readonly name = 'ClusterProtected'
  constructor(cluster: string) {
    super(`The cluster ${cluster} is protected from deletion.`)
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

/* ---- refused by the API: nothing was changed ------------------------------------------------------------- */

/** By no rule of a tenant, and by no right of the caller's own. */
export class NotPermitted extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy =
    'Ask for what the message says is allowed, or have an administrator put a rule that admits it.'
  override readonly name = 'NotPermitted'
}

/** RFC 9110 §13: If-Match or If-None-Match did not hold. */
export class PreconditionFailed extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy = 'Read it again, and repeat the change with the ETag that it has now.'
  override readonly name = 'PreconditionFailed'
}

/** Of a change that must name the version it is of. RFC 6585 §3. */
export class PreconditionRequired extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy = 'Read it, and send its ETag as If-Match.'
  override readonly name = 'PreconditionRequired'
  constructor() {
    super('If-Match must name the version that was looked at.')
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

export class RouteNotFound extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy = 'Look the routes up in /openapi.json or /docs.'
  override readonly name = 'RouteNotFound'
  constructor() {
    super('There is nothing at this path.')
  }
}

export class MethodNotAllowed extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy = 'Use one of the methods in the header Allow.'
  override readonly name = 'MethodNotAllowed'
  readonly allowed: readonly string[]
  constructor(allowed: readonly string[]) {
    super(`This path takes ${allowed.join(', ')}.`)
    this.allowed = allowed
  }
}

export class MediaTypeNotSupported extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy = 'Send the body as JSON, with the header Content-Type: application/json.'
  override readonly name = 'MediaTypeNotSupported'
  constructor() {
    super('The body must be application/json, in UTF-8 and not encoded otherwise.')
  }
}

export class BodyTooLarge extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy =
    'Send less: split it, or use catalogue entries and customer-managed policies.'
  override readonly name = 'BodyTooLarge'
  constructor(bytes: number, limit: number) {
    super(`The body has ${bytes} bytes; at most ${limit} are taken.`)
  }
}

/* ---- found in AWS: someone must act, then replay ---------------------------------------------------------- */

export class BucketNotOurs extends IrsaError {
  static override readonly mendedBy = 'operator'
  static override readonly remedy =
    'Find out whose bucket it is. Give it back our tags if they were removed, or remove it if nothing uses it, then replay.'
  override readonly name = 'BucketNotOurs'
  constructor(bucket: string, why: string, options?: ErrorOptions) {
    super(`The bucket ${bucket} exists and is not ours: ${why}.`, options)
  }
}

export class CertificateFailed extends IrsaError {
  static override readonly mendedBy = 'operator'
  static override readonly remedy =
    'Mend what ACM names (CAA_ERROR: a CAA record must allow amazon.com), then replay: a new certificate is requested.'
  override readonly name = 'CertificateFailed'
  constructor(domainName: string, reason: string) {
    super(`ACM refused the certificate for ${domainName}: ${reason}.`)
  }
}

export class CertificateValidationTimedOut extends IrsaError {
  static override readonly mendedBy = 'operator'
  static override readonly remedy =
    "Check that the base domain's name servers are the hosted zone's, then replay: a new certificate is requested."
  override readonly name = 'CertificateValidationTimedOut'
  constructor(domainName: string) {
    super(`ACM could not see the validation record of ${domainName} within 72 hours.`)
  }
}

export class HostedZoneNotFound extends IrsaError {
  static override readonly mendedBy = 'operator'
  static override readonly remedy =
    'Create a public hosted zone for the base domain or a parent of it, delegate it to its name servers, then replay.'
  override readonly name = 'HostedZoneNotFound'
  constructor(domainName: string) {
    super(`No public hosted zone covers ${domainName}.`)
  }
}

export class HostedZonePrivate extends IrsaError {
  static override readonly mendedBy = 'operator'
  static override readonly remedy =
    'Create a public hosted zone of that name: ACM and STS look the issuer up in the public DNS. Then replay.'
  override readonly name = 'HostedZonePrivate'
  constructor(domainName: string, zone: string) {
    super(`Only the private hosted zone ${zone} covers ${domainName}.`)
  }
}

export class HostedZoneAmbiguous extends IrsaError {
  static override readonly mendedBy = 'operator'
  static override readonly remedy =
    'Keep the one zone that the parent delegates to, or name it in the parameter hostedZones, then replay.'
  override readonly name = 'HostedZoneAmbiguous'
  constructor(zoneName: string, ids: readonly string[]) {
    super(`There are several public hosted zones named ${zoneName}: ${ids.join(', ')}.`)
  }
}

export class RecordTaken extends IrsaError {
  static override readonly mendedBy = 'operator'
  static override readonly remedy = 'Remove the record if nothing needs it, then replay.'
  override readonly name = 'RecordTaken'
  constructor(name: string, type: string, value: string) {
    super(`The record ${name} ${type} exists with a value that is not ours: ${value}.`)
  }
}

export class AliasHeldElsewhere extends IrsaError {
  static override readonly mendedBy = 'operator'
  static override readonly remedy =
    'Remove the alias from the other distribution (aws cloudfront list-conflicting-aliases finds it), then replay.'
  override readonly name = 'AliasHeldElsewhere'
  constructor(alias: string, holder: string, options?: ErrorOptions) {
    super(`Another CloudFront distribution holds the alias ${alias}: ${holder}.`, options)
  }
}

export class ProviderNotOurs extends IrsaError {
  static override readonly mendedBy = 'operator'
  static override readonly remedy =
    'Find out who made the OIDC provider. Give it back our tags if they were removed, or remove it if nothing uses it, then replay.'
  override readonly name = 'ProviderNotOurs'
  constructor(providerArn: string) {
    super(`The OIDC provider ${providerArn} exists without our tags.`)
  }
}

/** Only the one who asked can choose another name: the role fails, the others go on. */
export class RoleNotOurs extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy =
    'Remove the existing role if it is yours, or use another service account name.'
  override readonly name = 'RoleNotOurs'
  constructor(roleArn: string, why: string) {
    super(`The role ${roleArn} exists and is not ours: ${why}.`)
  }
}

/** It is ours, and it would be gone for whoever relies on what they attached. */
export class RoleHasOtherPolicies extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy =
    'Ask whoever attached them; detach them, or ask for the removal with force. Then ask for the removal again.'
  override readonly name = 'RoleHasOtherPolicies'
  constructor(roleArn: string, policies: readonly string[]) {
    super(`The role ${roleArn} has policies that nobody asked for here: ${policies.join(', ')}.`)
  }
}

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

/** Clusters of other accounts need one: without it whoever else may use the stack could have it act on any of them. */
export class ExternalIdMissing extends IrsaError {
  static override readonly mendedBy = 'operator'
  static override readonly remedy =
    'Deploy with the parameter externalId, roll out serverless/member-account.yml with the same one, then replay.'
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
    super(`Your credentials are not of account ${accountId}.`)
  }
}

/** AWS refused a call for a reason that no class above names; the message carries AWS's code and words. */
export class AwsRefused extends IrsaError {
  static override readonly mendedBy = 'operator'
  static override readonly remedy = "Read AWS's message, mend the cause, then replay the execution."
  override readonly name = 'AwsRefused'
}

/** IAM refused a policy of the request (MalformedPolicyDocument, an unknown managed policy, …). */
export class PolicyMalformed extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy = "Correct the policy as IAM's message says and send the request again."
  override readonly name = 'PolicyMalformed'
}

/* ---- waited long enough: the execution stops at the step, a replay waits afresh ----------------------------- */

const LOOK_AT_THE_REASON =
  'Look at the reason, mend it if it is yours to mend, then replay: the wait begins anew.'

abstract class StillPending extends IrsaError {
  static override readonly mendedBy = 'operator'
  static override readonly remedy: string = LOOK_AT_THE_REASON
  constructor(minutes: number, reason: string) {
    super(`Still pending after ${minutes} minutes: ${reason}`)
  }
}

export class BucketStillPending extends StillPending {
  override readonly name = 'BucketStillPending'
}

export class CertificateStillPending extends StillPending {
  static override readonly remedy =
    "Check that the base domain is delegated to the hosted zone's name servers and that CAA allows amazon.com, then replay."
  override readonly name = 'CertificateStillPending'
}

export class DistributionStillPending extends StillPending {
  override readonly name = 'DistributionStillPending'
}

export class AliasStillPending extends StillPending {
  override readonly name = 'AliasStillPending'
}

export class IssuerCheckStillPending extends StillPending {
  static override readonly remedy =
    'Open <issuer>/.well-known/openid-configuration from outside AWS and compare with the reason, then replay.'
  override readonly name = 'IssuerCheckStillPending'
}

export class ProviderStillPending extends StillPending {
  override readonly name = 'ProviderStillPending'
}

/** Of whichever step it is that takes something away. */
export class RemovalStillPending extends StillPending {
  override readonly name = 'RemovalStillPending'
}

export class RolesIncomplete extends IrsaError {
  static override readonly mendedBy = 'operator'
  static override readonly remedy =
    "Read the roles' errors, mend the cause (quota, permission, throttling), then replay: only these roles are tried again."
  override readonly name = 'RolesIncomplete'
  constructor(count: number, example: string) {
    super(
      `${count} ${count === 1 ? 'role is' : 'roles are'} not settled after five passes, among them ${example}`,
    )
  }
}

/** What trusts an issuer goes before the issuer does. */
export class RolesLeft extends IrsaError {
  static override readonly mendedBy = 'operator'
  static override readonly remedy =
    "Read the roles' errors, mend the cause, then replay: these roles are tried again. Or send Cluster Deleted with force."
  override readonly name = 'RolesLeft'
  constructor(count: number, example: string) {
    super(`${count} ${count === 1 ? 'role' : 'roles'} could not be removed, among them ${example}`)
  }
}

/** A provider goes once no role trusts it. */
export class RolesTrusting extends IrsaError {
  static override readonly mendedBy = 'operator'
  static override readonly remedy =
    "Read the roles' errors, have them mended, or their clusters resumed, then replay. Or send Cluster Deleted with force: these roles go on to name the provider that is gone."
  override readonly name = 'RolesTrusting'
  constructor(cluster: string, count: number, example: string) {
    const roles = count === 1 ? 'role of another cluster goes' : 'roles of other clusters go'
    super(`${count} ${roles} on to trust ${cluster}: ${example}`)
  }
}
