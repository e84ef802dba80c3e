/** Who wants to know of new records in a stream. */
import type { StreamsView } from '../world.ts'

export interface StreamWatch extends StreamsView {
  /** For new records, and for the end of a stream. */
  readonly wake: (streamArn: string) => void
}

export function createStreamWatch(): StreamWatch {
  const watchers = new Map<string, Set<() => void>>()
  return {
    watch(streamArn, wake) {
      // Its own function, so that one that watches twice ends one watch at a time.
      const watcher = () => wake()
      const others = watchers.get(streamArn) ?? new Set()
      watchers.set(streamArn, others.add(watcher))
      return () => {
        others.delete(watcher)
        // Ended twice, it must not take away those that have come meanwhile.
        if (others.size === 0 && watchers.get(streamArn) === others) watchers.delete(streamArn)
      }
    },
    wake(streamArn) {
      for (const watcher of [...(watchers.get(streamArn) ?? [])]) watcher()
    },
  }
}
