/** AWS Security Token Service: who calls, and credentials of roles. */
import { randomBytes } from 'node:crypto'
import type {
  AssumeRoleRequest,
  AssumeRoleWithWebIdentityRequest,
  Credentials,
  GetCallerIdentityResponse,
} from '@aws-sdk/client-sts'
import { isArn, parseArn, partitionOf } from '../arn.ts'
import { AwsError, accessDenied } from '../errors.ts'
import type { PolicyDocument } from '../policy/document.ts'
import { effectOf } from '../policy/evaluate.ts'
import { trusts } from '../policy/trust.ts'
import { type Call, operation, type Principal, type Service } from '../service.ts'
import { refuseMembers } from '../unsupported.ts'
import type { RoleView, SessionCredentials, StsView, World } from '../world.ts'
import { verifyWebIdentity } from './web-identity.ts'

export interface Sts {
  readonly service: Service
  readonly view: StsView
}

type RoleSession = Extract<Principal, { kind: 'role-session' }>

interface Issued {
  readonly principal: RoleSession
  readonly roleId: string
  readonly expiration: Date
}

type Sessions = Map<string, Issued>

const SERVICE_SESSION_SECONDS = 43_200
const DEFAULT_SECONDS = 3_600

export function createSts(world: World): Sts {
  const sessions: Sessions = new Map()
  return {
    service: {
      name: 'sts',
      operations: {
        GetCallerIdentity: operation<object, GetCallerIdentityResponse>({
          asks: () => [],
          run: (_, { principal }) => callerIdentity(sessions, principal),
        }),
        AssumeRole: operation<AssumeRoleRequest, object>({
          // The trust policy decides with the identity's, in one answer: assumeRole asks both.
          asks: () => [],
          run: (input, call) => assumeRole(world, sessions, input, call),
        }),
        AssumeRoleWithWebIdentity: operation<AssumeRoleWithWebIdentityRequest, object>({
          asks: () => [],
          run: (input, call) => assumeRoleWithWebIdentity(world, sessions, input, call),
        }),
      },
    },
    view: {
      principal: (accessKeyId) => principalOf(world, sessions, accessKeyId),
      serviceSession(roleArn, sessionName, service, sourceArn) {
        const role = world.iam().role(roleArn)
        const who = { kind: 'Service', name: service } as const
        const context = sourceArn === undefined ? {} : sourceContext(sourceArn)
        if (role === undefined || trusts(role.trustPolicy, who, 'sts:AssumeRole', context) !== 'allowed')
          throw accessDenied(
            service,
            'sts:AssumeRole',
            roleArn,
            'no trust policy allows the sts:AssumeRole action',
          )
        return issue(world, sessions, role, { sessionName, seconds: SERVICE_SESSION_SECONDS }).credentials
      },
    },
  }
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html */
function sourceContext(sourceArn: string) {
  return { 'aws:SourceArn': sourceArn, 'aws:SourceAccount': parseArn(sourceArn).account }
}

function principalOf(world: World, sessions: Sessions, accessKeyId: string): Principal | undefined {
  const [, account = world.account] = /^local(?:-(\d{12}))?$/.exec(accessKeyId) ?? [undefined, '']
  if (account !== '') return { kind: 'administrator', account, arn: `arn:aws:iam::${account}:user/local` }
  const issued = sessions.get(accessKeyId)
  if (issued === undefined) return undefined
  if (issued.expiration > world.clock.now()) return issued.principal
  throw new AwsError('ExpiredToken', 'The security token included in the request is expired', 403)
}

function callerIdentity(sessions: Sessions, principal: Principal): GetCallerIdentityResponse {
  if (principal.kind !== 'role-session')
    return { Account: principal.account, Arn: principal.arn, UserId: principal.account }
  const { roleId } = [...sessions.values()].find((issued) => issued.principal.arn === principal.arn) ?? {
    roleId: '',
  }
  return {
    Account: principal.account,
    Arn: principal.arn,
    UserId: `${roleId}:${sessionNameOf(principal.arn)}`,
  }
}

function sessionNameOf(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1)
}

function assumeRole(world: World, sessions: Sessions, input: AssumeRoleRequest, { principal }: Call): object {
  refuseMembers('AssumeRole', input, ['PolicyArns', 'SerialNumber', 'TokenCode', 'SourceIdentity', 'Tags'])
  const { RoleArn = '', RoleSessionName = '', DurationSeconds = DEFAULT_SECONDS } = input
  checkInput(RoleArn, RoleSessionName)
  const role = world.iam().role(RoleArn)
  const refused = `User: ${principal.arn} is not authorized to perform: sts:AssumeRole on resource: ${RoleArn}`
  if (role === undefined || !mayAssume(world, role, principal, input))
    throw new AwsError('AccessDenied', refused, 403)
  checkDuration(role, DurationSeconds)
  const sessionPolicies = input.Policy === undefined ? [] : [parseSessionPolicy(input.Policy)]
  const issued = issue(world, sessions, role, {
    sessionName: RoleSessionName,
    seconds: DurationSeconds,
    sessionPolicies,
  })
  return { Credentials: wireCredentials(issued.credentials), AssumedRoleUser: issued.user }
}

/** The trust policy must name the caller; in another account, or named only by account, the caller's own policies must allow too. */
function mayAssume(world: World, role: RoleView, principal: Principal, input: AssumeRoleRequest): boolean {
  if (principal.kind !== 'administrator' && principal.kind !== 'role-session') return false
  const { account, arn } = principal
  const who = {
    kind: 'AWS',
    arn,
    account,
    ...(principal.kind === 'role-session' && { roleArn: principal.roleArn }),
  } as const
  const context = {
    'aws:PrincipalArn': principal.kind === 'role-session' ? principal.roleArn : arn,
    'aws:PrincipalAccount': account,
    ...(input.ExternalId !== undefined && { 'sts:ExternalId': input.ExternalId }),
  }
  if (trusts(role.trustPolicy, who, 'sts:AssumeRole', context) !== 'allowed') return false
  if (principal.kind === 'administrator') return true
  const own = world.iam().role(principal.roleArn)
  const request = { who, action: 'sts:AssumeRole', resource: role.arn, context }
  const limits = [
    ...(own?.permissionsBoundary ? [own.permissionsBoundary] : []),
    ...principal.sessionPolicies,
  ]
  const effects = (own?.identityPolicies ?? []).map((policy) => effectOf(policy, request))
  return (
    effects.includes('Allow') &&
    !effects.includes('Deny') &&
    limits.every((policy) => effectOf(policy, request) === 'Allow')
  )
}

async function assumeRoleWithWebIdentity(
  world: World,
  sessions: Sessions,
  input: AssumeRoleWithWebIdentityRequest,
  { region }: Call,
): Promise<object> {
  refuseMembers('AssumeRoleWithWebIdentity', input, ['PolicyArns', 'ProviderId'])
  const {
    RoleArn = '',
    RoleSessionName = '',
    WebIdentityToken = '',
    DurationSeconds = DEFAULT_SECONDS,
  } = input
  checkInput(RoleArn, RoleSessionName)
  const { account } = parseArn(RoleArn)
  const identity = await verifyWebIdentity(world, account, WebIdentityToken)
  const role = world.iam().role(RoleArn)
  const who = { kind: 'Federated', arn: identity.provider.arn } as const
  const trust = role && trusts(role.trustPolicy, who, 'sts:AssumeRoleWithWebIdentity', identity.context)
  if (role === undefined || trust !== 'allowed' || parseArn(RoleArn).partition !== partitionOf(region))
    throw new AwsError('AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity', 403)
  checkDuration(role, DurationSeconds)
  const sessionPolicies = input.Policy === undefined ? [] : [parseSessionPolicy(input.Policy)]
  const issued = issue(world, sessions, role, {
    sessionName: RoleSessionName,
    seconds: DurationSeconds,
    sessionPolicies,
  })
  return {
    Credentials: wireCredentials(issued.credentials),
    AssumedRoleUser: issued.user,
    SubjectFromWebIdentityToken: identity.subject,
    Audience: identity.audience,
    Provider: identity.provider.arn,
  }
}

interface SessionWish {
  readonly sessionName: string
  readonly seconds: number
  readonly sessionPolicies?: readonly PolicyDocument[]
}

function issue(world: World, sessions: Sessions, role: RoleView, wish: SessionWish) {
  const { partition, account } = parseArn(role.arn)
  const arn = `arn:${partition}:sts::${account}:assumed-role/${role.roleName}/${wish.sessionName}`
  const expiration = new Date(world.clock.now().getTime() + wish.seconds * 1000)
  const credentials: SessionCredentials = {
    accessKeyId: `ASIA${randomBytes(8).toString('hex').toUpperCase()}`,
    secretAccessKey: randomBytes(30).toString('base64'),
    sessionToken: randomBytes(96).toString('base64'),
    expiration,
  }
  const principal: RoleSession = {
    kind: 'role-session',
    account,
    arn,
    roleArn: role.arn,
    sessionPolicies: wish.sessionPolicies ?? [],
  }
  sessions.set(credentials.accessKeyId, { principal, roleId: role.roleId, expiration })
  return { credentials, user: { Arn: arn, AssumedRoleId: `${role.roleId}:${wish.sessionName}` } }
}

function wireCredentials(credentials: SessionCredentials): Credentials {
  return {
    AccessKeyId: credentials.accessKeyId,
    SecretAccessKey: credentials.secretAccessKey,
    SessionToken: credentials.sessionToken,
    Expiration: credentials.expiration,
  }
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html */
function checkInput(roleArn: string, sessionName: string): void {
  if (!isArn(roleArn) || parseArn(roleArn).service !== 'iam')
    throw new AwsError('ValidationError', `${roleArn} is invalid`)
  if (!/^[\w+=,.@-]{2,64}$/.test(sessionName))
    throw new AwsError(
      'ValidationError',
      `1 validation error detected: Value '${sessionName}' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*`,
    )
}

function checkDuration(role: RoleView, seconds: number): void {
  if (seconds < 900)
    throw new AwsError(
      'ValidationError',
      `1 validation error detected: Value '${seconds}' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900`,
    )
  if (seconds > role.maxSessionDuration)
    throw new AwsError(
      'ValidationError',
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    )
}

function parseSessionPolicy(text: string): PolicyDocument {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new AwsError('MalformedPolicyDocument', 'Syntax errors in policy.', 400, {}, { cause })
  }
}
