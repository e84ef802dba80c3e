/** AssumeRole, for administrators and for sessions of other roles. */
import type { AssumeRoleRequest } from '@aws-sdk/client-sts'
import { parseArn } from '../arn.ts'
import { AwsError } from '../errors.ts'
import { isAllowedByResource, refusalOf } from '../policy/authorize.ts'
import type { Ask, Call } from '../service.ts'
import { resourceTagContext } from '../tags.ts'
import { refuseMembers } from '../unsupported.ts'
import type { RoleView, World } from '../world.ts'
import {
  checkDuration,
  checkRequest,
  DEFAULT_SECONDS,
  invalidMember,
  parseSessionPolicies,
  validationError,
} from './requests.ts'
import { issue, type Sessions, wireCredentials } from './sessions.ts'

/** Hears what a call was let through for: dispatch does not ask IAM of this one. */
export type Note = (call: Call, ask: Ask) => void

/** Throws AwsError (ValidationError, MalformedPolicyDocument, AccessDenied). */
export function assumeRole(
  world: World,
  sessions: Sessions,
  note: Note,
  input: AssumeRoleRequest,
  call: Call,
): object {
  refuseMembers('AssumeRole', input, [
    'PolicyArns',
    'SerialNumber',
    'TokenCode',
    'SourceIdentity',
    'Tags',
    'TransitiveTagKeys',
    'ProvidedContexts',
    'MinimumSessionTokenSize',
  ])
  const { RoleArn = '', RoleSessionName = '', DurationSeconds = DEFAULT_SECONDS, ExternalId } = input
  checkRequest(input)
  if (ExternalId !== undefined && !/^[\w+=,.@:/-]{2,1224}$/.test(ExternalId))
    throw invalidMember(ExternalId, 'externalId', 'satisfy regular expression pattern: [\\w+=,.@:\\/-]*')
  const sessionPolicies = parseSessionPolicies(input.Policy)
  const role = world.iam().role(RoleArn)
  const ask = role && askFor(role, input)
  if (role === undefined || ask === undefined || !mayAssume(world, ask, call))
    throw new AwsError(
      'AccessDenied',
      `User: ${call.principal.arn} is not authorized to perform: sts:AssumeRole on resource: ${RoleArn}`,
      403,
    )
  note(call, ask)
  checkDuration(role, DurationSeconds)
  if (call.principal.kind === 'role-session' && DurationSeconds > MOST_CHAINED_SECONDS)
    throw validationError(
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
    )
  const wish = { sessionName: RoleSessionName, seconds: DurationSeconds, sessionPolicies }
  const { credentials, user } = issue(world, sessions, role, wish)
  return { Credentials: wireCredentials(credentials), AssumedRoleUser: user }
}

const MOST_CHAINED_SECONDS = 3_600

function askFor(role: RoleView, { RoleSessionName = '', ExternalId }: AssumeRoleRequest): Ask {
  return {
    action: 'sts:AssumeRole',
    resource: role.arn,
    resourcePolicy: role.trustPolicy,
    owner: parseArn(role.arn).account,
    context: {
      ...resourceTagContext(new Map(Object.entries(role.tags))),
      'sts:RoleSessionName': RoleSessionName,
      ...(ExternalId !== undefined && { 'sts:ExternalId': ExternalId }),
    },
  }
}

/** IAM answers as to any call, except that the trust policy must allow it within an account too. */
function mayAssume(world: World, ask: Ask, call: Call): boolean {
  const { kind } = call.principal
  // Services get their sessions from serviceSession, and an unsigned call is nobody's.
  if (kind !== 'administrator' && kind !== 'role-session') return false
  const iam = world.iam()
  return isAllowedByResource(call, ask, iam) && refusalOf(call, ask, iam) === undefined
}
