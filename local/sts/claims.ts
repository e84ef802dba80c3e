/**
 * The claims of a web identity token that STS reads:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html#manage-oidc-provider-prerequisites
 */
import { decodeJwt, decodeProtectedHeader } from 'jose'
import * as z from 'zod'
import { AwsError, NotInLocalMode } from '../errors.ts'
import type { Context } from '../policy/conditions.ts'

const texts = z.union([z.string().min(1), z.array(z.string()).min(1)])

// AWS takes times as whole numbers only: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
const schema = z.object({
  iss: z.string().min(1),
  sub: z.string().min(1),
  aud: texts.optional(),
  azp: z.string().optional(),
  exp: z.int(),
  iat: z.int(),
  nbf: z.int().optional(),
  amr: texts.optional(),
  email: z.string().optional(),
})

export type Claims = z.infer<typeof schema>

/** Throws AwsError (InvalidIdentityToken), NotInLocalMode for the claims that AWS reads for itself: tags, source_identity, roles. */
export function decodeClaims(token: string): Claims {
  const payload = decode(token)
  const reserved = Object.keys(payload).find((name) => name.startsWith('https://aws.amazon.com/'))
  if (reserved !== undefined) throw new NotInLocalMode(`the token claim ${reserved}`)
  const result = schema.safeParse(payload)
  if (result.success) return result.data
  const [name = ''] = result.error.issues[0]?.path ?? []
  const isMissing = !Object.hasOwn(payload, name)
  throw invalidToken(
    `${isMissing ? 'Missing a required claim' : 'The value of a claim is not valid'}: ${String(name)}`,
    result.error,
  )
}

function decode(token: string): object {
  try {
    decodeProtectedHeader(token)
    return decodeJwt(token)
  } catch (cause) {
    throw invalidToken(
      'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)',
      cause,
    )
  }
}

/** Between clocks: AWS says nothing of it, so this is our choice. */
export const LEEWAY_SECONDS = 300

// However long it is valid: AWS answers `Token too old: 153938`, without saying where that begins. Our choice: a day.
const MOST_AGE_SECONDS = 86_400

/** Throws AwsError (ExpiredTokenException, InvalidIdentityToken). */
export function checkTimes({ exp, iat, nbf = 0 }: Claims, now: Date): void {
  const seconds = Math.floor(now.getTime() / 1000)
  if (exp <= seconds)
    throw expired(
      `Token expired: current date/time ${seconds} must be before the expiration date/time ${exp}`,
    )
  if (seconds - iat > MOST_AGE_SECONDS) throw expired(`Token too old: ${seconds - iat}`)
  if (Math.max(iat, nbf) > seconds + LEEWAY_SECONDS) throw invalidToken('The token is not valid yet')
}

/** `azp` says which one is meant. Undefined when neither claim is there. */
export function audienceOf({ aud, azp }: Claims): string | undefined {
  return azp ?? [aud ?? []].flat()[0]
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif */
export function contextOf(hostPath: string, claims: Claims, audience: string): Context {
  const keys = { aud: audience, sub: claims.sub, amr: claims.amr, email: claims.email, oaud: claims.aud }
  const present = Object.entries(keys).flatMap(([name, value]) =>
    value === undefined ? [] : [[`${hostPath}:${name}`, value] as const],
  )
  return Object.fromEntries(present)
}

export function invalidToken(message: string, cause?: unknown): AwsError {
  return new AwsError('InvalidIdentityToken', message, 400, {}, { cause })
}

function expired(message: string): AwsError {
  return new AwsError('ExpiredTokenException', message)
}
