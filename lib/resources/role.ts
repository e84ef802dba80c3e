/** One IAM role for one service account, as it was compiled from its request. */
import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  type IAMClient,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from '@aws-sdk/client-iam'
import {
  isAlreadyExists,
  isInUse,
  isNotFound,
  isPolicyMalformed,
  messageOf,
  translate,
  translateRace,
  undefinedIf,
} from '../aws/errors.ts'
import { roleArn } from '../aws/names.ts'
import { canonicalPolicy, samePolicy } from '../aws/policy.ts'
import { type FoundRole, findRole, type RolePolicies, readRolePolicies } from '../aws/roles.ts'
import type { Stack } from '../aws/stack.ts'
import { desiredTags, isOurs, tagChanges, tagList } from '../aws/tags.ts'
import { differencesBetween } from '../difference.ts'
import {
  ConcurrentChange,
  PolicyMalformed,
  QuotaExceeded,
  RoleHasOtherPolicies,
  RoleNotOurs,
} from '../errors.ts'
import type { Observed, Resource } from '../resource.ts'
import type { DesiredRole, RoleOutputs } from '../role.ts'

export interface RoleClients {
  /** Of the role's account. */
  readonly iamOf: (accountId: string) => IAMClient
}

/**
 * Every verb throws RoleNotOurs; `create` PolicyMalformed for what IAM does not take, and QuotaExceeded; `delete` RoleHasOtherPolicies
 * when it has others than the desired ones, unless `force`.
 */
export function roleResource({ iamOf }: RoleClients, stack: Stack): Resource<DesiredRole, RoleOutputs> {
  return {
    observe: (role) => observeRole(iamOf(role.accountId), stack, role),
    create: async (role) => {
      await createRole(iamOf(role.accountId), stack, role)
      return undefined
    },
    delete: (role) => deleteRole(iamOf(role.accountId), stack, role),
  }
}

/** One name, so that removal and drift are one comparison. */
const INLINE_POLICY = 'irsa'

async function observeRole(iam: IAMClient, stack: Stack, role: DesiredRole): Promise<Observed<RoleOutputs>> {
  const found = await readOurs(iam, stack, role)
  if (found === undefined) return { status: 'absent' }
  const outputs = { roleArn: found.arn, roleId: found.id }
  return {
    status: 'ready',
    outputs,
    differences: differencesBetween(desiredForm(stack, role), form(found), 'Role'),
  }
}

function desiredForm(stack: Stack, role: DesiredRole) {
  const { inlinePolicy } = role
  return {
    AssumeRolePolicyDocument: canonicalPolicy(role.trustPolicy),
    PermissionsBoundary: role.permissionsBoundary,
    AttachedPolicies: role.managedPolicies.toSorted(),
    Policies: inlinePolicy === undefined ? {} : { [INLINE_POLICY]: canonicalPolicy(inlinePolicy) },
    MaxSessionDuration: role.maxSessionDurationSeconds,
    Description: role.description,
    Tags: desiredTags(stack, role),
  }
}

function form(found: OurRole) {
  return {
    AssumeRolePolicyDocument: found.trustPolicy,
    PermissionsBoundary: found.permissionsBoundary,
    AttachedPolicies: found.managedPolicies.toSorted(),
    Policies: found.inlinePolicies,
    MaxSessionDuration: found.maxSessionDurationSeconds,
    Description: found.description,
    Tags: found.tags,
  }
}

async function createRole(iam: IAMClient, stack: Stack, role: DesiredRole): Promise<void> {
  const existing = await readOurs(iam, stack, role)
  if (existing !== undefined) return mendRole(iam, stack, role, existing)
  const command = new CreateRoleCommand({
    RoleName: role.roleName,
    Path: role.path,
    AssumeRolePolicyDocument: JSON.stringify(role.trustPolicy),
    PermissionsBoundary: role.permissionsBoundary,
    Description: role.description,
    MaxSessionDuration: role.maxSessionDurationSeconds,
    Tags: tagList(desiredTags(stack, role)),
  })
  const isNew = await iam.send(command).then(
    () => true,
    (error: unknown) => (isAlreadyExists(error) ? false : refusedBounded('iam:CreateRole', role)(error)),
  )
  // As it was asked for, and without a policy yet: reading it would take three more of the account's few calls to IAM.
  if (isNew) return addPolicies(iam, role, { managedPolicies: [], inlinePolicies: {} })
  // By our own call whose answer was lost, or by somebody else: reading tells whose it is.
  const made = await readOurs(iam, stack, role)
  if (made === undefined)
    throw new ConcurrentChange(`The role ${role.roleName} was made and is not visible yet.`)
  await mendRole(iam, stack, role, made)
}

/**
 * What limits the role comes first: boundary, trust, inline policies that nobody asked for. Then what is new, and only when IAM
 * has taken all of that, what is not desired any more goes: a request that IAM does not take leaves pods with what they had.
 */
async function mendRole(iam: IAMClient, stack: Stack, role: DesiredRole, found: OurRole): Promise<void> {
  const { roleName: RoleName } = role
  await restoreBoundary(iam, role, found)
  if (!samePolicy(found.trustPolicy, role.trustPolicy))
    await iam
      .send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: JSON.stringify(role.trustPolicy) }))
      .catch(refused('iam:UpdateAssumeRolePolicy'))
  await removeForeignPolicies(iam, role, found)
  await addPolicies(iam, role, found).catch(async (error: unknown) => {
    // There may be no room for both.
    if (!(error instanceof QuotaExceeded)) throw error
    await removePolicies(iam, role, found)
    await addPolicies(iam, role, found)
  })
  await removePolicies(iam, role, found)
  if (
    found.description !== role.description ||
    found.maxSessionDurationSeconds !== role.maxSessionDurationSeconds
  )
    await iam
      .send(
        new UpdateRoleCommand({
          RoleName,
          Description: role.description,
          MaxSessionDuration: role.maxSessionDurationSeconds,
        }),
      )
      .catch(translateRace('iam:UpdateRole'))
  const { set, removed } = tagChanges(desiredTags(stack, role), found.tags)
  if (Object.keys(set).length > 0)
    await iam.send(new TagRoleCommand({ RoleName, Tags: tagList(set) })).catch(translateRace('iam:TagRole'))
  if (removed.length > 0)
    await iam
      .send(new UntagRoleCommand({ RoleName, TagKeys: [...removed] }))
      .catch(translateRace('iam:UntagRole'))
}

/** Without it we may not touch the role's policies. */
async function restoreBoundary(iam: IAMClient, role: DesiredRole, found: OurRole): Promise<void> {
  const { roleName: RoleName, permissionsBoundary: PermissionsBoundary } = role
  if (found.permissionsBoundary !== PermissionsBoundary)
    await iam
      .send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary }))
      .catch(refusedBounded('iam:PutRolePermissionsBoundary', role))
}

async function removeForeignPolicies(iam: IAMClient, role: DesiredRole, found: OurRole): Promise<void> {
  for (const name of Object.keys(found.inlinePolicies))
    if (name !== INLINE_POLICY) await deleteInlinePolicy(iam, role.roleName, name)
}

async function removePolicies(iam: IAMClient, role: DesiredRole, found: OurRole): Promise<void> {
  if (role.inlinePolicy === undefined && INLINE_POLICY in found.inlinePolicies)
    await deleteInlinePolicy(iam, role.roleName, INLINE_POLICY)
  for (const arn of found.managedPolicies)
    if (!role.managedPolicies.includes(arn)) await detachPolicy(iam, role.roleName, arn)
}

async function addPolicies(iam: IAMClient, role: DesiredRole, found: RolePolicies): Promise<void> {
  const { roleName: RoleName, inlinePolicy } = role
  if (inlinePolicy !== undefined && !samePolicy(found.inlinePolicies[INLINE_POLICY], inlinePolicy))
    await iam
      .send(
        new PutRolePolicyCommand({
          RoleName,
          PolicyName: INLINE_POLICY,
          PolicyDocument: JSON.stringify(inlinePolicy),
        }),
      )
      .catch(refused('iam:PutRolePolicy'))
  for (const PolicyArn of role.managedPolicies)
    if (!found.managedPolicies.includes(PolicyArn))
      await iam
        .send(new AttachRolePolicyCommand({ RoleName, PolicyArn }))
        .catch(refused('iam:AttachRolePolicy', PolicyArn))
}

async function deleteRole(iam: IAMClient, stack: Stack, role: DesiredRole): Promise<void> {
  const found = await readOurs(iam, stack, role)
  if (found === undefined) return
  const others = otherPolicies(role, found)
  if (others.length > 0 && role.force !== true) throw new RoleHasOtherPolicies(found.arn, others)
  const hasPolicies = found.managedPolicies.length > 0 || Object.keys(found.inlinePolicies).length > 0
  if (hasPolicies) await restoreBoundary(iam, role, found)
  for (const arn of found.managedPolicies) await detachPolicy(iam, role.roleName, arn)
  for (const name of Object.keys(found.inlinePolicies)) await deleteInlinePolicy(iam, role.roleName, name)
  try {
    await iam.send(new DeleteRoleCommand({ RoleName: role.roleName }))
  } catch (error) {
    // A policy that came after our look: the next one sees it and takes it off.
    if (isInUse(error)) throw new ConcurrentChange(`iam:DeleteRole: ${messageOf(error)}`, { cause: error })
    undefinedIf(isNotFound, 'iam:DeleteRole')(error)
  }
}

/** Names of inline policies and ARNs of managed ones. Our own inline policy is so by its name. */
function otherPolicies(role: DesiredRole, found: OurRole): string[] {
  const inline = Object.keys(found.inlinePolicies).filter((name) => name !== INLINE_POLICY)
  const managed = found.managedPolicies.filter((arn) => !role.managedPolicies.includes(arn))
  return [...inline, ...managed]
}

async function detachPolicy(iam: IAMClient, RoleName: string, PolicyArn: string): Promise<void> {
  await iam
    .send(new DetachRolePolicyCommand({ RoleName, PolicyArn }))
    .catch(undefinedIf(isNotFound, 'iam:DetachRolePolicy'))
}

async function deleteInlinePolicy(iam: IAMClient, RoleName: string, PolicyName: string): Promise<void> {
  await iam
    .send(new DeleteRolePolicyCommand({ RoleName, PolicyName }))
    .catch(undefinedIf(isNotFound, 'iam:DeleteRolePolicy'))
}

type OurRole = FoundRole & RolePolicies

async function readOurs(iam: IAMClient, stack: Stack, role: DesiredRole): Promise<OurRole | undefined> {
  const found = await findRole(iam, role.roleName)
  if (found === undefined) return undefined
  const arn = roleArn(stack.partition.name, role.accountId, role.path, role.roleName)
  if (found.arn !== arn) throw new RoleNotOurs(found.arn, `ours would be ${arn}`)
  if (!isOurs(found.tags, stack, role.cluster)) throw new RoleNotOurs(found.arn, 'it lacks our tags')
  return { ...found, ...(await readRolePolicies(iam, role.roleName)) }
}

/** A policy that IAM does not take, or a managed one that is not there, is the requester's to mend. */
function refused(operation: string, policyArn?: string): (error: unknown) => never {
  return (error) => {
    const isMissing = policyArn !== undefined && isNotFound(error) && messageOf(error).includes(policyArn)
    if (isPolicyMalformed(error) || isMissing)
      throw new PolicyMalformed(`${operation}: ${messageOf(error)}`, { cause: error })
    return isNotFound(error) ? translateRace(operation)(error) : translate(operation)(error)
  }
}

/** A boundary that is not there is for whoever deploys it to mend; waiting does not bring it. */
function refusedBounded(operation: string, { permissionsBoundary }: DesiredRole): (error: unknown) => never {
  return (error) => {
    const isMissing = isNotFound(error) && messageOf(error).includes(permissionsBoundary)
    return isMissing ? translate(operation)(error) : refused(operation)(error)
  }
}
