/**
 * The embedded AWS's time. Its date is the real one, so that tokens and signatures made outside are valid
 * here; only AWS's waits are shortened: a wait of 60 s at speed 100 takes 0.6 s. Tests move the date
 * forward with `advance`, which fires what falls due on the way, so none of them sleeps.
 */
import { warnOfFault } from './background.ts'

export interface Clock {
  readonly now: () => Date
  /** Milliseconds that `advance` has added so far; functions running in workers add it to their own date. */
  readonly offset: () => number
  /** Calls `run` once, `milliseconds` of AWS time from now. `scaled: false` for what follows real time (schedules). */
  readonly after: (milliseconds: number, run: () => void, options?: { readonly scaled?: boolean }) => Timer
  /** Resolves after `milliseconds` of AWS time. */
  readonly wait: (milliseconds: number) => Promise<void>
  readonly advance: (milliseconds: number) => void
  /** Cancels every timer; nothing of this clock keeps the process alive afterwards. */
  readonly stop: () => void
}

export interface Timer {
  readonly cancel: () => void
}

interface Pending {
  /** By the clock's own date. */
  readonly due: number
  readonly fire: () => void
  handle: NodeJS.Timeout
}

/** Node's timers go no further: https://nodejs.org/api/timers.html#settimeoutcallback-delay-args */
const LONGEST_DELAY = 2 ** 31 - 1

/** `speed` 1 is AWS's own pace. */
export function createClock(speed: number): Clock {
  const pending = new Set<Pending>()
  let offset = 0
  let stopped = false
  const now = () => Date.now() + offset

  function after(milliseconds: number, run: () => void, { scaled = true } = {}): Timer {
    if (stopped) return { cancel: () => undefined }
    const fire = () => {
      cancel()
      run()
    }
    const elapse = (delay: number) =>
      setTimeout(
        () => {
          if (delay <= LONGEST_DELAY) guarded(fire)
          else entry.handle = elapse(delay - LONGEST_DELAY)
        },
        Math.min(delay, LONGEST_DELAY),
      )
    const entry: Pending = {
      due: now() + milliseconds,
      fire,
      handle: elapse(scaled ? milliseconds / speed : milliseconds),
    }
    const cancel = () => {
      clearTimeout(entry.handle)
      pending.delete(entry)
    }
    pending.add(entry)
    return { cancel }
  }

  return {
    now: () => new Date(now()),
    offset: () => offset,
    after,
    wait: (milliseconds) => new Promise((resolve) => after(milliseconds, resolve)),
    advance(milliseconds) {
      const end = now() + milliseconds
      // One after the other, each at its own date: it may set off or cancel others that fall due on the way.
      for (let next = earliest(pending); next && next.due <= end; next = earliest(pending)) {
        offset += Math.max(0, next.due - now())
        next.fire()
      }
      offset += Math.max(0, end - now())
    },
    stop() {
      stopped = true
      for (const entry of pending) clearTimeout(entry.handle)
      pending.clear()
    },
  }
}

/** What falls due by itself has nobody who would catch what it throws. */
function guarded(fire: () => void): void {
  try {
    fire()
  } catch (error) {
    warnOfFault('what fell due on the clock', error)
  }
}

function earliest(pending: ReadonlySet<Pending>): Pending | undefined {
  return [...pending].reduce<Pending | undefined>(
    (first, entry) => (first === undefined || entry.due < first.due ? entry : first),
    undefined,
  )
}
