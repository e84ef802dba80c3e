/** Looks up what the doctor judges: from outside as STS does, and in the accounts as far as the credentials go. Changes nothing. */
import { type CloudFrontClients, cloudFrontLists } from '../aws/cloudfront-lists.ts'
import { roleArn } from '../aws/names.ts'
import { findProvider } from '../aws/providers.ts'
import { findRole } from '../aws/roles.ts'
import type { Stack } from '../aws/stack.ts'
import { certificateDays } from '../certificate-days.ts'
import { type DesiredCluster, jwksKeyOf } from '../cluster.ts'
import { isUntold } from '../explain/situation.ts'
import { roleAsSettled } from '../inspect-cluster.ts'
import type { Fetched, FetchIssuer } from '../issuer-fetch.ts'
import type { ProbeIssuer } from '../issuer-probe.ts'
import { discoveryUrl, type KeysPlace, keysPlaceOf } from '../oidc/discovery.ts'
import { issuerHost, providerArn } from '../oidc/issuer.ts'
import type { PublicJwk } from '../oidc/jwks.ts'
import { type Counting, quotasOf, readQuotaUse } from '../quotas.ts'
import { audiencesOf, type ClusterRecord, hostedAs, requireCluster } from '../registry/cluster-record.ts'
import { listReplicas, type ReplicaRecord } from '../registry/replicas.ts'
import { inForceOf, type RoleInForce, readRoleRequest } from '../registry/roles.ts'
import type { Table } from '../registry/table.ts'
import type { DesiredRole } from '../role.ts'
import { summaryOf } from './clusters.ts'
import type { Findings, IssuerFindings, ReplicaFinding, RoleFinding } from './doctor/findings.ts'
import { type IamIfOwn, lookInto, orUntold } from './look-into.ts'
import { type RoleSummary, rolesOf } from './roles.ts'
import { mapSome } from './several.ts'

export interface Examining extends Pick<Counting, 'iam' | 's3' | 'serviceQuotas'>, CloudFrontClients {
  readonly table: Table
  readonly stack: Stack
  readonly iamIfOwn: IamIfOwn
  readonly fetchIssuer: FetchIssuer
  /** Undefined in local mode: there is neither DNS nor TLS. */
  readonly probeIssuer: ProbeIssuer | undefined
  readonly now: () => Date
}

/** `clusterKeys`: as the cluster itself serves them. Throws ClusterNotFound. */
export async function examineCluster(
  examining: Examining,
  cluster: string,
  clusterKeys?: readonly PublicJwk[],
): Promise<Findings> {
  const { table, stack, iamIfOwn } = examining
  const record = await requireCluster(table, cluster)
  const { desired, keys } = record
  const partition = stack.partition.name
  const arn = providerArn(partition, desired.accountId, desired.issuer)
  const [outside, ofStack, provider, replicas, roles] = await Promise.all([
    examineIssuer(examining, desired, jwksKeyOf(record)),
    examineStack(examining, hostedAs(record)),
    lookInto(iamIfOwn, desired.accountId, (iam) => findProvider(iam, arn)),
    listReplicas(table, cluster),
    rolesOf(table, record, examining.now()),
  ])
  return {
    summary: summaryOf(record),
    desired: { ...desired, audiences: audiencesOf(record) },
    partition,
    jwksKey: jwksKeyOf(record),
    keys,
    clusterKeys,
    outside,
    ...ofStack,
    provider,
    replicas: await mapSome(replicas, (replica) => examineReplica(examining, desired, replica)),
    roles: await mapSome(roles, (role) => examineRole(examining, record, role)),
  }
}

async function examineIssuer(
  { fetchIssuer, probeIssuer, now }: Examining,
  { issuer, hosting }: DesiredCluster,
  jwksKey: string,
): Promise<IssuerFindings> {
  const [probe, discovery] = await Promise.all([
    probeIssuer?.(issuerHost(issuer)),
    fetchIssuer(discoveryUrl(issuer)),
  ])
  const place =
    hosting.type === 'external' ? externalKeys(issuer, discovery) : { jwksUri: `${issuer}/${jwksKey}` }
  const jwks = 'fault' in place ? place : await fetchIssuer(place.jwksUri)
  return { probe, discovery, jwks, now: now() }
}

function externalKeys(issuer: string, discovery: Fetched): KeysPlace {
  return 'fault' in discovery ? discovery : keysPlaceOf(issuer, discovery.body)
}

/** Each list once, and each check as much as AWS tells. */
async function examineStack(
  examining: Examining,
  name: string,
): Promise<Pick<Findings, 'certificateDays' | 'quotas'>> {
  const { stack, now } = examining
  const counting = { ...examining, ...cloudFrontLists(examining, stack) }
  const days = Promise.all([counting.distributions, counting.certificates]).then((lists) =>
    certificateDays(stack, ...lists, now()).find((one) => one.hostedAs === name),
  )
  const [certificate, quotas] = await Promise.all([
    orUntold(days),
    Promise.all(
      quotasOf(stack).map(async (name) => ({ name, use: await orUntold(readQuotaUse(counting, name)) })),
    ),
  ])
  return { certificateDays: certificate, quotas }
}

async function examineReplica(
  { stack, iamIfOwn }: Examining,
  { issuer }: DesiredCluster,
  replica: ReplicaRecord,
): Promise<ReplicaFinding> {
  const { accountId } = replica
  const arn = providerArn(stack.partition.name, accountId, issuer)
  return { replica, found: await lookInto(iamIfOwn, accountId, (iam) => findProvider(iam, arn)) }
}

async function examineRole(
  examining: Examining,
  record: ClusterRecord,
  role: RoleSummary,
): Promise<RoleFinding> {
  const compiled = role.state === 'ready' ? await orUntold(compile(examining, record, role)) : undefined
  if (compiled === undefined || isUntold(compiled)) return { role, desired: compiled, found: undefined }
  const { accountId, path, roleName, trustPolicy } = compiled
  return {
    role,
    desired: { arn: roleArn(examining.stack.partition.name, accountId, path, roleName), trustPolicy },
    found: await lookInto(examining.iamIfOwn, accountId, (iam) => findRole(iam, roleName)),
  }
}

/** Undefined: somebody has taken the request back meanwhile. */
async function compile(
  { table, stack }: Examining,
  record: ClusterRecord,
  role: RoleSummary,
): Promise<DesiredRole | undefined> {
  const request = inForceOf<RoleInForce>(await readRoleRequest(table, record.desired.cluster, role))
  return request && roleAsSettled({ table, stack }, record, request)
}
