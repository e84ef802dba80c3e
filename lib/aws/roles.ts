/** An IAM role with everything that hangs on it, in canonical form. */
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
  /** By name. */
  readonly inlinePolicies: Readonly<Record<string, unknown>>
  /** ARNs. */
  readonly managedPolicies: readonly string[]
  readonly maxSessionDurationSeconds: number | undefined
  readonly description: string
  readonly tags: Tags
}

/** Undefined when there is none of that name, whatever its path. */
export async function readRole(iam: IAMClient, RoleName: string): Promise<FoundRole | undefined> {
  const answer = await iam
    .send(new GetRoleCommand({ RoleName }))
    .catch(undefinedIf(isNotFound, 'iam:GetRole'))
  const role = answer?.Role
  if (role === undefined) return undefined
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
    arn: role.Arn ?? '',
    id: role.RoleId ?? '',
    trustPolicy: parsePolicy(role.AssumeRolePolicyDocument ?? ''),
    permissionsBoundary: role.PermissionsBoundary?.PermissionsBoundaryArn,
    inlinePolicies: Object.fromEntries(inline),
    managedPolicies: attached.map(({ PolicyArn = '' }) => PolicyArn),
    maxSessionDurationSeconds: role.MaxSessionDuration,
    description: role.Description ?? '',
    tags: readTags(role.Tags),
  }
}

async function readPolicy(iam: IAMClient, RoleName: string, PolicyName: string): Promise<unknown> {
  const { PolicyDocument } = await iam
    .send(new GetRolePolicyCommand({ RoleName, PolicyName }))
    .catch(translateRace('iam:GetRolePolicy'))
  return parsePolicy(PolicyDocument ?? '')
}
