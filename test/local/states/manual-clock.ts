import type { Clock } from '../../../local/clock.ts'

export interface ManualClock extends Clock {
  /** Lets everything that waits for no timer happen. */
  readonly settle: () => Promise<void>
  /** Moves on by `milliseconds`, stopping at every timer on the way so that what it sets off happens at its time. */
  readonly pass: (milliseconds: number) => Promise<void>
  readonly pendingTimers: () => number
  /** Milliseconds that were asked for, in order. */
  readonly asked: () => readonly { readonly milliseconds: number; readonly scaled: boolean }[]
}

interface Timer {
  readonly due: number
  readonly run: () => void
}

/** A clock that stands still: exact intervals can be told from its date. */
export function manualClock(start = Date.parse('2026-01-01T00:00:00.000Z')): ManualClock {
  const timers = new Set<Timer>()
  const asked: { milliseconds: number; scaled: boolean }[] = []
  let time = start

  function after(milliseconds: number, run: () => void, { scaled = true } = {}) {
    asked.push({ milliseconds, scaled })
    const timer = { due: time + milliseconds, run }
    timers.add(timer)
    return { cancel: () => timers.delete(timer) }
  }

  const earliest = () => [...timers].sort((one, other) => one.due - other.due)[0]
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve))

  function fire(timer: Timer) {
    timers.delete(timer)
    time = Math.max(time, timer.due)
    timer.run()
  }

  return {
    now: () => new Date(time),
    offset: () => time - start,
    after,
    wait: (milliseconds) => new Promise((resolve) => after(milliseconds, resolve)),
    advance(milliseconds) {
      const end = time + milliseconds
      for (let next = earliest(); next && next.due <= end; next = earliest()) fire(next)
      time = end
    },
    stop: () => timers.clear(),
    settle,
    async pass(milliseconds) {
      const end = time + milliseconds
      await settle()
      for (let next = earliest(); next && next.due <= end; next = earliest()) {
        fire(next)
        await settle()
      }
      time = end
    },
    pendingTimers: () => timers.size,
    asked: () => asked,
  }
}
