/** Who calls a route, and what the function is told of them. */
import { createLocalJWKSet, type JWTPayload, jwtVerify } from 'jose'
import { AwsError } from '../errors.ts'
import type { Principal } from '../service.ts'
import { fetchVerificationKeys } from '../sts/verification-keys.ts'
import { credentialScope } from '../wire/scope.ts'
import type { ApiRequest, World } from '../world.ts'
import type { Api, Authorizer, Route } from './api.ts'

export interface Caller {
  /** Undefined on a route that asks nothing of IAM. */
  readonly principal: Principal | undefined
  readonly authorizer: object | undefined
}

/** API Gateway answers 401 for a token, 403 for a signature. */
export class NotAuthenticated extends Error {
  override readonly name = 'NotAuthenticated'
}

/** Rejects with NotAuthenticated. */
export async function identify(
  world: World,
  api: Api,
  route: Route,
  request: ApiRequest,
  requireAuth: boolean,
): Promise<Caller> {
  if (route.AuthorizationType === 'NONE') return { principal: undefined, authorizer: undefined }
  if (route.AuthorizationType === 'JWT') {
    const authorizer = api.authorizers.get(route.AuthorizerId ?? '')
    if (authorizer === undefined) throw new NotAuthenticated('the route has no authorizer')
    return { principal: undefined, authorizer: { jwt: await verifyToken(world, authorizer, request) } }
  }
  const accessKey = accessKeyOf(request) ?? (requireAuth ? undefined : 'local')
  const principal = accessKey === undefined ? undefined : principalOf(world, accessKey, api.region)
  if (accessKey === undefined || principal === undefined)
    throw new NotAuthenticated('nobody signed the request')
  return { principal, authorizer: { iam: iamOf(world, accessKey, principal) } }
}

function accessKeyOf({ headers, search }: ApiRequest): string | undefined {
  const query = [...new URLSearchParams(search)]
  return credentialScope({ method: '', path: '', headers, query, body: new Uint8Array() })?.accessKeyId
}

function principalOf(world: World, accessKey: string, region: string): Principal | undefined {
  try {
    return world.sts().principal(accessKey, region)
  } catch (error) {
    if (error instanceof AwsError) throw new NotAuthenticated(error.message, { cause: error })
    throw error
  }
}

function iamOf(world: World, accessKey: string, principal: Principal) {
  const userId = userIdOf(world, principal)
  return {
    accessKey,
    accountId: principal.account,
    callerId: userId,
    cognitoIdentity: null,
    principalOrgId: null,
    userArn: principal.arn,
    userId,
  }
}

/** `AROA…:<session>`; an administrator has the id of the account. */
function userIdOf(world: World, principal: Principal): string {
  if (principal.kind !== 'role-session') return principal.account
  const { roleId = '' } = world.iam().role(principal.roleArn) ?? {}
  return `${roleId}:${principal.arn.slice(principal.arn.lastIndexOf('/') + 1)}`
}

// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html: only RSA-based algorithms.
const ALGORITHMS = ['RS256', 'RS384', 'RS512']

async function verifyToken(
  world: World,
  { JwtConfiguration: { Issuer = '', Audience = [] } }: Authorizer,
  { headers }: ApiRequest,
) {
  const token = (headers.authorization ?? '').replace(/^Bearer /i, '')
  try {
    const keys = await fetchVerificationKeys(world, Issuer)
    const { payload } = await jwtVerify(token, createLocalJWKSet({ keys: [...keys] }), {
      algorithms: ALGORITHMS,
      issuer: Issuer,
      currentDate: world.clock.now(),
    })
    const audiences = [payload.aud ?? payload.client_id].flat()
    if (!audiences.some((audience) => Audience.some((allowed) => allowed === audience)))
      throw new NotAuthenticated('the token is for another audience')
    return { claims: claimsOf(payload), scopes: null }
  } catch (cause) {
    if (cause instanceof NotAuthenticated) throw cause
    throw new NotAuthenticated('the token is not valid', { cause })
  }
}

/** Every claim becomes a string; a list is `[one other]`. */
function claimsOf(payload: JWTPayload): Record<string, string> {
  return Object.fromEntries(
    Object.entries(payload).map(([name, value]) => [
      name,
      Array.isArray(value) ? `[${value.join(' ')}]` : String(value),
    ]),
  )
}
