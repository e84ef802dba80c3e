/** IAM as the rest of AWS knows it: only what has propagated. */
import { isArn, parseArn } from '../arn.ts'
import type { PolicyDocument } from '../policy/document.ts'
import type { IamView, Organization, ProviderView, RoleView } from '../world.ts'
import type { Account, Accounts, Provider, Role } from './account.ts'
import { defaultDocument } from './policy.ts'

export function createView(accounts: Accounts, organization: Organization | undefined): IamView {
  return {
    role(arn) {
      if (!isArn(arn)) return undefined
      const { account: id, resource } = parseArn(arn)
      const account = accounts.named(id)
      const role = account.roles.get(resource.slice(resource.lastIndexOf('/') + 1).toLowerCase())
      return role?.propagated && role.arn === arn ? roleView(account, role) : undefined
    },
    provider(account, issuerHostPath) {
      const provider = accounts.named(account).providers.get(issuerHostPath)
      return provider?.propagated ? providerView(provider) : undefined
    },
    organizationOf: (account) => (organization?.accounts.includes(account) ? organization.id : undefined),
  }
}

function roleView(account: Account, role: Role): RoleView {
  const attached = [...role.attached].flatMap((arn) => defaultDocument(account, arn) ?? [])
  return {
    arn: role.arn,
    roleName: role.name,
    roleId: role.id,
    trustPolicy: role.trust.parsed,
    maxSessionDuration: role.maxSessionDuration,
    tags: Object.fromEntries(role.tags),
    identityPolicies: [...[...role.inline.values()].map(({ parsed }) => parsed), ...attached],
    permissionsBoundary: role.boundary === undefined ? undefined : boundaryDocument(account, role.boundary),
  }
}

// A boundary whose policy is missing allows nothing, it does not go away.
function boundaryDocument(account: Account, arn: string): PolicyDocument {
  return defaultDocument(account, arn) ?? { Version: '2012-10-17', Statement: [] }
}

function providerView({ arn, hostPath, clientIds }: Provider): ProviderView {
  return { arn, issuer: `https://${hostPath}`, clientIds }
}
