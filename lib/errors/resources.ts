/** Found in AWS, about one of our resources: someone must act, then replay. */
import { IrsaError } from './irsa-error.ts'

export class BucketNotOurs extends IrsaError {
  static override readonly mendedBy = 'operator'
  static override readonly remedy =
    'Find out whose bucket it is. Give it back our tags if they were removed, take it over with irsa cluster adopt if it was made for this issuer, or remove it if nothing uses it; then replay.'
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
    'Create a public hosted zone for the base domain or a parent of it and delegate it to its name servers; or let the account use the zone that there is (parameter hostedZones). Then replay.'
  override readonly name = 'HostedZoneNotFound'
  constructor(domainName: string, accountId: string) {
    super(`No public hosted zone that account ${accountId} may use covers ${domainName}.`)
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

/** Of a removal: what is ours in the zone must not stay there. */
export class HostedZoneWithdrawn extends IrsaError {
  static override readonly mendedBy = 'operator'
  static override readonly remedy =
    'Put the zone back into the parameter hostedZones until its clusters are gone, deploy, then replay. If the zone is gone for good, delete the cluster with force: its records stay there.'
  override readonly name = 'HostedZoneWithdrawn'
  constructor(zone: string, accountId: string) {
    super(
      `Records were made in the hosted zone ${zone} of account ${accountId}, which the stack may not change any more.`,
    )
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
    'Take the other distribution over with irsa cluster adopt if it was made for this issuer, or remove the alias from it (aws cloudfront list-conflicting-aliases finds it), then replay.'
  override readonly name = 'AliasHeldElsewhere'
  constructor(alias: string, holder: string, options?: ErrorOptions) {
    super(`Another CloudFront distribution holds the alias ${alias}: ${holder}.`, options)
  }
}

export class ProviderNotOurs extends IrsaError {
  static override readonly mendedBy = 'operator'
  static override readonly remedy =
    'Find out who made the OIDC provider. Give it back our tags if they were removed, take it over with irsa cluster adopt if it was made for this cluster, or remove it if nothing uses it; then replay.'
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

/** Of a cluster that waits for it. */
export class SharedHostFailed extends IrsaError {
  static override readonly mendedBy = 'operator'
  static override readonly remedy =
    'Mend it as irsa cluster show _shared says, replay it (irsa replay _shared), then replay this cluster. Announcing the cluster again does both.'
  override readonly name = 'SharedHostFailed'
  constructor(why: string) {
    super(`The shared host is not ready: ${why}`)
  }
}
