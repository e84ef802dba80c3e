/**
 * IAM of the account that a provider or a role is in: the stack's own by the function's role, another one by a session of its
 * provisioner role (serverless/member-account.yml), which asks for no more of it than the function needs.
 */
import type { IAMClient } from '@aws-sdk/client-iam'
import { AssumeRoleCommand } from '@aws-sdk/client-sts'
import { ExternalIdMissing, ProvisionerRoleDenied } from '../errors.ts'
import { iamClient, iamClientWith, stsClient } from './clients.ts'
import { isDenied, isNamedError, translate } from './errors.ts'
import { provisionerRoleArn } from './names.ts'
import { credentialsOf } from './session-credentials.ts'
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
export function iamOf(stack: Stack, externalId: string, provisioning: Provisioning): IamOf {
  const members = new Map<string, IAMClient>()
  return (accountId) => {
    if (accountId === stack.accountId) return iamClient(stack.partition)
    const known = members.get(accountId)
    if (known !== undefined) return known
    const assume = () => assumeProvisioner(stack, accountId, externalId, provisioning)
    const client = iamClientWith(stack.partition, assume)
    // A session outlives its role, and its account's consent, by up to an hour: STS tells whether that is why it is denied.
    client.middlewareStack.add(
      (next) => (args) =>
        next(args).catch(async (error: unknown) => {
          if (isDenied(error)) {
            members.delete(accountId)
            await assume()
          }
          throw error
        }),
      { step: 'initialize', name: 'askWhetherStillLetIn' },
    )
    members.set(accountId, client)
    return client
  }
}

/** For an hour, which is the most that a role gets of another role. */
async function assumeProvisioner(
  stack: Stack,
  accountId: string,
  externalId: string,
  { name, allows }: Provisioning,
) {
  if (externalId === '') throw new ExternalIdMissing(accountId)
  const RoleArn = provisionerRoleArn(stack, accountId)
  const command = new AssumeRoleCommand({
    RoleArn,
    RoleSessionName: name,
    ExternalId: externalId,
    Policy: sessionPolicy(`arn:${stack.partition.name}:iam::${accountId}:`, allows(stack)),
  })
  const { Credentials } = await stsClient(stack.region)
    .send(command)
    .catch((error: unknown) => {
      if (isNamedError('AccessDenied')(error)) throw new ProvisionerRoleDenied(RoleArn, { cause: error })
      return translate('sts:AssumeRole')(error)
    })
  return credentialsOf(Credentials)
}

/** At most 2,048 characters: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
function sessionPolicy(iam: string, allowed: ReturnType<Provisioning['allows']>): string {
  const Statement = Object.entries(allowed).map(([resource, Action]) => ({
    Effect: 'Allow',
    Action,
    Resource: resource === '*' ? '*' : `${iam}${resource}`,
  }))
  return JSON.stringify({ Version: '2012-10-17', Statement })
}
