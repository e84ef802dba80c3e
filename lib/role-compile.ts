/** From a request and its cluster to the role as IAM shall have it. Pure. */
import { boundaryArn, roleArn, roleName, rolePath } from './aws/names.ts'
import { partitionOf } from './aws/partitions.ts'
import type { Stack } from './aws/stack.ts'
import type { DesiredCluster } from './cluster.ts'
import { ClusterNotFound } from './errors.ts'
import { issuerHostPath, providerArn } from './oidc/issuer.ts'
import { subjectFault, subjectPatternFault, subjectPatternOf } from './oidc/subject.ts'
import { compileTrustPolicy, type Trust } from './oidc/trust-policy.ts'
import { invalidField } from './parse.ts'
import { compilePolicies } from './policy/compile.ts'
import type { PolicyContext } from './policy/context.ts'
import { type RoleContent, roleAccountOf } from './policy/request.ts'
import type { DesiredRole } from './role.ts'

export interface RoleWish {
  readonly namespace: string
  readonly serviceAccount: string
  readonly content: RoleContent
}

/** The other clusters that a request's subjects are on, by name. */
export type SubjectClusters = ReadonlyMap<string, DesiredCluster>

/** Throws InvalidInput, PolicyRefused, PolicyTooLarge, and ClusterNotFound for a subject's cluster. */
export function desiredRole(
  stack: Stack,
  cluster: DesiredCluster,
  wish: RoleWish,
  subjectClusters: SubjectClusters = new Map(),
): DesiredRole {
  const { namespace, serviceAccount, content } = wish
  const { audiences } = cluster
  const accountId = roleAccountOf(cluster, content)
  if (content.audience !== undefined && !audiences.includes(content.audience))
    throw invalidField('role.audience', `must be one of the cluster's: ${audiences.join(', ')}`)
  const context = policyContextOf(stack, cluster, content)
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
      trusts: trustsOf(cluster, wish, context, subjectClusters),
      maxCharacters: stack.trustPolicyCharacters,
    }),
    managedPolicies,
    inlinePolicy,
    maxSessionDurationSeconds: content.maxSessionDuration,
    description:
      content.description === '' ? `${cluster.cluster} ${namespace}/${serviceAccount}` : content.description,
    tags: tagsOf(stack, cluster, content),
  }
}

/** Known from the start, for every part of it is computed. `content` as it was accepted, by an earlier version perhaps. */
export function roleArnOf(
  stack: Stack,
  desired: Pick<DesiredCluster, 'cluster' | 'accountId'>,
  { namespace, serviceAccount, content }: Omit<RoleWish, 'content'> & { readonly content?: unknown },
): string {
  const { cluster } = desired
  const accountId = roleAccountOf(desired, content)
  const name = roleName(stack, { cluster, namespace, serviceAccount })
  return roleArn(stack.partition.name, accountId, rolePath(stack, cluster), name)
}

/** Each subject on its own: compileTrustPolicy brings those of one provider together. */
function trustsOf(
  cluster: DesiredCluster,
  { namespace, serviceAccount, content }: RoleWish,
  { partition, accountId }: PolicyContext,
  subjectClusters: SubjectClusters,
): Trust[] {
  const subjects = [{ namespace, serviceAccount, cluster: cluster.cluster }, ...(content.subjects ?? [])]
  return subjects.map((subject, index) => {
    const { cluster: name = cluster.cluster } = subject
    const issuing = name === cluster.cluster ? cluster : subjectClusters.get(name)
    if (issuing === undefined) throw new ClusterNotFound(name, `/subjects/${index - 1}/cluster`)
    return {
      providerArn: providerArn(partition, accountId, issuing.issuer),
      issuerHostPath: issuerHostPath(issuing.issuer),
      audience: audienceOf(issuing, content),
      ...subjectsOf(subject, index === 0 ? 'role' : `role.subjects[${index - 1}]`),
    }
  })
}

/** What the request asks for, where the cluster has it. */
function audienceOf({ audiences }: DesiredCluster, { audience }: RoleContent): string {
  const [first = ''] = audiences
  return audience !== undefined && audiences.includes(audience) ? audience : first
}

function subjectsOf(
  { namespace, serviceAccount }: Pick<RoleWish, 'namespace' | 'serviceAccount'>,
  field: string,
): Pick<Trust, 'subjects' | 'subjectPatterns'> {
  const subject = subjectPatternOf(namespace, serviceAccount)
  const isPattern = /[*?]/.test(subject)
  const fault = isPattern ? subjectPatternFault(subject) : subjectFault(subject)
  if (fault !== undefined) throw invalidField(`${field}.serviceAccount`, `the subject ${fault}`)
  return isPattern ? { subjects: [], subjectPatterns: [subject] } : { subjects: [subject] }
}

/** Where a role of the cluster is used. */
export function policyContextOf(stack: Stack, desired: DesiredCluster, content: unknown): PolicyContext {
  const { cluster, region, accountId: clusterAccountId } = desired
  return {
    partition: partitionOf(region).name,
    accountId: roleAccountOf(desired, content),
    clusterAccountId,
    region,
    cluster,
    allowedManagedPolicies: stack.managedPolicies,
    targetAccounts: stack.targetAccounts,
  }
}

/** Of a role that is to go, only what tells it from others is as it was: its place, and the managed policies that it may have. */
export function departingRole(
  stack: Stack,
  cluster: DesiredCluster,
  key: Pick<RoleWish, 'namespace' | 'serviceAccount'>,
  { managedPolicies, force, accountId }: Pick<DesiredRole, 'managedPolicies' | 'force' | 'accountId'>,
): DesiredRole {
  const content = {
    policies: [],
    description: '',
    maxSessionDuration: 3600,
    tags: {},
    targetAccountId: accountId,
  }
  return { ...desiredRole(stack, cluster, { ...key, content }), managedPolicies, force }
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
    throw invalidField(
      'role.tags',
      `the key ${refused} is not one of those that roles may have here: ${roleTagKeys.join(', ') || 'none'}`,
    )
  const own = new Set(Object.keys(content.tags).map((key) => key.toLowerCase()))
  const inherited = Object.entries(cluster.tags).filter(
    ([key]) => roleTagKeys.includes(key) && !own.has(key.toLowerCase()),
  )
  const tags = { ...Object.fromEntries(inherited), ...content.tags }
  const count = Object.keys(tags).length
  if (count > MAX_TAGS)
    throw invalidField(
      'role.tags',
      `must be at most ${MAX_TAGS} together with the cluster's, and would be ${count}`,
    )
  return tags
}
