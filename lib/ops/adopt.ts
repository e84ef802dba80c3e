/**
 * Taking over what others set up for a cluster's issuer: tagged as ours after a request that repeats what a look has listed. All
 * that follows is the cluster's ordinary workflow.
 */
import { isDeepStrictEqual } from 'node:util'
import { acceptEvent } from '../announce.ts'
import { taggingOf } from '../aws/claim-tags.ts'
import type { Tags } from '../aws/tags.ts'
import { AdoptionListDiffers, ConcurrentChange } from '../errors.ts'
import { CLUSTER_CREATED, parseClusterCreatedDetail } from '../events/cluster-created.ts'
import { type ClusterRecord, changeCluster, readCluster } from '../registry/cluster-record.ts'
import { type Replay, type Runs, replayRun } from '../runs.ts'
import type { AdoptableThing, Look } from './adoption/found.ts'
import { type Adopting, type AdoptionPlan, type Prepared, prepareAdoption } from './adoption/plan.ts'
import { adopted } from './adoption/record.ts'
import { type Auditing, writeEntry } from './auditing.ts'

export interface Adoption extends AdoptionPlan {
  /** How the cluster's run goes on. */
  readonly run: Replay
}

/**
 * `arns`: every thing that `planAdoption` lists, and no other. Written down, recorded, tagged, and then a run is started; whatever of that
 * was lost, the same request does the rest. Throws AdoptionRefused, AdoptionNotAllowed and AdoptionListDiffers before anything is changed.
 */
export async function adoptCluster(
  adopting: Adopting & Runs & Auditing,
  cluster: string,
  detail: unknown,
  arns: readonly string[],
): Promise<Adoption> {
  const prepared = await prepareAdoption(adopting, cluster, detail)
  const { plan, refusal } = prepared
  if (refusal !== undefined) throw refusal
  const found = plan.things.map(({ arn }) => arn)
  if (!isDeepStrictEqual(new Set(found), new Set(arns))) throw new AdoptionListDiffers(cluster, found, arns)
  await recordAdoption(adopting, cluster, detail, prepared)
  // Only now: a thing with our tags whose cluster does not know of it would be taken for the remains of a lost record.
  // The bucket last: without its tags a run stops at its first step, and makes nothing in the place of what is still to be tagged.
  for (const thing of plan.things.toReversed()) await claim(adopting, thing, plan.tags)
  return { ...plan, run: await replayRun(adopting, cluster) }
}

async function recordAdoption(
  adopting: Adopting & Runs & Auditing,
  cluster: string,
  detail: unknown,
  { look, announced }: Prepared,
): Promise<void> {
  const { table, stack, now } = adopting
  const before = await readCluster(table, cluster)
  if (
    before?.adopted !== undefined &&
    isSame(before, adopted(announced, look, before.adopted.changeId, now()))
  )
    return
  const changeId = await writeEntry(adopting, {
    what: 'ClusterAdopted',
    about: { cluster },
    before: before?.adopted,
    after: {
      ...look.adopted,
      arns: look.things.map(({ arn }) => arn),
      keys: look.keys.map(({ kid }) => kid),
    },
  })
  // Whoever asks for the same at the same time begins no other run.
  const change = (record: ClusterRecord) =>
    isAdopted(record, look, now()) ? record : adopted(record, look, changeId, now())
  if (detail === undefined) {
    await changeCluster(table, cluster, (known) => known && change(known))
    return
  }
  const created = parseClusterCreatedDetail(detail, stack.accountId, stack)
  const envelope = {
    id: changeId,
    time: now().toISOString(),
    account: stack.accountId,
    source: 'irsa.operator',
    detailType: CLUSTER_CREATED,
  }
  await acceptEvent(table, await readCluster(table, cluster), { envelope, ...created }, now(), change)
}

function isAdopted(record: ClusterRecord, look: Look, at: Date): boolean {
  const changeId = record.adopted?.changeId
  return changeId !== undefined && isSame(record, adopted(record, look, changeId, at))
}

function isSame(one: ClusterRecord, other: ClusterRecord): boolean {
  const said = ({ desired, adopted: taken, keys }: ClusterRecord) => [desired, taken, keys]
  return isDeepStrictEqual(said(one), said(other))
}

/** Read back: AWS has them, and nobody has given it to another meanwhile. */
async function claim(
  { stack, s3, acm, cloudFront, iam }: Adopting,
  { resource, id }: AdoptableThing,
  wanted: Tags,
): Promise<void> {
  const { read, write } = taggingOf({ s3, acm, cloudFront, iam }, resource, id, stack.accountId)
  const has = (tags: Tags) => Object.entries(wanted).every(([key, value]) => tags[key] === value)
  if (has(await read())) return
  await write(wanted)
  if (!has(await read()))
    throw new ConcurrentChange(`${id} does not have our tags yet, after they were written.`)
}
