/** Versions of managed policies. */
import type {
  CreatePolicyVersionRequest,
  CreatePolicyVersionResponse,
  DeletePolicyVersionRequest,
  GetPolicyVersionRequest,
  GetPolicyVersionResponse,
  ListPolicyVersionsRequest,
  ListPolicyVersionsResponse,
  SetDefaultPolicyVersionRequest,
  PolicyVersion as WireVersion,
} from '@aws-sdk/client-iam'
import { operation } from '../service.ts'
import type { World } from '../world.ts'
import type { Accounts, ManagedPolicy, PolicyVersion } from './account.ts'
import { urlEncoded } from './documents.ts'
import { deleteConflict, limitExceeded, noSuchEntity, validationError } from './errors.ts'
import { page } from './names.ts'
import { findPolicy, ownPolicy, policyAsk, policyDocument } from './policy.ts'

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const MOST_VERSIONS = 5

export function policyVersionOperations({ clock }: World, accounts: Accounts) {
  return {
    CreatePolicyVersion: operation<CreatePolicyVersionRequest, CreatePolicyVersionResponse>({
      run: (input, call) => {
        const policy = ownPolicy(accounts.of(call), input.PolicyArn)
        const document = policyDocument(input.PolicyDocument, call)
        if (policy.versions.size >= MOST_VERSIONS)
          throw limitExceeded(
            `A managed policy can have up to ${MOST_VERSIONS} versions. Before you create a new version, you must delete an existing version.`,
          )
        const version = { id: `v${policy.nextVersion}`, createdAt: clock.now(), document }
        policy.nextVersion += 1
        policy.versions.set(version.id, version)
        policy.updatedAt = version.createdAt
        if (input.SetAsDefault) policy.defaultVersion = version.id
        return { PolicyVersion: summarizeVersion(policy, version) }
      },
      asks: (input, call) => [policyAsk(accounts, 'CreatePolicyVersion', input, call)],
    }),
    GetPolicyVersion: operation<GetPolicyVersionRequest, GetPolicyVersionResponse>({
      run: (input, call) => {
        const policy = findPolicy(accounts.of(call), input.PolicyArn)
        const version = findVersion(policy, input.VersionId)
        return {
          PolicyVersion: { ...summarizeVersion(policy, version), Document: urlEncoded(version.document) },
        }
      },
      asks: (input, call) => [policyAsk(accounts, 'GetPolicyVersion', input, call)],
    }),
    ListPolicyVersions: operation<ListPolicyVersionsRequest, ListPolicyVersionsResponse>({
      run: (input, call) => {
        const policy = findPolicy(accounts.of(call), input.PolicyArn)
        const { items, end } = page([...policy.versions.values()], ({ id }) => id.padStart(9), input)
        return { Versions: items.map((version) => summarizeVersion(policy, version)), ...end }
      },
      asks: (input, call) => [policyAsk(accounts, 'ListPolicyVersions', input, call)],
    }),
    SetDefaultPolicyVersion: operation<SetDefaultPolicyVersionRequest, object>({
      run: (input, call) => {
        const policy = ownPolicy(accounts.of(call), input.PolicyArn)
        policy.defaultVersion = findVersion(policy, input.VersionId).id
        return {}
      },
      asks: (input, call) => [policyAsk(accounts, 'SetDefaultPolicyVersion', input, call)],
    }),
    DeletePolicyVersion: operation<DeletePolicyVersionRequest, object>({
      run: (input, call) => {
        const policy = ownPolicy(accounts.of(call), input.PolicyArn)
        const { id } = findVersion(policy, input.VersionId)
        if (id === policy.defaultVersion)
          throw deleteConflict('Cannot delete the default version of a policy.')
        policy.versions.delete(id)
        return {}
      },
      asks: (input, call) => [policyAsk(accounts, 'DeletePolicyVersion', input, call)],
    }),
  }
}

function findVersion({ arn, versions }: ManagedPolicy, id = ''): PolicyVersion {
  if (!/^v[1-9][0-9]*(\.[A-Za-z0-9-]*)?$/.test(id))
    throw validationError(`The specified value for versionId is invalid: ${id}`)
  const version = versions.get(id)
  if (!version) throw noSuchEntity(`Policy ${arn} version ${id} does not exist or is not attachable.`)
  return version
}

function summarizeVersion({ defaultVersion }: ManagedPolicy, { id, createdAt }: PolicyVersion): WireVersion {
  return { VersionId: id, IsDefaultVersion: id === defaultVersion, CreateDate: createdAt }
}
