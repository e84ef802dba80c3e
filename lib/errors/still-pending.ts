/** Waited long enough: the execution stops at the step, and a replay waits afresh. */
import { IrsaError } from './irsa-error.ts'

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

/** Of a cluster that waits for it. */
export class SharedHostStillPending extends StillPending {
  override readonly name = 'SharedHostStillPending'
}

/** Of whichever step it is that takes something away. */
export class RemovalStillPending extends StillPending {
  override readonly name = 'RemovalStillPending'
}
