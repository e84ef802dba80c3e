/** AWS::IAM::ManagedPolicy. */
import type {
  CreatePolicyResponse,
  CreatePolicyVersionResponse,
  ListPolicyVersionsResponse,
} from '@aws-sdk/client-iam'
import * as z from 'zod'
import { unlessGone } from '../gone.ts'
import { document, text } from '../properties.ts'
import { type Context, resourceType } from '../resource-type.ts'

// Without Users and Groups, which local mode has not.
const properties = z.strictObject({
  ManagedPolicyName: text.optional(),
  Path: text.optional(),
  Description: text.optional(),
  PolicyDocument: document,
  Roles: z.array(text).optional(),
})

export const iamManagedPolicy = resourceType<z.infer<typeof properties>>({
  properties,
  attributes: ['PolicyArn', 'PolicyId'],
  replacedBy: ['ManagedPolicyName', 'Path', 'Description'],
  nameProperty: 'ManagedPolicyName',
  async create({ ManagedPolicyName, Roles = [], ...settings }, context) {
    const { Policy } = await context.request<CreatePolicyResponse>('iam', 'CreatePolicy', {
      ...settings,
      PolicyName: ManagedPolicyName ?? context.generateName(128),
    })
    const { Arn = '', PolicyId = '' } = Policy ?? {}
    context.claim(Arn)
    for (const RoleName of Roles) await attach(RoleName, Arn, context)
    return { physicalId: Arn, attributes: { PolicyArn: Arn, PolicyId } }
  },
  async update({ physicalId: PolicyArn, before, after, attributes }, context) {
    const { Roles: had = [], PolicyDocument } = before
    const { Roles: wanted = [] } = after
    if (after.PolicyDocument !== PolicyDocument)
      await replaceDocument(PolicyArn, after.PolicyDocument, context)
    for (const role of wanted) if (!had.includes(role)) await attach(role, PolicyArn, context)
    for (const role of had) if (!wanted.includes(role)) await detach(role, PolicyArn, context)
    return attributes
  },
  async delete({ physicalId: PolicyArn, before: { Roles = [] } }, context) {
    for (const RoleName of Roles) await detach(RoleName, PolicyArn, context)
    await unlessGone(['NoSuchEntity'], async () => {
      await deleteOtherVersions(PolicyArn, context)
      await context.request('iam', 'DeletePolicy', { PolicyArn })
    })
  },
})

/** A policy keeps five versions at most, so the former ones go. */
async function replaceDocument(PolicyArn: string, PolicyDocument: string, context: Context): Promise<void> {
  await deleteOtherVersions(PolicyArn, context)
  await context.request<CreatePolicyVersionResponse>('iam', 'CreatePolicyVersion', {
    PolicyArn,
    PolicyDocument,
    SetAsDefault: true,
  })
  await deleteOtherVersions(PolicyArn, context)
}

async function deleteOtherVersions(PolicyArn: string, { request }: Context): Promise<void> {
  const { Versions = [] } = await request<ListPolicyVersionsResponse>('iam', 'ListPolicyVersions', {
    PolicyArn,
  })
  for (const { VersionId, IsDefaultVersion } of Versions)
    if (!IsDefaultVersion) await request('iam', 'DeletePolicyVersion', { PolicyArn, VersionId })
}

async function attach(RoleName: string, PolicyArn: string, { request }: Context): Promise<void> {
  await request('iam', 'AttachRolePolicy', { RoleName, PolicyArn })
}

async function detach(RoleName: string, PolicyArn: string, { request }: Context): Promise<void> {
  await unlessGone(['NoSuchEntity'], () => request('iam', 'DetachRolePolicy', { RoleName, PolicyArn }))
}
