/** Of a cluster that is being deleted, or is gone. Pure. */
import { isUntold } from '../../explain/situation.ts'
import { isStepOf } from '../../steps.ts'
import type { ClusterSummary } from '../clusters.ts'
import { type Check, ok, untold, wrong } from './check.ts'
import type { Findings } from './findings.ts'

/** Its things are being taken away, or were until that stopped. */
export function isGoing({ workflow }: ClusterSummary): boolean {
  return workflow === 'deprovision'
}

/** Whether the two things that cost money, or trust the issuer, are gone. */
export function judgeLeft({ desired, certificateDays, provider }: Findings): readonly Check[] {
  return [
    isUntold(certificateDays)
      ? untold('certificate', `It cannot be told: ${certificateDays.untold}.`)
      : certificateDays === undefined
        ? ok('certificate', 'No distribution with a certificate is left.')
        : wrong(
            'certificate',
            'A distribution of the cluster is still there, with its certificate.',
            `Look for those that have the tag irsa:cluster=${desired.cluster}, and delete them.`,
          ),
    isUntold(provider)
      ? untold('provider', `It cannot be told: ${provider.untold}.`)
      : provider === undefined
        ? ok('provider', `Account ${desired.accountId} has no OIDC provider for ${desired.issuer}.`)
        : wrong(
            'provider',
            `Account ${desired.accountId} still has ${provider.arn}: whoever gets the name ${desired.issuer} is trusted.`,
            'Delete it, unless somebody else has made it since.',
          ),
  ]
}

/** Whether the host is kept from others, and gives nobody a key to check tokens by. */
export function judgeAbandoned({ desired, summary, certificateDays, outside }: Findings): readonly Check[] {
  const { cluster, issuer, hosting } = desired
  const trusting = summary.abandoned?.accounts.join(', ')
  const hold = isUntold(certificateDays)
    ? untold('certificate', `It cannot be told: ${certificateDays.untold}.`)
    : certificateDays === undefined
      ? wrong(
          'certificate',
          `No distribution holds the host: whoever gets ${issuer} is trusted in ${trusting}.`,
          `Have its account announce ${cluster} again: that makes all of it anew. Then delete it.`,
        )
      : ok('certificate', `A distribution with a certificate holds the host of ${issuer}.`)
  const silence =
    'fault' in outside.jwks
      ? ok('keys', 'The issuer serves no keys: no token can be exchanged.')
      : wrong(
          'keys',
          `The issuer serves keys: their tokens are trusted in ${trusting}.`,
          `Find out who has written them, and delete ${cluster} again.`,
        )
  return [
    ...(isStepOf(hosting, 'certificate') ? [hold] : []),
    ...(isStepOf(hosting, 'bucket') ? [silence] : []),
  ]
}
