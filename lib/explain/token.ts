/** A service account's token as STS reads it, before anything is looked up. Pure. */
import * as z from 'zod'

export interface Token {
  readonly header: { readonly alg: string; readonly kid: string | undefined }
  readonly claims: Claims
  /** What the signature is over, and the signature; undefined when whoever sent the token kept it back. */
  readonly signed: { readonly content: string; readonly signature: Buffer } | undefined
}

const texts = z.union([z.string().min(1), z.array(z.string()).min(1)])

/** What STS wants and maps: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html */
const claimsSchema = z.object({
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
const headerSchema = z.object({ alg: z.string(), kid: z.string().optional(), crit: z.undefined().optional() })

export type Claims = z.output<typeof claimsSchema>

/** Of the whole token, in characters: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html */
const SHORTEST = 4
const LONGEST = 20_000

/** What is wrong never repeats the token. `error` is STS's code. */
export type TokenRead =
  | Token
  | { readonly fault: string; readonly error: 'ValidationError' | 'InvalidIdentityToken' }

export function readToken(text: string): TokenRead {
  if (text.length < SHORTEST || text.length > LONGEST)
    return {
      fault: `It has ${text.length} characters; STS takes ${SHORTEST} to ${LONGEST}.`,
      error: 'ValidationError',
    }
  const [head = '', payload = '', signature, ...rest] = text.split('.')
  const header = decode(head)
  const body = decode(payload)
  if (header === undefined || body === undefined || signature === undefined || rest.length > 0)
    return invalid('It is no signed JWT: three parts of base64url with points between.')
  const readHeader = headerSchema.safeParse(header)
  if (!readHeader.success)
    return invalid(`The ${memberOf(readHeader.error)} of its header is missing or of another kind.`)
  const read = claimsSchema.safeParse(body)
  if (!read.success) return invalid(`Its claim ${memberOf(read.error)} is missing or of another kind.`)
  const { alg, kid } = readHeader.data
  const signed =
    signature === ''
      ? undefined
      : { content: `${head}.${payload}`, signature: Buffer.from(signature, 'base64url') }
  return { header: { alg, kid }, claims: read.data, signed }
}

function invalid(fault: string): TokenRead {
  return { fault, error: 'InvalidIdentityToken' }
}

function memberOf({ issues }: z.ZodError): string {
  return String(issues[0]?.path[0])
}

function decode(part: string): object | undefined {
  if (!/^[\w-]+$/.test(part)) return undefined
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** `azp` says which one is meant: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html */
export function audienceOf({ aud, azp }: Claims): string | undefined {
  return azp ?? [aud ?? []].flat()[0]
}
