/** Who calls in the tests of policies, and what IAM knows of them. */
import type { PolicyDocument, Statement } from '../../../local/policy/document.ts'
import type { Principal } from '../../../local/service.ts'
import type { IamView, RoleView } from '../../../local/world.ts'

export const ACCOUNT = '000000000000'
export const OTHER_ACCOUNT = '111111111111'
export const roleArn = `arn:aws:iam::${ACCOUNT}:role/irsa/app`

export function session(
  sessionPolicies: readonly PolicyDocument[] = [],
): Extract<Principal, { kind: 'role-session' }> {
  const arn = `arn:aws:sts::${ACCOUNT}:assumed-role/app/pod`
  return { kind: 'role-session', account: ACCOUNT, arn, roleArn, sessionPolicies }
}

/** IAM with the one role that `session` is of. */
export function iamOf(role: Partial<RoleView> = {}, organization?: string): IamView {
  const view: RoleView = {
    arn: roleArn,
    roleName: 'app',
    roleId: 'AROAEXAMPLE',
    trustPolicy: policy(),
    maxSessionDuration: 3600,
    tags: {},
    identityPolicies: [],
    permissionsBoundary: undefined,
    ...role,
  }
  return {
    role: (arn) => (arn === roleArn ? view : undefined),
    provider: () => undefined,
    organizationOf: () => organization,
  }
}

export function policy(...statements: readonly Statement[]): PolicyDocument {
  return { Version: '2012-10-17', Statement: statements }
}

export function allow(Action: string): Statement {
  return { Effect: 'Allow', Action, Resource: '*' }
}

export function deny(Action: string): Statement {
  return { ...allow(Action), Effect: 'Deny' }
}
