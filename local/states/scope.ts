import type { Clock } from '../clock.ts'
import { Abandoned } from './failures.ts'

/**
 * What branches wait in. Closing a scope abandons every wait in it and below it at once: nothing goes on after an
 * execution was stopped, and no sibling after a branch has failed.
 */
export interface Scope {
  readonly isClosed: () => boolean
  readonly close: () => void
  /** Closed with this one, or alone. */
  readonly child: () => Scope
  /** Settles as `work` does; rejects with Abandoned when the scope closes, with `limit.error` after `limit.milliseconds`. */
  readonly until: <T>(work: () => Promise<T>, limit?: Limit) => Promise<T>
  /** Milliseconds of AWS time; `scaled: false` for a date, which follows real time. */
  readonly delay: (milliseconds: number, options?: { readonly scaled?: boolean }) => Promise<void>
}

/** In real time, for functions do not run faster than elsewhere. */
export interface Limit {
  readonly milliseconds: number
  readonly error: Error
}

interface Settle<T> {
  readonly resolve: (value: T) => void
  readonly reject: (error: unknown) => void
}

export function createScope(clock: Clock, onClose: () => void = () => undefined): Scope {
  const open = new Set<() => void>()
  let closed = false

  function wait<T>(begin: (settle: Settle<T>) => () => void): Promise<T> {
    return new Promise((resolve, reject) => {
      if (closed) {
        reject(new Abandoned())
        return
      }
      const settle = (outcome: () => void) => {
        open.delete(leave)
        cancel()
        outcome()
      }
      const leave = () => settle(() => reject(new Abandoned()))
      let cancel: () => void = () => undefined
      open.add(leave)
      cancel = begin({
        resolve: (value) => settle(() => resolve(value)),
        reject: (error) => settle(() => reject(error)),
      })
      // The work itself may have closed the scope.
      if (closed) cancel()
    })
  }

  return {
    isClosed: () => closed,
    close() {
      closed = true
      for (const leave of [...open]) leave()
      onClose()
    },
    child() {
      const child = createScope(clock, () => open.delete(child.close))
      if (closed) child.close()
      else open.add(child.close)
      return child
    },
    until: (work, limit) =>
      wait((settle) => {
        work().then(settle.resolve, settle.reject)
        if (limit === undefined) return () => undefined
        return clock.after(limit.milliseconds, () => settle.reject(limit.error), { scaled: false }).cancel
      }),
    delay: (milliseconds, options) =>
      wait((settle) => clock.after(milliseconds, () => settle.resolve(undefined), options).cancel),
  }
}
