/** Inline policies of roles. */
import type {
  DeleteRolePolicyRequest,
  GetRolePolicyRequest,
  GetRolePolicyResponse,
  ListRolePoliciesRequest,
  ListRolePoliciesResponse,
  PutRolePolicyRequest,
} from '@aws-sdk/client-iam'
import { partitionOf } from '../arn.ts'
import { operation } from '../service.ts'
import type { Accounts } from './account.ts'
import { countedCharacters, parseIdentityPolicy, urlEncoded } from './documents.ts'
import { limitExceeded, noSuchEntity } from './errors.ts'
import { checkName, page } from './names.ts'
import { boundedRoleAsk, findRole, roleAsk } from './role.ts'

// All of a role's inline policies together, without white space.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const MOST_CHARACTERS = 10_240

export function rolePolicyOperations(accounts: Accounts) {
  return {
    PutRolePolicy: operation<PutRolePolicyRequest, object>({
      run: (input, call) => {
        const { inline, name } = findRole(accounts.of(call), input.RoleName)
        const policyName = checkName('policyName', input.PolicyName, 128)
        const document = parseIdentityPolicy(input.PolicyDocument, partitionOf(call.region))
        const all = new Map([...inline, [policyName, document]])
        const characters = [...all.values()].reduce((sum, one) => sum + countedCharacters(one), 0)
        if (characters > MOST_CHARACTERS)
          throw limitExceeded(`Maximum policy size of ${MOST_CHARACTERS} bytes exceeded for role ${name}`)
        inline.set(policyName, document)
        return {}
      },
      asks: (input, call) => [boundedRoleAsk(accounts, 'PutRolePolicy', input.RoleName, call)],
    }),
    GetRolePolicy: operation<GetRolePolicyRequest, GetRolePolicyResponse>({
      run: (input, call) => {
        const { inline, name } = findRole(accounts.of(call), input.RoleName)
        const policyName = input.PolicyName ?? ''
        const document = inline.get(policyName)
        if (!document) throw noSuchPolicy(policyName)
        return { RoleName: name, PolicyName: policyName, PolicyDocument: urlEncoded(document) }
      },
      asks: (input, call) => [roleAsk(accounts, 'GetRolePolicy', input.RoleName, call)],
    }),
    DeleteRolePolicy: operation<DeleteRolePolicyRequest, object>({
      run: (input, call) => {
        const { inline } = findRole(accounts.of(call), input.RoleName)
        const policyName = input.PolicyName ?? ''
        if (!inline.delete(policyName)) throw noSuchPolicy(policyName)
        return {}
      },
      asks: (input, call) => [boundedRoleAsk(accounts, 'DeleteRolePolicy', input.RoleName, call)],
    }),
    ListRolePolicies: operation<ListRolePoliciesRequest, ListRolePoliciesResponse>({
      run: (input, call) => {
        const { inline } = findRole(accounts.of(call), input.RoleName)
        const { items, end } = page([...inline.keys()], (name) => name, input)
        return { PolicyNames: [...items], ...end }
      },
      asks: (input, call) => [roleAsk(accounts, 'ListRolePolicies', input.RoleName, call)],
    }),
  }
}

function noSuchPolicy(name: string) {
  return noSuchEntity(`The role policy with name ${name} cannot be found.`)
}
