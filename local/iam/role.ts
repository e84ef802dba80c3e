/** One role: how it is found, asked about and shown. */
import type { Role as WireRole } from '@aws-sdk/client-iam'
import { globalArn } from '../arn.ts'
import type { Ask, Call } from '../service.ts'
import { tagList } from '../tags.ts'
import type { Account, Accounts, Role } from './account.ts'
import { urlEncoded } from './documents.ts'
import { noSuchEntity } from './errors.ts'
import { roleTagContext } from './tags.ts'

/** Throws AwsError (NoSuchEntity). */
export function findRole({ roles }: Account, name: string | undefined): Role {
  const role = roles.get(name?.toLowerCase() ?? '')
  if (!role) throw noSuchEntity(`The role with name ${name} cannot be found.`)
  return role
}

/** About a role that may not exist; `context` is what the request adds. */
export function roleAsk(
  accounts: Accounts,
  action: string,
  name: string | undefined,
  call: Call,
  context: NonNullable<Ask['context']> = {},
): Ask {
  const role = accounts.of(call).roles.get(name?.toLowerCase() ?? '')
  const resource = role?.arn ?? globalArn('iam', call.region, call.principal.account, `role/${name}`)
  return { action: `iam:${action}`, resource, context: { ...roleTagContext(role?.tags), ...context } }
}

/** As `roleAsk`, for the actions that can be bound to the boundary that the role has. */
export function boundedRoleAsk(
  accounts: Accounts,
  action: string,
  name: string | undefined,
  call: Call,
  context: NonNullable<Ask['context']> = {},
): Ask {
  const boundary = accounts.of(call).roles.get(name?.toLowerCase() ?? '')?.boundary
  return roleAsk(accounts, action, name, call, {
    ...(boundary !== undefined && { 'iam:PermissionsBoundary': boundary }),
    ...context,
  })
}

/** Lists leave tags, boundary and last use out. */
export function summarizeRole(role: Role) {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: role.arn,
    CreateDate: role.createdAt,
    AssumeRolePolicyDocument: urlEncoded(role.trust),
    ...(role.description !== undefined && { Description: role.description }),
    MaxSessionDuration: role.maxSessionDuration,
  } satisfies WireRole
}

export function describeRole(role: Role): WireRole {
  return {
    ...summarizeRole(role),
    ...(role.boundary !== undefined && {
      PermissionsBoundary: {
        PermissionsBoundaryType: 'PermissionsBoundaryPolicy' as const,
        PermissionsBoundaryArn: role.boundary,
      },
    }),
    ...(role.tags.size > 0 && { Tags: tagList(role.tags) }),
  }
}
