/** Local mode makes no instance profiles, so that no role is in one. */
import type {
  ListInstanceProfilesForRoleRequest,
  ListInstanceProfilesForRoleResponse,
} from '@aws-sdk/client-iam'
import { operation } from '../service.ts'
import type { Accounts } from './account.ts'
import { page } from './names.ts'
import { findRole, roleAsk } from './role.ts'

export function instanceProfileOperations(accounts: Accounts) {
  return {
    ListInstanceProfilesForRole: operation<
      ListInstanceProfilesForRoleRequest,
      ListInstanceProfilesForRoleResponse
    >({
      run: (input, call) => {
        findRole(accounts.of(call), input.RoleName)
        return { InstanceProfiles: [], ...page<string>([], (name) => name, input).end }
      },
      asks: (input, call) => [roleAsk(accounts, 'ListInstanceProfilesForRole', input.RoleName, call)],
    }),
  }
}
