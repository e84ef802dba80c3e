/** Roles: create, show, list, change, delete. */
import type {
  CreateRoleRequest,
  CreateRoleResponse,
  DeleteRoleRequest,
  GetRoleRequest,
  GetRoleResponse,
  ListRolesRequest,
  ListRolesResponse,
  UpdateAssumeRolePolicyRequest,
  UpdateRoleRequest,
} from '@aws-sdk/client-iam'
import { globalArn } from '../arn.ts'
import { type Ask, type Call, operation } from '../service.ts'
import { requestTagContext } from '../tags.ts'
import type { Quotas, World } from '../world.ts'
import { type Accounts, type Document, type Role, uniqueId } from './account.ts'
import { countedCharacters, parseTrustPolicy } from './documents.ts'
import { alreadyExists, deleteConflict, limitExceeded, validationError } from './errors.ts'
import { checkDescription, checkName, checkRolePath, checkRolePathPrefix, page } from './names.ts'
import { findBoundary } from './policy.ts'
import { afterPropagation } from './propagation.ts'
import { boundedRoleAsk, describeRole, findRole, summarizeRole } from './role.ts'
import { caselessKey, newTags } from './tags.ts'

export function roleOperations(world: World, accounts: Accounts) {
  return {
    CreateRole: operation<CreateRoleRequest, CreateRoleResponse>({
      run: (input, call) => ({ Role: describeRole(createRole(world, accounts, input, call)) }),
      asks: createRoleAsks,
    }),
    GetRole: operation<GetRoleRequest, GetRoleResponse>({
      run: (input, call) => ({ Role: describeRole(findRole(accounts.of(call), input.RoleName)) }),
      asks: (input, call) => [boundedRoleAsk(accounts, 'GetRole', input.RoleName, call)],
    }),
    ListRoles: operation<ListRolesRequest, ListRolesResponse>({
      run: (input, call) => {
        const prefix = checkRolePathPrefix(input.PathPrefix)
        const roles = [...accounts.of(call).roles.values()].filter((role) => role.path.startsWith(prefix))
        const { items, end } = page(roles, (role) => role.name, input)
        return { Roles: items.map(summarizeRole), ...end }
      },
      asks: () => [{ action: 'iam:ListRoles', resource: '*' }],
    }),
    UpdateRole: operation<UpdateRoleRequest, object>({
      run: (input, call) => {
        const role = findRole(accounts.of(call), input.RoleName)
        const duration = checkDuration(input.MaxSessionDuration)
        role.description = checkDescription(input.Description) ?? role.description
        role.maxSessionDuration = duration
        return {}
      },
      asks: (input, call) => [boundedRoleAsk(accounts, 'UpdateRole', input.RoleName, call)],
    }),
    UpdateAssumeRolePolicy: operation<UpdateAssumeRolePolicyRequest, object>({
      run: (input, call) => {
        const role = findRole(accounts.of(call), input.RoleName)
        role.trust = trustPolicy(world.quotas, input.PolicyDocument)
        return {}
      },
      asks: (input, call) => [boundedRoleAsk(accounts, 'UpdateAssumeRolePolicy', input.RoleName, call)],
    }),
    DeleteRole: operation<DeleteRoleRequest, object>({
      run: (input, call) => {
        const { roles } = accounts.of(call)
        const role = findRole(accounts.of(call), input.RoleName)
        if (role.attached.size > 0)
          throw deleteConflict('Cannot delete entity, must detach all policies first.')
        if (role.inline.size > 0) throw deleteConflict('Cannot delete entity, must delete policies first.')
        roles.delete(role.name.toLowerCase())
        return {}
      },
      asks: (input, call) => [boundedRoleAsk(accounts, 'DeleteRole', input.RoleName, call)],
    }),
  }
}

function createRole(world: World, accounts: Accounts, input: CreateRoleRequest, call: Call): Role {
  const account = accounts.of(call)
  const name = checkName('roleName', input.RoleName, 64)
  const path = checkRolePath(input.Path)
  const role: Role = {
    arn: globalArn('iam', call.region, call.principal.account, `role${path}${name}`),
    name,
    path,
    id: uniqueId('AROA'),
    createdAt: world.clock.now(),
    trust: trustPolicy(world.quotas, input.AssumeRolePolicyDocument),
    description: checkDescription(input.Description),
    maxSessionDuration: checkDuration(input.MaxSessionDuration),
    tags: newTags(input.Tags, caselessKey),
    boundary:
      input.PermissionsBoundary === undefined
        ? undefined
        : findBoundary(account, input.PermissionsBoundary).arn,
    inline: new Map(),
    attached: new Set(),
    propagated: false,
  }
  if (account.roles.has(name.toLowerCase())) throw alreadyExists(`Role with name ${name} already exists.`)
  const most = world.quotas.get('iam:roles')
  if (account.roles.size >= most) throw limitExceeded(`Cannot exceed quota for RolesPerAccount: ${most}`)
  account.roles.set(name.toLowerCase(), role)
  afterPropagation(world.clock, role)
  return role
}

function createRoleAsks(input: CreateRoleRequest, call: Call): readonly Ask[] {
  const resource = globalArn(
    'iam',
    call.region,
    call.principal.account,
    `role${input.Path ?? '/'}${input.RoleName}`,
  )
  const context = {
    ...requestTagContext(input.Tags),
    ...(input.PermissionsBoundary !== undefined && { 'iam:PermissionsBoundary': input.PermissionsBoundary }),
  }
  const create = { action: 'iam:CreateRole', resource, context }
  return input.Tags?.length ? [create, { ...create, action: 'iam:TagRole' }] : [create]
}

function trustPolicy(quotas: Quotas, text: string | undefined): Document {
  const document = parseTrustPolicy(text)
  const most = quotas.get('iam:trust-policy-characters')
  if (countedCharacters(document) > most)
    throw limitExceeded(`Cannot exceed quota for ACLSizePerRole: ${most}`)
  return document
}

/** An hour if absent, for UpdateRole too: https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateRole.html */
function checkDuration(seconds = 3600): number {
  if (!Number.isInteger(seconds) || seconds < 3600 || seconds > 43_200)
    throw validationError(
      `1 validation error detected: Value '${seconds}' at 'maxSessionDuration' failed to satisfy constraint: Member must have value between 3600 and 43200`,
    )
  return seconds
}
