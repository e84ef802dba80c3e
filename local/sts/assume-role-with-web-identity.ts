/** AssumeRoleWithWebIdentity: an unsigned call, whose token says who it is. */
import type { AssumeRoleWithWebIdentityRequest } from '@aws-sdk/client-sts'
import { parseArn, partitionOf } from '../arn.ts'
import { AwsError } from '../errors.ts'
import { trusts } from '../policy/trust.ts'
import type { Call } from '../service.ts'
import { refuseMembers } from '../unsupported.ts'
import type { World } from '../world.ts'
import {
  checkDuration,
  checkRequest,
  DEFAULT_SECONDS,
  invalidMember,
  parseSessionPolicies,
} from './requests.ts'
import { issue, type Sessions, wireCredentials } from './sessions.ts'
import { verifyWebIdentity } from './web-identity.ts'

/** Throws AwsError: ValidationError, MalformedPolicyDocument, InvalidIdentityToken, ExpiredTokenException, AccessDenied. */
export async function assumeRoleWithWebIdentity(
  world: World,
  sessions: Sessions,
  input: AssumeRoleWithWebIdentityRequest,
  { region }: Call,
): Promise<object> {
  refuseMembers('AssumeRoleWithWebIdentity', input, ['PolicyArns', 'ProviderId', 'MinimumSessionTokenSize'])
  const { RoleArn = '', RoleSessionName = '', DurationSeconds = DEFAULT_SECONDS } = input
  const { WebIdentityToken = '' } = input
  checkRequest(input)
  if (WebIdentityToken.length < 4 || WebIdentityToken.length > 20_000)
    throw invalidMember('…', 'webIdentityToken', 'have length between 4 and 20000')
  const sessionPolicies = parseSessionPolicies(input.Policy)
  const identity = await verifyWebIdentity(world, parseArn(RoleArn).account, WebIdentityToken)
  const role = world.iam().role(RoleArn)
  const who = { kind: 'Federated', arn: identity.provider.arn } as const
  const context = {
    ...identity.context,
    'aws:RequestedRegion': region,
    'aws:SecureTransport': 'true',
    'sts:RoleSessionName': RoleSessionName,
    // Without the claim https://aws.amazon.com/roles.
    'sts:RoleAuthorizedByIdp': 'false',
  }
  const trust = role && trusts(role.trustPolicy, who, 'sts:AssumeRoleWithWebIdentity', context)
  if (role === undefined || trust !== 'allowed' || parseArn(RoleArn).partition !== partitionOf(region))
    throw new AwsError('AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity', 403)
  checkDuration(role, DurationSeconds)
  const wish = { sessionName: RoleSessionName, seconds: DurationSeconds, sessionPolicies }
  const { credentials, user } = issue(world, sessions, role, wish)
  return {
    Credentials: wireCredentials(credentials),
    AssumedRoleUser: user,
    SubjectFromWebIdentityToken: identity.subject,
    Audience: identity.audience,
    Provider: identity.provider.arn,
  }
}
