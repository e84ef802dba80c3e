/** Who has a managed policy: attached, or as permissions boundary. Only roles: local mode has no users and groups. */
import {
  EntityType,
  type ListEntitiesForPolicyRequest,
  type ListEntitiesForPolicyResponse,
  PolicyUsageType,
} from '@aws-sdk/client-iam'
import { operation } from '../service.ts'
import type { Account, Accounts, Role } from './account.ts'
import { validationError } from './errors.ts'
import { checkEntityPathPrefix, page } from './names.ts'
import { findPolicy, policyAsk } from './policy.ts'

export function policyEntityOperations(accounts: Accounts) {
  return {
    ListEntitiesForPolicy: operation<ListEntitiesForPolicyRequest, ListEntitiesForPolicyResponse>({
      run: (input, call) => listEntities(accounts.of(call), input),
      asks: (input, call) => [policyAsk(accounts, 'ListEntitiesForPolicy', input, call)],
    }),
  }
}

function listEntities(account: Account, input: ListEntitiesForPolicyRequest): ListEntitiesForPolicyResponse {
  const { EntityFilter: kind, PolicyUsageFilter: usage } = input
  checkEnum('entityFilter', kind, EntityType)
  checkEnum('policyUsageFilter', usage, PolicyUsageType)
  const prefix = checkEntityPathPrefix(input.PathPrefix)
  const { arn } = findPolicy(account, input.PolicyArn)
  const roles = kind === undefined || kind === EntityType.Role ? [...account.roles.values()] : []
  const found = roles.filter((role) => role.path.startsWith(prefix) && isUsedBy(role, arn, usage))
  const { items, end } = page(found, ({ name }) => name, input)
  return {
    PolicyGroups: [],
    PolicyUsers: [],
    PolicyRoles: items.map(({ name, id }) => ({ RoleName: name, RoleId: id })),
    ...end,
  }
}

/** In either way, unless one of them is asked for. */
function isUsedBy({ attached, boundary }: Role, arn: string, usage: string | undefined): boolean {
  const asPermissions = usage !== PolicyUsageType.PermissionsBoundary && attached.has(arn)
  const asBoundary = usage !== PolicyUsageType.PermissionsPolicy && boundary === arn
  return asPermissions || asBoundary
}

function checkEnum(member: string, value: string | undefined, known: Readonly<Record<string, string>>): void {
  const values = Object.values(known)
  if (value !== undefined && !values.includes(value))
    throw validationError(
      `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must satisfy enum value set: [${values.join(', ')}]`,
    )
}
