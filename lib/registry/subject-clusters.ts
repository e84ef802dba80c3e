/** Roles that service accounts of other clusters may use: which clusters, and from there which roles. */
import * as z from 'zod'
import type { DesiredCluster } from '../cluster.ts'
import { type RoleContent, roleContentSchema } from '../policy/request.ts'
import { type ClusterRecord, isGoing, readCluster } from './cluster-record.ts'
import type { RoleKey } from './roles.ts'
import { type Key, putItem, queryItems, type Table } from './table.ts'

export interface TrustingRole extends RoleKey {
  /** The role's own. */
  readonly cluster: string
}

/** The records of the other clusters that the subjects are on, by name; without those that there are not. */
export async function readSubjectClusters(
  table: Table,
  cluster: string,
  { subjects = [] }: Pick<RoleContent, 'subjects'>,
): Promise<ReadonlyMap<string, ClusterRecord>> {
  const names = new Set(subjects.map((subject) => subject.cluster ?? cluster))
  names.delete(cluster)
  const records = await Promise.all([...names].map((name) => readCluster(table, name)))
  return new Map(
    records.flatMap((record) => (record === undefined ? [] : [[record.desired.cluster, record]])),
  )
}

/** What a role trusts beside the subjects that its request names. */
export interface Trusted {
  /** Of the clusters that are named, and of the companions of those that migrate. */
  readonly records: SubjectClusterRecords
  /** The same service accounts, on companions: both issuers are trusted until the migration has ended. */
  readonly companions: readonly Subject[]
}

type Subject = NonNullable<RoleContent['subjects']>[number]

/** Of a role of the cluster, with what its request says of subjects. */
export async function readTrusted(
  table: Table,
  home: ClusterRecord,
  { namespace, serviceAccount }: RoleKey,
  { subjects = [] }: Pick<RoleContent, 'subjects'>,
): Promise<Trusted> {
  const { cluster } = home.desired
  const named = await readSubjectClusters(table, cluster, { subjects })
  const all = [{ namespace, serviceAccount, cluster }, ...subjects]
  const wanted = all.flatMap((subject) => {
    const { cluster: name = cluster } = subject
    const record = name === cluster ? home : named.get(name)
    const migration = record !== undefined && !isGoing(record) ? record.migration : undefined
    return migration?.phase === 'TRUSTING' ? [{ ...subject, cluster: migration.to }] : []
  })
  const records = await readSubjectClusters(table, cluster, { subjects: wanted })
  const ready = only(records, (record) => !isGoing(record) && record.status !== 'ANNOUNCED')
  const companions = wanted.filter((subject) => ready.has(subject.cluster))
  return { records: new Map([...ready, ...named]), companions }
}

/** As it is compiled. */
export function withCompanions(content: RoleContent, companions: readonly Subject[]): RoleContent {
  if (companions.length === 0) return content
  return { ...content, subjects: [...(content.subjects ?? []), ...companions] }
}

/** Of a request that is not understood, none: what is wrong with it is found when it is compiled. */
export function subjectsIn(
  request: { readonly content?: unknown } | undefined,
): Pick<RoleContent, 'subjects'> {
  return roleContentSchema.pick({ subjects: true }).strip().safeParse(request?.content).data ?? {}
}

export type SubjectClusterRecords = ReadonlyMap<string, ClusterRecord>

/** Those that roles may trust: the others go, or are gone, and their providers with them. */
export function standingOf(records: SubjectClusterRecords): SubjectClusterRecords {
  return only(records, (record) => !isGoing(record))
}

export function only(
  records: SubjectClusterRecords,
  isWanted: (record: ClusterRecord) => boolean,
): SubjectClusterRecords {
  return new Map([...records].filter(([, record]) => isWanted(record)))
}

/** Without the subjects on those of the known clusters that are not kept. One that nobody knows stays, and is found to be wrong. */
export function onlyOn(
  content: RoleContent,
  known: SubjectClusterRecords,
  kept: SubjectClusterRecords,
): RoleContent {
  const { subjects, ...rest } = content
  if (subjects === undefined) return content
  const isLeftOut = (cluster = '') => known.has(cluster) && !kept.has(cluster)
  return { ...rest, subjects: subjects.filter(({ cluster }) => !isLeftOut(cluster)) }
}

/** As a role is compiled with them. */
export function desiredOf(records: ReadonlyMap<string, ClusterRecord>): ReadonlyMap<string, DesiredCluster> {
  return new Map([...records].map(([name, { desired }]) => [name, desired]))
}

/**
 * Before the request is written, and never taken back: an item that is left over says that the role may trust the cluster, and costs
 * whoever follows it a look at the request.
 */
export async function putTrust(table: Table, subjectCluster: string, role: TrustingRole): Promise<void> {
  const { cluster, namespace, serviceAccount } = role
  await putItem(table, { cluster, namespace, serviceAccount, ...keyOf(subjectCluster, role) })
}

/** Consistent. */
export async function* listTrustingRoles(table: Table, subjectCluster: string): AsyncGenerator<TrustingRole> {
  for await (const item of queryItems(table, `CLUSTER#${subjectCluster}`, 'TRUSTS#'))
    yield trustingRoleSchema.parse(item)
}

const trustingRoleSchema = z.object({
  cluster: z.string(),
  namespace: z.string(),
  serviceAccount: z.string(),
})

function keyOf(subjectCluster: string, { cluster, namespace, serviceAccount }: TrustingRole): Key {
  return { pk: `CLUSTER#${subjectCluster}`, sk: `TRUSTS#${cluster}#${namespace}#${serviceAccount}` }
}
