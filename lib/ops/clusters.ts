/** Clusters as the person on call looks at them. */
import { type KeyTimes, keyTimesOf } from '../oidc/rotation.ts'
import { type MigrationStage, stageOf } from '../registry/chains.ts'
import {
  type ClusterRecord,
  isGoing,
  keepsHost,
  listClusters,
  requireCluster,
  type Workflow,
} from '../registry/cluster-record.ts'
import { type Finding, listFindings } from '../registry/findings.ts'
import { listRoleStatuses } from '../registry/roles.ts'
import type { Table } from '../registry/table.ts'
import { executionName } from '../runs.ts'
import { isLeftBehind } from '../unsettled-roles.ts'
import { type RoleState, rolesOf } from './roles.ts'
import { allOf } from './several.ts'

export interface ClusterSummary {
  readonly cluster: string
  readonly accountId: string
  readonly issuer: string
  /**
   * `provisioning`, `deleting`: a run works on it. `failed`: its run stopped, and waits for a replay. `deleted`: only its names are kept.
   * `abandoned`: the same, and the host of its issuer, which is trusted still. `paused`: nothing works on it.
   */
  readonly state: 'ready' | 'provisioning' | 'deleting' | 'deleted' | 'abandoned' | 'failed' | 'paused'
  readonly isProtected: boolean
  /** Pods can have credentials: the issuer and the provider are there, whatever the run does now. */
  readonly isIssuerReady: boolean
  readonly generation: number
  /** The execution of the run that works on it, or failed. */
  readonly execution: string | undefined
  /** Of that run. */
  readonly workflow: Workflow | undefined
  /** Whoever could read the bucket that it has taken over still can: its run is followed by one that shuts it. */
  readonly isOpen: boolean
  /** Of the last accepted event. */
  readonly lastEventAt: string
  /** Why the last run stopped. Kept while a replay is under way. */
  readonly lastError: ClusterRecord['lastError']
  /** Its removal goes on, or went, past accounts that cannot be reached. */
  readonly abandoned: ClusterRecord['abandoned']
  /** Its roles trust the issuer of another cluster as well, or that ends. */
  readonly migration: MigrationStage | undefined
  /** It is there for the migration of this cluster. */
  readonly companionOf: string | undefined
}

export function summaryOf(record: ClusterRecord): ClusterSummary {
  const { desired, run, status, generation, lastEvent, lastError, abandoned, adopted, companionOf } = record
  return {
    cluster: desired.cluster,
    accountId: desired.accountId,
    issuer: desired.issuer,
    state: stateOf(record),
    isProtected: record.protected === true,
    isIssuerReady: status === 'ISSUER_READY' || status === 'READY',
    generation,
    execution: run === undefined ? undefined : executionName(desired.cluster, run.number),
    workflow: run?.workflow,
    isOpen: adopted?.isOpen === true,
    lastEventAt: lastEvent.time,
    lastError,
    abandoned,
    migration: stageOf(record),
    companionOf,
  }
}

function stateOf(record: ClusterRecord): ClusterSummary['state'] {
  const { run, status, paused } = record
  if (paused) return 'paused'
  if (run === undefined && status === 'DELETED') return keepsHost(record) ? 'abandoned' : 'deleted'
  if (run === undefined) return 'ready'
  if (run.state === 'FAILED') return 'failed'
  return run.workflow === 'deprovision' ? 'deleting' : 'provisioning'
}

/** Sorted by name. */
export async function readClusters(table: Table): Promise<ClusterSummary[]> {
  const clusters = await allOf(listClusters(table))
  return clusters.map(summaryOf).toSorted((one, other) => (one.cluster < other.cluster ? -1 : 1))
}

export interface ClusterDetail extends ClusterSummary {
  readonly audiences: readonly string[]
  readonly tags: Readonly<Record<string, string>>
  readonly kids: readonly string[]
  /** Since when each is served, and until when. */
  readonly keys: readonly KeyTimes[]
  /** ARNs of what others had made. */
  readonly adopted: readonly string[]
  /** What each step has made, as far as it came. */
  readonly outputs: ClusterRecord['outputs']
  readonly roles: Readonly<Record<RoleState, number>>
  /** ARNs of the roles that a removal could not reach, of this cluster or of the one that had its name before. */
  readonly rolesLeft: readonly string[]
  /** What the last audit found, unless a run has begun since. */
  readonly drifts: readonly Pick<Finding, 'resource' | 'differences' | 'foundAt'>[]
}

/** Throws ClusterNotFound. */
export async function readClusterDetail(table: Table, cluster: string, now: Date): Promise<ClusterDetail> {
  const record = await requireCluster(table, cluster)
  const states = (await rolesOf(table, record, now)).map(({ state }) => state)
  const count = (wanted: RoleState) => states.filter((state) => state === wanted).length
  return {
    ...summaryOf(record),
    audiences: record.desired.audiences,
    tags: record.desired.tags,
    kids: record.keys.map(({ kid }) => kid),
    keys: keyTimesOf(record),
    adopted: record.adopted?.arns ?? [],
    outputs: record.outputs,
    drifts: await driftsOf(table, record),
    rolesLeft: (await allOf(listRoleStatuses(table, cluster)))
      .filter(isLeftBehind)
      .map(({ roleArn }) => roleArn),
    roles: {
      ready: count('ready'),
      failed: count('failed'),
      retrying: count('retrying'),
      unapproved: count('unapproved'),
      waiting: count('waiting'),
      removing: count('removing'),
    },
  }
}

/** Of a run that has begun since nobody knows yet what it mends. */
async function driftsOf(table: Table, record: ClusterRecord): Promise<ClusterDetail['drifts']> {
  if (isGoing(record)) return []
  const findings = await allOf(listFindings(table, record.desired.cluster))
  return findings
    .filter(({ run }) => run === record.runs)
    .map(({ resource, differences, foundAt }) => ({ resource, differences, foundAt }))
}
