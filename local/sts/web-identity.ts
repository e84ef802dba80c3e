/**
 * A web identity token as STS reads it: the provider by `iss`, its documents over the public internet, the signature, then
 * the claims. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html
 */
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, errors, jwtVerify } from 'jose'
import { AwsError } from '../errors.ts'
import type { Context } from '../policy/conditions.ts'
import { EdgeError, type ProviderView, type World } from '../world.ts'

export interface WebIdentity {
  readonly provider: ProviderView
  readonly subject: string
  readonly audience: string
  /** `<issuer without scheme>:aud`, `:sub`, `:amr`. */
  readonly context: Context
}

const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512']

/** Throws AwsError: InvalidIdentityToken, ExpiredTokenException, IDPCommunicationError. */
export async function verifyWebIdentity(world: World, account: string, token: string): Promise<WebIdentity> {
  const claims = decode(token)
  const { iss = '' } = claims
  const hostPath = iss.replace(/^https:\/\//, '')
  const provider = world.iam().provider(account, hostPath)
  if (provider === undefined || provider.issuer !== iss)
    throw invalid(`No OpenIDConnect provider found in your account for ${iss}`)
  const now = world.clock.now()
  checkTimes(claims.exp, claims.iat, claims.nbf, now)
  const keys = await fetchKeys(world, iss)
  await verify(token, keys, now)
  const audience = audienceOf(claims.aud, claims.azp)
  if (audience === undefined || !provider.clientIds.includes(audience))
    throw invalid('Incorrect token audience')
  const { sub = '' } = claims
  if (sub === '') throw invalid('Missing a required claim: sub')
  const context = { [`${hostPath}:aud`]: audience, [`${hostPath}:sub`]: sub }
  return { provider, subject: sub, audience, context }
}

interface Claims {
  readonly iss?: string
  readonly sub?: string
  readonly aud?: string | string[]
  readonly azp?: unknown
  readonly exp?: number
  readonly iat?: number
  readonly nbf?: number
}

function decode(token: string): Claims {
  try {
    decodeProtectedHeader(token)
    return decodeJwt(token)
  } catch (cause) {
    throw invalid(
      'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)',
      cause,
    )
  }
}

/** With several, `azp` says which one is meant. */
function audienceOf(aud: string | string[] | undefined, azp: unknown): string | undefined {
  if (typeof azp === 'string') return azp
  return [aud ?? []].flat()[0]
}

/** STS allows some seconds between clocks, and tokens that were issued at most a day ago. */
const LEEWAY_SECONDS = 300

function checkTimes(
  exp: number | undefined,
  iat: number | undefined,
  nbf: number | undefined,
  now: Date,
): void {
  const seconds = now.getTime() / 1000
  if (exp === undefined) throw invalid('Missing a required claim: exp')
  if (iat === undefined) throw invalid('Missing a required claim: iat')
  if (exp <= seconds)
    throw new AwsError(
      'ExpiredTokenException',
      `Token expired: current date/time ${Math.floor(seconds)} must be before the expiration date/time ${exp}`,
    )
  if (Math.max(iat, nbf ?? 0) > seconds + LEEWAY_SECONDS) throw invalid('The token is not valid yet')
}

async function fetchKeys(world: World, issuer: string): Promise<{ keys: object[] }> {
  const discovery = await fetchJson(world, `${issuer}/.well-known/openid-configuration`)
  const { issuer: served, jwks_uri: uri } = discovery
  if (served !== issuer)
    throw invalid(`The issuer in the discovery document, ${String(served)}, is not the provider's, ${issuer}`)
  if (typeof uri !== 'string' || !uri.startsWith('https://')) throw noVerificationKey()
  const { keys } = await fetchJson(world, uri)
  if (!Array.isArray(keys) || keys.length === 0) throw noVerificationKey()
  return { keys }
}

async function fetchJson(world: World, url: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    const { status, body } = await world.edge().fetch(new URL(url))
    if (status !== 200) throw noVerificationKey()
    const json: unknown = JSON.parse(Buffer.from(body).toString('utf8'))
    if (typeof json !== 'object' || json === null) throw noVerificationKey()
    return { ...json }
  } catch (error) {
    if (error instanceof EdgeError || error instanceof SyntaxError || error instanceof TypeError)
      throw noVerificationKey(error)
    throw error
  }
}

async function verify(token: string, jwks: { keys: object[] }, currentDate: Date): Promise<void> {
  const { alg = '', kid } = decodeProtectedHeader(token)
  if (!ALGORITHMS.includes(alg)) throw invalid(`The token is signed with ${alg}, which is not supported`)
  const candidates = jwks.keys.filter((key) => kid === undefined || ('kid' in key && key.kid === kid))
  if (candidates.length === 0) throw noVerificationKey()
  try {
    await jwtVerify(token, createLocalJWKSet({ keys: candidates }), {
      algorithms: ALGORITHMS,
      currentDate,
      clockTolerance: LEEWAY_SECONDS,
    })
  } catch (cause) {
    if (cause instanceof errors.JOSEError) throw invalid('The signature of the token is not valid', cause)
    throw cause
  }
}

function noVerificationKey(cause?: unknown): AwsError {
  return invalid(
    "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements",
    cause,
  )
}

function invalid(message: string, cause?: unknown): AwsError {
  return new AwsError('InvalidIdentityToken', message, 400, {}, { cause })
}
