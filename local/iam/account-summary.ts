/** How much an account has, and how much it may have. */
import type { GetAccountSummaryResponse, SummaryKeyType } from '@aws-sdk/client-iam'
import { operation } from '../service.ts'
import type { Quotas, World } from '../world.ts'
import type { Account, Accounts } from './account.ts'

export function accountSummaryOperations({ quotas }: World, accounts: Accounts) {
  return {
    GetAccountSummary: operation<object, GetAccountSummaryResponse>({
      run: (_, call) => ({ SummaryMap: { ...absent, ...fixed, ...summarize(accounts.of(call), quotas) } }),
      asks: () => [{ action: 'iam:GetAccountSummary', resource: '*' }],
    }),
  }
}

type Summary = Partial<Record<SummaryKeyType, number>>

function summarize({ roles, providers, policies }: Account, quotas: Quotas): Summary {
  return {
    Roles: roles.size,
    RolesQuota: quotas.get('iam:roles'),
    AssumeRolePolicySizeQuota: quotas.get('iam:trust-policy-characters'),
    AttachedPoliciesPerRoleQuota: quotas.get('iam:managed-policies-per-role'),
    Policies: policies.size,
    PolicyVersionsInUse: [...policies.values()].reduce((sum, { versions }) => sum + versions.size, 0),
    Providers: providers.size,
  }
}

/** What local mode enforces and nobody can raise: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const fixed: Summary = {
  PoliciesQuota: 1500,
  PolicySizeQuota: 6144,
  VersionsPerPolicyQuota: 5,
  RolePolicySizeQuota: 10_240,
}

/** What an account can have in AWS and none has in local mode; their quotas, which nothing can meet, are left out. */
const absent: Summary = {
  AccountAccessKeysPresent: 0,
  AccountMFAEnabled: 0,
  AccountPasswordPresent: 0,
  AccountSigningCertificatesPresent: 0,
  Groups: 0,
  InstanceProfiles: 0,
  MFADevices: 0,
  MFADevicesInUse: 0,
  ServerCertificates: 0,
  Users: 0,
}
