/** Tells who waits that something has changed; a change between looking and waiting is not missed. */
import type { Clock } from '../clock.ts'

export interface Signal {
  readonly give: () => void
  /** Taken before looking. */
  readonly mark: () => number
  /** Resolves as soon as the signal was given after `mark`, and after `milliseconds` of AWS time at the latest; `scaled` as the clock has it. */
  readonly since: (
    mark: number,
    clock: Clock,
    milliseconds: number,
    options?: { readonly scaled?: boolean },
  ) => Promise<void>
}

export function createSignal(): Signal {
  let given = 0
  const waiting = new Set<() => void>()
  return {
    give() {
      given += 1
      for (const resolve of waiting) resolve()
    },
    mark: () => given,
    async since(mark, clock, milliseconds, options) {
      if (given !== mark) return
      const { promise, resolve } = Promise.withResolvers<void>()
      const timer = clock.after(milliseconds, resolve, options)
      waiting.add(resolve)
      await promise
      waiting.delete(resolve)
      timer.cancel()
    },
  }
}
