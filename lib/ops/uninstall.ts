/** Deletes every cluster of a stack, and tells of each what became of it. The stack itself stays. */
import { SHARED_HOST } from '../aws/names.ts'
import { IrsaError } from '../errors.ts'
import { type ClusterSummary, readClusters } from './clusters.ts'
import { askToDelete, removalEnded } from './deletion.ts'
import { mapSome } from './several.ts'
import type { Reason, Saying } from './speak.ts'

export interface Deletion {
  readonly cluster: string
  /** Undefined: it is gone. */
  readonly remains: Reason | undefined
}

export interface Uninstalling extends Saying {
  readonly force: boolean
  /** Resolves when the next cluster may be begun with. */
  readonly turn: () => Promise<unknown>
  readonly tell: (deletion: Deletion) => void
}

/** Those that are not gone, by name. Of one that is abandoned nothing more can be had. */
export async function clustersLeft({ table }: Pick<Saying, 'table'>): Promise<ClusterSummary[]> {
  const clusters = await readClusters(table)
  return clusters.filter(({ state }) => state !== 'deleted' && state !== 'abandoned')
}

/** The host that clusters share goes after them. One that cannot go does not keep the others waiting. What is announced meanwhile is told of as well: it remains. */
export async function deleteClusters(
  uninstalling: Uninstalling,
  clusters: readonly ClusterSummary[],
): Promise<Deletion[]> {
  const { host = [], own = [] } = Object.groupBy(clusters, ({ cluster }) =>
    cluster === SHARED_HOST ? 'host' : 'own',
  )
  const done = [...(await deleteAll(uninstalling, own)), ...(await deleteAll(uninstalling, host))]
  const known = new Set(clusters.map(({ cluster }) => cluster))
  const come = (await clustersLeft(uninstalling)).filter(({ cluster }) => !known.has(cluster))
  const announced = come.map(({ cluster }) => ({ cluster, remains: ANNOUNCED }))
  for (const deletion of announced) uninstalling.tell(deletion)
  return [...done, ...announced]
}

function deleteAll(
  uninstalling: Uninstalling,
  clusters: readonly ClusterSummary[],
): Promise<readonly Deletion[]> {
  return mapSome(
    clusters,
    async ({ cluster }) => {
      const deletion = { cluster, remains: await deleteOne(uninstalling, cluster) }
      uninstalling.tell(deletion)
      return deletion
    },
    AT_ONCE,
  )
}

/** Each takes CloudFront's quarter of an hour, in which next to nothing is asked of AWS. */
const AT_ONCE = 20

const ANNOUNCED: Reason = {
  error: 'ClusterAnnounced',
  message: 'It was announced meanwhile.',
  remedy: 'Have its sender stop, then uninstall again.',
}

async function deleteOne(uninstalling: Uninstalling, cluster: string): Promise<Reason | undefined> {
  try {
    await uninstalling.turn()
    const asked = await askToDelete(uninstalling, cluster, uninstalling.force)
    return asked && (await removalEnded(uninstalling, asked))
  } catch (error) {
    if (!(error instanceof IrsaError)) throw error
    const { name, message, remedy } = error
    return { error: name, message, remedy }
  }
}

/** At most so many turns a minute, evenly. */
export function turns(
  perMinute: number,
  now: () => number,
  wait: (milliseconds: number) => Promise<unknown>,
): () => Promise<unknown> {
  let next = 0
  return () => {
    const at = Math.max(now(), next)
    next = at + 60_000 / perMinute
    return wait(at - now())
  }
}
