/** AWS Security Token Service: who calls, and credentials of roles. */
import type {
  AssumeRoleRequest,
  AssumeRoleWithWebIdentityRequest,
  GetCallerIdentityResponse,
} from '@aws-sdk/client-sts'
import { parseArn } from '../arn.ts'
import { accessDenied } from '../errors.ts'
import { trusts } from '../policy/trust.ts'
import { operation, type Principal, type Service } from '../service.ts'
import type { StsView, World } from '../world.ts'
import { assumeRole, type Note } from './assume-role.ts'
import { assumeRoleWithWebIdentity } from './assume-role-with-web-identity.ts'
import { issue, principalOf, type Sessions } from './sessions.ts'

export interface Sts {
  readonly service: Service
  readonly view: StsView
}

const SERVICE_SESSION_SECONDS = 43_200

export function createSts(world: World, note: Note): Sts {
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
          run: (input, call) => assumeRole(world, sessions, note, input, call),
        }),
        AssumeRoleWithWebIdentity: operation<AssumeRoleWithWebIdentityRequest, object>({
          asks: () => [],
          run: (input, call) => assumeRoleWithWebIdentity(world, sessions, input, call),
        }),
      },
    },
    view: {
      principal: (accessKeyId, region = 'us-east-1') => principalOf(world, sessions, accessKeyId, region),
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

function callerIdentity(sessions: Sessions, principal: Principal): GetCallerIdentityResponse {
  if (principal.kind !== 'role-session')
    return { Account: principal.account, Arn: principal.arn, UserId: principal.account }
  // By the session itself: one of a role that was made again may have the same ARN.
  const { roleId = '' } = [...sessions.values()].find((issued) => issued.principal === principal) ?? {}
  return {
    Account: principal.account,
    Arn: principal.arn,
    UserId: `${roleId}:${sessionNameOf(principal.arn)}`,
  }
}

function sessionNameOf(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1)
}
