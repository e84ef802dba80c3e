/** Who calls, as the authorizer of API Gateway has found out. Never from anything else in the request. */
import * as z from 'zod'
import { NotPermitted } from '../errors.ts'
import type { Caller } from '../tenancy/caller.ts'
import type { HttpRequest } from './http.ts'

const authorizerSchema = z.union([
  z.object({ iam: z.object({ userArn: z.string() }) }),
  z.object({ jwt: z.object({ claims: z.object({ iss: z.string(), sub: z.string() }) }) }),
])

/** `groupsClaim` is the token's claim that lists groups. Throws NotPermitted when there is no authorizer, or nobody it could name. */
export function callerOf({ requestContext, headers }: HttpRequest, groupsClaim: string): Caller {
  const { data: authorizer } = authorizerSchema.safeParse(requestContext.authorizer)
  if (authorizer === undefined) throw new NotPermitted('Nobody is named as the caller.')
  if ('iam' in authorizer) return { principal: `iam:${identityArn(authorizer.iam.userArn)}`, groups: [] }
  const { iss, sub } = authorizer.jwt.claims
  const groups = groupsOf(headers.authorization ?? '', groupsClaim)
  return { principal: `jwt:${iss}|${sub}`, groups: groups.map((group) => `group:${iss}|${group}`) }
}

/**
 * Of a role, without its session, which the caller chooses; STS leaves out the path.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns
 */
function identityArn(userArn: string): string {
  const [, partition, account, role] =
    /^arn:([^:]+):sts::(\d{12}):assumed-role\/([^/]+)\/[^/]+$/.exec(userArn) ?? []
  return role === undefined ? userArn : `arn:${partition}:iam::${account}:role/${role}`
}

/**
 * From the token itself, whose signature API Gateway has verified: in the event a list is `[one other]`, which could be one group
 * with a space in its name.
 */
function groupsOf(authorization: string, claim: string): string[] {
  const [, payload = ''] = authorization.replace(/^Bearer /i, '').split('.')
  const { data: claims } = z.record(z.string(), z.unknown()).safeParse(jsonOf(payload))
  return z.array(z.string()).safeParse(claims?.[claim]).data ?? []
}

function jsonOf(base64url: string): unknown {
  try {
    return JSON.parse(Buffer.from(base64url, 'base64url').toString())
  } catch {
    return undefined
  }
}
