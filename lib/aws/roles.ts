/** An IAM role, and what hangs on it, in canonical form. */
import {
  GetRoleCommand,
  GetRolePolicyCommand,
  type IAMClient,
  paginateListAttachedRolePolicies,
  paginateListRolePolicies,
} from '@aws-sdk/client-iam'
import { isNotFound, translateRace, undefinedIf } from './errors.ts'
import { allItems } from './pages.ts'
import { parsePolicy } from './policy.ts'
import { readTags, type Tags } from './tags.ts'

export interface FoundRole {
  readonly arn: string
  readonly id: string
  /** Canonical, as lib/aws/policy.ts spells it; the inline ones too. */
  readonly trustPolicy: unknown
  readonly permissionsBoundary: string | undefined
  readonly maxSessionDurationSeconds: number | undefined
  readonly description: string
  readonly tags: Tags
}

export interface RolePolicies {
  /** By name. */
  readonly inlinePolicies: Readonly<Record<string, unknown>>
  /** ARNs. */
  readonly managedPolicies: readonly string[]
}

/** Undefined when there is none of that name, whatever its path. Of a role that is not ours nothing else may be read. */
export async function findRole(iam: IAMClient, RoleName: string): Promise<FoundRole | undefined> {
  const answer = await iam
    .send(new GetRoleCommand({ RoleName }))
    .catch(undefinedIf(isNotFound, 'iam:GetRole'))
  const role = answer?.Role
  if (role === undefined) return undefined
  return {
    arn: role.Arn ?? '',
    id: role.RoleId ?? '',
    trustPolicy: parsePolicy(role.AssumeRolePolicyDocument ?? ''),
    permissionsBoundary: role.PermissionsBoundary?.PermissionsBoundaryArn,
    maxSessionDurationSeconds: role.MaxSessionDuration,
    description: role.Description ?? '',
    tags: readTags(role.Tags),
  }
}

export async function readRolePolicies(iam: IAMClient, RoleName: string): Promise<RolePolicies> {
  const attached = await allItems(
    'iam:ListAttachedRolePolicies',
    paginateListAttachedRolePolicies({ client: iam }, { RoleName }),
    (page) => page.AttachedPolicies,
  )
  const names = await allItems(
    'iam:ListRolePolicies',
    paginateListRolePolicies({ client: iam }, { RoleName }),
    (page) => page.PolicyNames,
  )
  const inline = await Promise.all(names.map(async (name) => [name, await readPolicy(iam, RoleName, name)]))
  return {
    inlinePolicies: Object.fromEntries(inline),
    managedPolicies: attached.map(({ PolicyArn = '' }) => PolicyArn),
  }
}

async function readPolicy(iam: IAMClient, RoleName: string, PolicyName: string): Promise<unknown> {
  const { PolicyDocument } = await iam
    .send(new GetRolePolicyCommand({ RoleName, PolicyName }))
    .catch(translateRace('iam:GetRolePolicy'))
  return parsePolicy(PolicyDocument ?? '')
}
