/** Managed policies of roles: attached, and as permissions boundary. */
import type {
  AttachRolePolicyRequest,
  DeleteRolePermissionsBoundaryRequest,
  DetachRolePolicyRequest,
  ListAttachedRolePoliciesRequest,
  ListAttachedRolePoliciesResponse,
  PutRolePermissionsBoundaryRequest,
} from '@aws-sdk/client-iam'
import { operation } from '../service.ts'
import type { World } from '../world.ts'
import type { Accounts } from './account.ts'
import { limitExceeded, noSuchEntity } from './errors.ts'
import { checkPolicyPathPrefix, page } from './names.ts'
import { checkPolicyArn, findBoundary, findPolicy } from './policy.ts'
import { boundedRoleAsk, findRole, roleAsk } from './role.ts'

export function roleAttachmentOperations({ quotas }: World, accounts: Accounts) {
  return {
    AttachRolePolicy: operation<AttachRolePolicyRequest, object>({
      run: (input, call) => {
        const account = accounts.of(call)
        const { attached } = findRole(account, input.RoleName)
        const { arn } = findPolicy(account, input.PolicyArn)
        const most = quotas.get('iam:managed-policies-per-role')
        if (!attached.has(arn) && attached.size >= most)
          throw limitExceeded(`Cannot exceed quota for PoliciesPerRole: ${most}`)
        attached.add(arn)
        return {}
      },
      asks: (input, call) => [
        boundedRoleAsk(accounts, 'AttachRolePolicy', input.RoleName, call, policyArn(input)),
      ],
    }),
    DetachRolePolicy: operation<DetachRolePolicyRequest, object>({
      run: (input, call) => {
        const { attached } = findRole(accounts.of(call), input.RoleName)
        if (!attached.delete(checkPolicyArn(input.PolicyArn)))
          throw noSuchEntity(`Policy ${input.PolicyArn} was not found.`)
        return {}
      },
      asks: (input, call) => [
        boundedRoleAsk(accounts, 'DetachRolePolicy', input.RoleName, call, policyArn(input)),
      ],
    }),
    ListAttachedRolePolicies: operation<ListAttachedRolePoliciesRequest, ListAttachedRolePoliciesResponse>({
      run: (input, call) => {
        const account = accounts.of(call)
        const { attached } = findRole(account, input.RoleName)
        const prefix = checkPolicyPathPrefix(input.PathPrefix)
        const policies = [...attached]
          .map((arn) => findPolicy(account, arn))
          .filter(({ path }) => path.startsWith(prefix))
        const { items, end } = page(policies, ({ arn }) => arn, input)
        return {
          AttachedPolicies: items.map(({ name, arn }) => ({ PolicyName: name, PolicyArn: arn })),
          ...end,
        }
      },
      asks: (input, call) => [roleAsk(accounts, 'ListAttachedRolePolicies', input.RoleName, call)],
    }),
    PutRolePermissionsBoundary: operation<PutRolePermissionsBoundaryRequest, object>({
      run: (input, call) => {
        const account = accounts.of(call)
        const role = findRole(account, input.RoleName)
        role.boundary = findBoundary(account, input.PermissionsBoundary).arn
        return {}
      },
      asks: (input, call) => [
        roleAsk(accounts, 'PutRolePermissionsBoundary', input.RoleName, call, {
          'iam:PermissionsBoundary': input.PermissionsBoundary ?? '',
        }),
      ],
    }),
    DeleteRolePermissionsBoundary: operation<DeleteRolePermissionsBoundaryRequest, object>({
      run: (input, call) => {
        const role = findRole(accounts.of(call), input.RoleName)
        if (role.boundary === undefined)
          throw noSuchEntity(`Role ${role.name} does not have a permissions boundary.`)
        role.boundary = undefined
        return {}
      },
      asks: (input, call) => [
        boundedRoleAsk(accounts, 'DeleteRolePermissionsBoundary', input.RoleName, call),
      ],
    }),
  }
}

function policyArn({ PolicyArn }: { readonly PolicyArn: string | undefined }) {
  return { 'iam:PolicyARN': PolicyArn ?? '' }
}
