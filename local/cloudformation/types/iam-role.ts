/** AWS::IAM::Role. */
import type { CreateRoleResponse } from '@aws-sdk/client-iam'
import * as z from 'zod'
import { unlessGone } from '../gone.ts'
import { document, integer, tags, text } from '../properties.ts'
import { type Change, type Context, resourceType } from '../resource-type.ts'
import { tagChanges } from '../tag-changes.ts'

const properties = z.strictObject({
  RoleName: text.optional(),
  Path: text.optional(),
  AssumeRolePolicyDocument: document,
  Description: text.optional(),
  MaxSessionDuration: integer.optional(),
  PermissionsBoundary: text.optional(),
  Policies: z.array(z.strictObject({ PolicyName: text, PolicyDocument: document })).optional(),
  ManagedPolicyArns: z.array(text).optional(),
  Tags: tags.optional(),
})

type Properties = z.infer<typeof properties>
type InlinePolicy = NonNullable<Properties['Policies']>[number]

export const iamRole = resourceType<Properties>({
  properties,
  attributes: ['Arn', 'RoleId'],
  replacedBy: ['RoleName', 'Path'],
  nameProperty: 'RoleName',
  async create({ RoleName, Policies = [], ManagedPolicyArns = [], ...settings }, context) {
    const name = RoleName ?? context.generateName(64)
    const { Role } = await context.request<CreateRoleResponse>('iam', 'CreateRole', {
      ...settings,
      RoleName: name,
    })
    context.claim(name)
    for (const PolicyArn of ManagedPolicyArns) await attach(name, PolicyArn, context)
    for (const policy of Policies) await putPolicy(name, policy, context)
    return { physicalId: name, attributes: { Arn: Role?.Arn ?? '', RoleId: Role?.RoleId ?? '' } }
  },
  async update(change, context) {
    await updateSettings(change, context)
    await updateBoundary(change, context)
    await updateManagedPolicies(change, context)
    await updateInlinePolicies(change, context)
    await updateTags(change, context)
    return change.attributes
  },
  async delete({ physicalId: RoleName, before: { Policies = [], ManagedPolicyArns = [] } }, context) {
    for (const { PolicyName } of Policies) await deletePolicy(RoleName, PolicyName, context)
    for (const PolicyArn of ManagedPolicyArns) await detach(RoleName, PolicyArn, context)
    await unlessGone(['NoSuchEntity'], () => context.request('iam', 'DeleteRole', { RoleName }))
  },
})

async function updateSettings(
  { physicalId: RoleName, before, after }: Change<Properties>,
  { request }: Context,
): Promise<void> {
  const PolicyDocument = after.AssumeRolePolicyDocument
  if (PolicyDocument !== before.AssumeRolePolicyDocument)
    await request('iam', 'UpdateAssumeRolePolicy', { RoleName, PolicyDocument })
  const { Description, MaxSessionDuration } = after
  if (Description === before.Description && MaxSessionDuration === before.MaxSessionDuration) return
  // IAM's defaults for what has left the template.
  await request('iam', 'UpdateRole', {
    RoleName,
    Description: Description ?? '',
    MaxSessionDuration: MaxSessionDuration ?? 3600,
  })
}

async function updateBoundary(
  { physicalId: RoleName, before, after }: Change<Properties>,
  { request }: Context,
): Promise<void> {
  const { PermissionsBoundary } = after
  if (PermissionsBoundary === before.PermissionsBoundary) return
  if (PermissionsBoundary === undefined) await request('iam', 'DeleteRolePermissionsBoundary', { RoleName })
  else await request('iam', 'PutRolePermissionsBoundary', { RoleName, PermissionsBoundary })
}

async function updateManagedPolicies(
  { physicalId, before, after }: Change<Properties>,
  context: Context,
): Promise<void> {
  const { ManagedPolicyArns: had = [] } = before
  const { ManagedPolicyArns: wanted = [] } = after
  for (const arn of wanted) if (!had.includes(arn)) await attach(physicalId, arn, context)
  for (const arn of had) if (!wanted.includes(arn)) await detach(physicalId, arn, context)
}

async function updateInlinePolicies(
  { physicalId, before: { Policies: had = [] }, after: { Policies: wanted = [] } }: Change<Properties>,
  context: Context,
): Promise<void> {
  const find = (policies: readonly InlinePolicy[], name: string) =>
    policies.find(({ PolicyName }) => PolicyName === name)
  for (const policy of wanted)
    if (find(had, policy.PolicyName)?.PolicyDocument !== policy.PolicyDocument)
      await putPolicy(physicalId, policy, context)
  for (const { PolicyName } of had)
    if (!find(wanted, PolicyName)) await deletePolicy(physicalId, PolicyName, context)
}

async function updateTags(
  { physicalId: RoleName, before, after }: Change<Properties>,
  { request }: Context,
): Promise<void> {
  const { added, removedKeys } = tagChanges(before.Tags, after.Tags)
  if (removedKeys.length > 0) await request('iam', 'UntagRole', { RoleName, TagKeys: removedKeys })
  if (added.length > 0) await request('iam', 'TagRole', { RoleName, Tags: added })
}

async function attach(RoleName: string, PolicyArn: string, { request }: Context): Promise<void> {
  await request('iam', 'AttachRolePolicy', { RoleName, PolicyArn })
}

async function detach(RoleName: string, PolicyArn: string, { request }: Context): Promise<void> {
  await unlessGone(['NoSuchEntity'], () => request('iam', 'DetachRolePolicy', { RoleName, PolicyArn }))
}

async function putPolicy(RoleName: string, policy: InlinePolicy, { request }: Context): Promise<void> {
  await request('iam', 'PutRolePolicy', { RoleName, ...policy })
}

async function deletePolicy(RoleName: string, PolicyName: string, { request }: Context): Promise<void> {
  await unlessGone(['NoSuchEntity'], () => request('iam', 'DeleteRolePolicy', { RoleName, PolicyName }))
}
