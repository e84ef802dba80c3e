/** Managed policies: create, show, list, delete. */
import type {
  CreatePolicyRequest,
  CreatePolicyResponse,
  DeletePolicyRequest,
  GetPolicyRequest,
  GetPolicyResponse,
  ListPoliciesRequest,
  ListPoliciesResponse,
  Policy,
} from '@aws-sdk/client-iam'
import { globalArn, partitionOf } from '../arn.ts'
import { type Ask, type Call, operation } from '../service.ts'
import { requestTagContext, tagList } from '../tags.ts'
import { refuseMembers } from '../unsupported.ts'
import type { World } from '../world.ts'
import { type Account, type Accounts, type ManagedPolicy, uniqueId } from './account.ts'
import { awsManagedPolicies } from './aws-managed-policies.ts'
import { alreadyExists, deleteConflict, limitExceeded } from './errors.ts'
import { checkDescription, checkName, checkPolicyPath, checkPolicyPathPrefix, page } from './names.ts'
import { attachments, boundaryUses, findPolicy, ownPolicy, policyAsk, policyDocument } from './policy.ts'
import { exactKey, newTags } from './tags.ts'

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const MOST_POLICIES = 1500

export function policyOperations(world: World, accounts: Accounts) {
  return {
    CreatePolicy: operation<CreatePolicyRequest, CreatePolicyResponse>({
      run: (input, call) => {
        const account = accounts.of(call)
        return { Policy: describePolicy(account, createPolicy(world, account, input, call)) }
      },
      asks: createAsks,
    }),
    GetPolicy: operation<GetPolicyRequest, GetPolicyResponse>({
      run: (input, call) => {
        const account = accounts.of(call)
        return { Policy: describePolicy(account, findPolicy(account, input.PolicyArn)) }
      },
      asks: (input, call) => [policyAsk(accounts, 'GetPolicy', input, call)],
    }),
    ListPolicies: operation<ListPoliciesRequest, ListPoliciesResponse>({
      run: (input, call) => listPolicies(accounts.of(call), input, call),
      asks: () => [{ action: 'iam:ListPolicies', resource: '*' }],
    }),
    DeletePolicy: operation<DeletePolicyRequest, object>({
      run: (input, call) => {
        const account = accounts.of(call)
        const { arn, versions } = ownPolicy(account, input.PolicyArn)
        if (attachments(account, arn) + boundaryUses(account, arn) > 0)
          throw deleteConflict('Cannot delete a policy attached to entities.')
        if (versions.size > 1)
          throw deleteConflict(
            'This policy has more than one version. Before you delete a policy, you must delete the policy’s versions.',
          )
        account.policies.delete(arn)
        return {}
      },
      asks: (input, call) => [policyAsk(accounts, 'DeletePolicy', input, call)],
    }),
  }
}

function createPolicy(
  { clock }: World,
  account: Account,
  input: CreatePolicyRequest,
  call: Call,
): ManagedPolicy {
  const name = checkName('policyName', input.PolicyName, 128)
  const path = checkPolicyPath(input.Path)
  const document = policyDocument(input.PolicyDocument, call)
  const createdAt = clock.now()
  const policy: ManagedPolicy = {
    arn: globalArn('iam', call.region, call.principal.account, `policy${path}${name}`),
    name,
    path,
    id: uniqueId('ANPA'),
    createdAt,
    updatedAt: createdAt,
    description: checkDescription(input.Description),
    versions: new Map([['v1', { id: 'v1', createdAt, document }]]),
    defaultVersion: 'v1',
    nextVersion: 2,
    tags: newTags(input.Tags, exactKey),
  }
  const same = [...account.policies.values()].some((one) => one.name.toLowerCase() === name.toLowerCase())
  if (same) throw alreadyExists(`A policy called ${name} already exists. Duplicate names are not allowed.`)
  if (account.policies.size >= MOST_POLICIES)
    throw limitExceeded(`Cannot exceed quota for PoliciesPerAccount: ${MOST_POLICIES}`)
  account.policies.set(policy.arn, policy)
  return policy
}

function createAsks(input: CreatePolicyRequest, call: Call): readonly Ask[] {
  const create = {
    action: 'iam:CreatePolicy',
    resource: globalArn(
      'iam',
      call.region,
      call.principal.account,
      `policy${input.Path ?? '/'}${input.PolicyName}`,
    ),
    context: requestTagContext(input.Tags),
  }
  return input.Tags?.length ? [create, { ...create, action: 'iam:TagPolicy' }] : [create]
}

function listPolicies(account: Account, input: ListPoliciesRequest, call: Call): ListPoliciesResponse {
  refuseMembers('ListPolicies', input, ['PolicyUsageFilter'])
  const prefix = checkPolicyPathPrefix(input.PathPrefix)
  const policies = inScope(account, input.Scope, call).filter(
    ({ arn, path }) => path.startsWith(prefix) && (!input.OnlyAttached || attachments(account, arn) > 0),
  )
  const { items, end } = page(policies, ({ arn }) => arn, input)
  return { Policies: items.map((policy) => summarizePolicy(account, policy)), ...end }
}

/** The account's own and AWS's, unless one of them is asked for. */
function inScope(account: Account, scope: string | undefined, { region }: Call): readonly ManagedPolicy[] {
  const own = scope === 'AWS' ? [] : [...account.policies.values()]
  return scope === 'Local' ? own : [...own, ...awsManagedPolicies(partitionOf(region))]
}

function summarizePolicy(account: Account, policy: ManagedPolicy): Policy {
  return {
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: policy.defaultVersion,
    AttachmentCount: attachments(account, policy.arn),
    PermissionsBoundaryUsageCount: boundaryUses(account, policy.arn),
    IsAttachable: true,
    CreateDate: policy.createdAt,
    UpdateDate: policy.updatedAt,
  }
}

function describePolicy(account: Account, policy: ManagedPolicy): Policy {
  return {
    ...summarizePolicy(account, policy),
    ...(policy.description !== undefined && { Description: policy.description }),
    Tags: tagList(policy.tags),
  }
}
