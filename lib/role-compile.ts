/** From a request and its cluster to the role as IAM shall have it. Pure. */
import { boundaryArn, roleName, rolePath } from './aws/names.ts'
import { partitionOf } from './aws/partitions.ts'
import type { Stack } from './aws/stack.ts'
import type { DesiredCluster } from './cluster.ts'
import { InvalidInput } from './errors.ts'
import { issuerHostPath, providerArn } from './oidc/issuer.ts'
import { subjectOf } from './oidc/subject.ts'
import { compileTrustPolicy } from './oidc/trust-policy.ts'
import { compilePolicies } from './policy/compile.ts'
import type { PolicyContext } from './policy/context.ts'
import type { RoleContent } from './policy/request.ts'
import type { DesiredRole } from './role.ts'

export interface RoleWish {
  readonly namespace: string
  readonly serviceAccount: string
  readonly content: RoleContent
}

/** Throws InvalidInput, PolicyRefused, PolicyTooLarge. */
export function desiredRole(stack: Stack, cluster: DesiredCluster, wish: RoleWish): DesiredRole {
  const { namespace, serviceAccount, content } = wish
  const { accountId, issuer, audiences } = cluster
  const [first = ''] = audiences
  const audience = content.audience ?? first
  if (!audiences.includes(audience))
    throw new InvalidInput(`role.audience: must be one of the cluster's: ${audiences.join(', ')}`)
  const context = policyContextOf(stack, cluster)
  const { managedPolicies, inlinePolicy } = compilePolicies(content.policies, context)
  return {
    cluster: cluster.cluster,
    namespace,
    serviceAccount,
    accountId,
    roleName: roleName(stack, { cluster: cluster.cluster, namespace, serviceAccount }),
    path: rolePath(stack, cluster.cluster),
    permissionsBoundary: boundaryArn(stack, accountId),
    trustPolicy: compileTrustPolicy({
      trusts: [
        {
          providerArn: providerArn(context.partition, accountId, issuer),
          issuerHostPath: issuerHostPath(issuer),
          audience,
          subjects: [subjectOf(namespace, serviceAccount)],
        },
      ],
    }),
    managedPolicies,
    inlinePolicy,
    maxSessionDurationSeconds: content.maxSessionDuration,
    description:
      content.description === '' ? `${cluster.cluster} ${namespace}/${serviceAccount}` : content.description,
    tags: tagsOf(stack, cluster, content),
  }
}

/** Where a role of the cluster is used. */
export function policyContextOf(stack: Stack, { cluster, accountId, region }: DesiredCluster): PolicyContext {
  const partition = partitionOf(region).name
  return { partition, accountId, region, cluster, allowedManagedPolicies: stack.managedPolicies }
}

/** IAM allows 50 on a role, and two are the ownership tags. */
const MAX_TAGS = 48

/**
 * The role's own stand before the cluster's; of these it has only what the stack allows on roles. To IAM, keys that differ only in
 * case are the same, and it refuses the second.
 */
function tagsOf({ roleTagKeys }: Stack, cluster: DesiredCluster, content: RoleContent): DesiredRole['tags'] {
  const refused = Object.keys(content.tags).find((key) => !roleTagKeys.includes(key))
  if (refused !== undefined)
    throw new InvalidInput(
      `role.tags: the key ${refused} is not one of those that roles may have here: ${roleTagKeys.join(', ') || 'none'}`,
    )
  const own = new Set(Object.keys(content.tags).map((key) => key.toLowerCase()))
  const inherited = Object.entries(cluster.tags).filter(
    ([key]) => roleTagKeys.includes(key) && !own.has(key.toLowerCase()),
  )
  const tags = { ...Object.fromEntries(inherited), ...content.tags }
  const count = Object.keys(tags).length
  if (count > MAX_TAGS)
    throw new InvalidInput(
      `role.tags: must be at most ${MAX_TAGS} together with the cluster's, and would be ${count}`,
    )
  return tags
}
