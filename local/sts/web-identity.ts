/**
 * A web identity token as STS reads it: the provider by `iss`, its documents over the public internet, the signature, then
 * the claims. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html
 */
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import type { Context } from '../policy/conditions.ts'
import type { ProviderView, World } from '../world.ts'
import { audienceOf, checkTimes, contextOf, decodeClaims, invalidToken, LEEWAY_SECONDS } from './claims.ts'
import { fetchVerificationKeys, keysFor } from './verification-keys.ts'

export interface WebIdentity {
  readonly provider: ProviderView
  readonly subject: string
  readonly audience: string
  /** `<issuer without scheme>:aud`, `:sub`, `:amr`, … */
  readonly context: Context
}

const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512']

/** Throws AwsError: InvalidIdentityToken (the provider that cannot be reached included), ExpiredTokenException. */
export async function verifyWebIdentity(world: World, account: string, token: string): Promise<WebIdentity> {
  const claims = decodeClaims(token)
  const { iss, sub } = claims
  const hostPath = iss.replace(/^https:\/\//, '')
  const provider = world.iam().provider(account, hostPath)
  if (provider === undefined || provider.issuer !== iss)
    throw invalidToken(`No OpenIDConnect provider found in your account for ${iss}`)
  const now = world.clock.now()
  checkTimes(claims, now)
  await verifySignature(world, iss, token, now)
  const audience = audienceOf(claims)
  if (audience === undefined || !provider.clientIds.includes(audience))
    throw invalidToken('Incorrect token audience')
  return { provider, subject: sub, audience, context: contextOf(hostPath, claims, audience) }
}

async function verifySignature(
  world: World,
  issuer: string,
  token: string,
  currentDate: Date,
): Promise<void> {
  const { alg = '', kid } = decodeProtectedHeader(token)
  if (!ALGORITHMS.includes(alg)) throw invalidToken(`The token is signed with ${alg}, which is not supported`)
  const keys = keysFor(await fetchVerificationKeys(world, issuer), alg, kid)
  try {
    await jwtVerify(token, createLocalJWKSet({ keys: [...keys] }), {
      algorithms: ALGORITHMS,
      currentDate,
      clockTolerance: LEEWAY_SECONDS,
    })
  } catch (cause) {
    // A key that is none, or too weak, is not always jose's own error.
    throw invalidToken('The signature of the token is not valid', cause)
  }
}
