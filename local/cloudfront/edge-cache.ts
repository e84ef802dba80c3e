/** What the edges remember: answers by distribution and path, for their time to live or until invalidated. */
import type { Clock } from '../clock.ts'

export interface EdgeCache<Answer> {
  readonly get: (distributionId: string, path: string) => Cached<Answer> | undefined
  /** `seconds` of AWS time; 0 keeps nothing. */
  readonly keep: (distributionId: string, path: string, answer: Answer, seconds: number) => void
  /** `pattern` is a path; a `*` at its end stands for the rest. */
  readonly evict: (distributionId: string, pattern: string) => void
}

export interface Cached<Answer> {
  readonly answer: Answer
  readonly since: Date
}

export function createEdgeCache<Answer>(clock: Clock): EdgeCache<Answer> {
  const distributions = new Map<string, Map<string, Cached<Answer>>>()
  const pathsOf = (distributionId: string) => {
    const paths = distributions.get(distributionId) ?? new Map<string, Cached<Answer>>()
    distributions.set(distributionId, paths)
    return paths
  }
  return {
    get: (distributionId, path) => distributions.get(distributionId)?.get(path),
    keep(distributionId, path, answer, seconds) {
      if (seconds <= 0) return
      const paths = pathsOf(distributionId)
      const cached = { answer, since: clock.now() }
      paths.set(path, cached)
      clock.after(seconds * 1000, () => {
        if (paths.get(path) === cached) paths.delete(path)
      })
    },
    evict(distributionId, pattern) {
      const paths = pathsOf(distributionId)
      for (const path of paths.keys())
        if (path === pattern || (pattern.endsWith('*') && path.startsWith(pattern.slice(0, -1))))
          paths.delete(path)
    },
  }
}
