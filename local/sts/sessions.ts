/** Credentials of roles: handed out, recognised, expired. */
import { randomBytes } from 'node:crypto'
import type { Credentials } from '@aws-sdk/client-sts'
import { globalArn, parseArn } from '../arn.ts'
import { AwsError } from '../errors.ts'
import type { PolicyDocument } from '../policy/document.ts'
import type { Principal } from '../service.ts'
import type { RoleView, SessionCredentials, World } from '../world.ts'

export interface Issued {
  readonly principal: Extract<Principal, { kind: 'role-session' }>
  readonly roleId: string
  readonly expiration: Date
}

/** By access key. */
export type Sessions = Map<string, Issued>

export interface SessionWish {
  readonly sessionName: string
  readonly seconds: number
  readonly sessionPolicies?: readonly PolicyDocument[]
}

export function issue(world: World, sessions: Sessions, role: RoleView, wish: SessionWish) {
  const { partition, account } = parseArn(role.arn)
  const arn = `arn:${partition}:sts::${account}:assumed-role/${role.roleName}/${wish.sessionName}`
  const expiration = new Date(world.clock.now().getTime() + wish.seconds * 1000)
  const credentials: SessionCredentials = {
    accessKeyId: `ASIA${randomBytes(8).toString('hex').toUpperCase()}`,
    secretAccessKey: randomBytes(30).toString('base64'),
    sessionToken: randomBytes(96).toString('base64'),
    expiration,
  }
  const principal: Issued['principal'] = {
    kind: 'role-session',
    account,
    arn,
    roleArn: role.arn,
    sessionPolicies: wish.sessionPolicies ?? [],
  }
  sessions.set(credentials.accessKeyId, { principal, roleId: role.roleId, expiration })
  return { credentials, user: { Arn: arn, AssumedRoleId: `${role.roleId}:${wish.sessionName}` } }
}

export function wireCredentials(credentials: SessionCredentials): Credentials {
  return {
    AccessKeyId: credentials.accessKeyId,
    SecretAccessKey: credentials.secretAccessKey,
    SessionToken: credentials.sessionToken,
    Expiration: credentials.expiration,
  }
}

/** The administrator is of the partition that is called. Throws AwsError (ExpiredToken). */
export function principalOf(
  world: World,
  sessions: Sessions,
  accessKeyId: string,
  region: string,
): Principal | undefined {
  const [, account = world.account] = /^local(?:-(\d{12}))?$/.exec(accessKeyId) ?? [undefined, '']
  if (account !== '')
    return { kind: 'administrator', account, arn: globalArn('iam', region, account, 'user/local') }
  const issued = sessions.get(accessKeyId)
  if (issued === undefined) return undefined
  if (issued.expiration > world.clock.now()) return issued.principal
  throw new AwsError('ExpiredToken', 'The security token included in the request is expired', 403)
}
