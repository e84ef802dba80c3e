/** Whether the token is the provider's: what STS does before it looks at the role. Pure. */

import { checkSignature } from './signature.ts'
import { isUntold, type Judged, passes, refuses, type Situation, unknown } from './situation.ts'
import { audienceOf, type Claims, type Token } from './token.ts'

export function judgeProvider({ provider, roleArn }: Situation, { iss }: Claims): Judged {
  const account = roleArn.split(':')[4]
  if (isUntold(provider))
    return unknown('provider', `Whether account ${account} has one cannot be told: ${provider.untold}.`)
  if (provider === undefined || provider.url !== iss)
    return refuses(
      'provider',
      'InvalidIdentityToken',
      `Account ${account} has no OIDC provider for ${iss}, byte for byte.`,
      'Announce the cluster for this account, or set --service-account-issuer to the issuer as it was announced.',
    )
  return passes('provider', `Account ${account} has the OIDC provider ${provider.arn}.`)
}

/** AWS documents neither: what is believed, and what the embedded STS holds to. */
const MOST_AGE_SECONDS = 86_400
const LEEWAY_SECONDS = 300

export function judgeTime({ now }: Situation, { exp, iat, nbf = 0 }: Claims): Judged {
  const seconds = Math.floor(now.getTime() / 1000)
  const fresh =
    'Read the token from the pod again: the kubelet renews it. If it stays so, look at the clocks.'
  if (exp <= seconds)
    return refuses('time', 'ExpiredTokenException', `It expired ${seconds - exp} seconds ago.`, fresh)
  if (seconds - iat > MOST_AGE_SECONDS)
    return refuses(
      'time',
      'ExpiredTokenException',
      `It is ${seconds - iat} seconds old; STS takes a day at most.`,
      fresh,
    )
  const clock = "Set the clock of the cluster's control plane."
  if (iat > seconds + LEEWAY_SECONDS)
    return refuses(
      'time',
      'InvalidIdentityToken',
      `It was issued ${iat - seconds} seconds in the future.`,
      clock,
    )
  if (nbf > seconds + LEEWAY_SECONDS)
    return refuses(
      'time',
      'InvalidIdentityToken',
      `It is not to be taken for another ${nbf - seconds} seconds, says its nbf.`,
      `Wait for that, or have another one issued. ${clock}`,
    )
  const early = Math.max(iat, nbf) - seconds
  const tolerance =
    early > 0 ? `, and begins in ${early}: STS bears clocks that differ by ${LEEWAY_SECONDS}` : ''
  return passes('time', `It is valid for ${exp - seconds} more seconds${tolerance}.`)
}

export function judgeDocuments({ documents }: Situation, { iss }: Claims): Judged {
  if ('fault' in documents)
    return refuses(
      'documents',
      'InvalidIdentityToken',
      `The issuer's documents cannot be read: ${documents.fault}.`,
      'Run irsa doctor on the cluster: it says what is in the way.',
    )
  if (documents.issuer !== iss)
    return refuses(
      'documents',
      'InvalidIdentityToken',
      `The discovery document calls its issuer ${JSON.stringify(documents.issuer)}, and the token ${iss}.`,
      'Make both the same, byte for byte: a slash at the end counts.',
    )
  return passes('documents', `The issuer serves its documents, with ${documents.keys.length} keys.`)
}

export function judgeSignature({ documents, isVerified = false }: Situation, token: Token): Judged {
  if ('fault' in documents)
    return unknown('signature', 'Without the keys of the issuer nobody can verify it.')
  const signature = checkSignature(token, documents.keys, isVerified)
  if ('fault' in signature)
    return refuses(
      'signature',
      'InvalidIdentityToken',
      signature.fault,
      'Send the public key that the API server signs with now in a Cluster Created event.',
    )
  return passes('signature', `It is signed by the key ${signature.kid ?? ''}.`)
}

export function judgeAudience({ provider }: Situation, claims: Claims): Judged {
  const audience = audienceOf(claims)
  if (provider === undefined) return unknown('audience', 'Without a provider there are no audiences.')
  if (isUntold(provider)) return unknown('audience', "The provider's audiences cannot be told.")
  if (audience === undefined || !provider.clientIds.includes(audience))
    return refuses(
      'audience',
      'InvalidIdentityToken',
      `Its audience is ${audience ?? 'missing'}; the provider has ${provider.clientIds.join(', ')}.`,
      "Request the token with one of the provider's audiences (eks.amazonaws.com/audience of the service account), or announce the cluster with this one.",
    )
  return passes('audience', `The provider has its audience ${audience}.`)
}
