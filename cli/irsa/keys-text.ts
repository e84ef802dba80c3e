/** The keys of a cluster, for people. */
import type { ClusterDetail } from '../../lib/ops/clusters.ts'
import { time } from './output.ts'

/** One a line: since when it is served, and until when. */
export function keysText(keys: ClusterDetail['keys']): string {
  return keys
    .map(({ kid, firstPublished, retireAfter }) => {
      const since =
        firstPublished === undefined ? 'not seen in public yet' : `public since ${time(firstPublished)}`
      const until = retireAfter === undefined ? '' : `, listed no longer, retired after ${time(retireAfter)}`
      return `${kid}  ${since}${until}`
    })
    .join('\n')
}
