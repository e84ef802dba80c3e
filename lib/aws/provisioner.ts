/**
 * IAM of the account that a provider or a role is in: the stack's own by the function's role, another one by a session of its
 * provisioner role (serverless/member-account.yml), which asks for no more of it than the function needs.
 */
import type { IAMClient } from '@aws-sdk/client-iam'
import { ProvisionerRoleDenied } from '../errors.ts'
import { iamClient, iamClientWith } from './clients.ts'
import { provisionerRoleArn } from './names.ts'
import { ASKED_FIRST, sessionClients } from './other-account.ts'
import type { Stack } from './stack.ts'

/** In other accounts one client's calls throw ExternalIdMissing, and ProvisionerRoleDenied, too. */
export type IamOf = (accountId: string) => IAMClient

/** What one function may in other accounts, at most: the provisioner role's conditions hold as well. */
export interface Provisioning {
  /** Of the session, as CloudTrail shows it there. */
  readonly name: string
  /** Actions by the end of the ARNs that they are for; `*`: they take none. */
  readonly allows: (stack: Pick<Stack, 'rolePath'>) => Readonly<Record<string, readonly string[]>>
}

export const PROVISIONS_PROVIDERS: Provisioning = {
  name: 'provider',
  allows: () => ({
    'oidc-provider/*': [
      'iam:AddClientIDToOpenIDConnectProvider',
      'iam:CreateOpenIDConnectProvider',
      'iam:DeleteOpenIDConnectProvider',
      'iam:GetOpenIDConnectProvider',
      'iam:RemoveClientIDFromOpenIDConnectProvider',
      'iam:TagOpenIDConnectProvider',
      'iam:UntagOpenIDConnectProvider',
    ],
  }),
}

export const PROVISIONS_ROLES: Provisioning = {
  name: 'settle-roles',
  allows: ({ rolePath }) => ({
    'role/*': ['iam:GetRole'],
    [`role${rolePath}*`]: [
      'iam:AttachRolePolicy',
      'iam:CreateRole',
      'iam:DeleteRole',
      'iam:DeleteRolePolicy',
      'iam:DetachRolePolicy',
      'iam:GetRolePolicy',
      'iam:ListAttachedRolePolicies',
      'iam:ListRolePolicies',
      'iam:PutRolePermissionsBoundary',
      'iam:PutRolePolicy',
      'iam:TagRole',
      'iam:UntagRole',
      'iam:UpdateAssumeRolePolicy',
      'iam:UpdateRole',
    ],
  }),
}

/** The audit looks, and no more. */
export const INSPECTS: Provisioning = {
  name: 'find-drift',
  allows: ({ rolePath }) => ({
    'oidc-provider/*': ['iam:GetOpenIDConnectProvider'],
    'role/*': ['iam:GetRole'],
    [`role${rolePath}*`]: ['iam:GetRolePolicy', 'iam:ListAttachedRolePolicies', 'iam:ListRolePolicies'],
  }),
}

/** The search for what no cluster explains lists, and no more. */
export const LISTS: Provisioning = {
  name: 'find-orphans',
  allows: ({ rolePath }) => ({
    '*': ['iam:ListOpenIDConnectProviders', 'iam:ListRoles'],
    'oidc-provider/*': ['iam:GetOpenIDConnectProvider'],
    [`role${rolePath}*`]: ['iam:ListRoleTags'],
  }),
}

/** One client per account for as long as the answer is kept. */
export function iamOf(stack: Stack, externalId: string, { name, allows }: Provisioning): IamOf {
  const member = sessionClients(stack, externalId, (assume, asked) => {
    const client = iamClientWith(stack.partition, assume)
    client.middlewareStack.add((next) => (args) => next(args).catch(asked), ASKED_FIRST)
    return client
  })
  return (accountId) => {
    if (accountId === stack.accountId) return iamClient(stack.partition)
    const iam = `arn:${stack.partition.name}:iam::${accountId}:`
    return member(accountId, {
      accountId,
      roleArn: provisionerRoleArn(stack, accountId),
      name,
      statements: Object.entries(allows(stack)).map(([resource, Action]) => ({
        Action,
        Resource: resource === '*' ? '*' : `${iam}${resource}`,
      })),
      Refused: ProvisionerRoleDenied,
    })
  }
}
