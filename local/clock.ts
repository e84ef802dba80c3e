/**
 * The embedded AWS's time. Its date is the real one, so that tokens and signatures made outside are valid
 * here; only AWS's waits are shortened: a wait of 60 s at speed 100 takes 0.6 s. Tests move the date
 * forward with `advance`, which fires what falls due on the way, so none of them sleeps.
 */
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
  due: number
  run: () => void
  handle: NodeJS.Timeout
}

/** `speed` 1 is AWS's own pace. */
export function createClock(speed: number): Clock {
  const pending = new Set<Pending>()
  let offset = 0
  let stopped = false
  const now = () => Date.now() + offset

  function after(milliseconds: number, run: () => void, { scaled = true } = {}): Timer {
    if (stopped) return { cancel: () => undefined }
    const fire = () => {
      pending.delete(entry)
      run()
    }
    // A timer longer than 2^31-1 ms would fire at once: https://nodejs.org/api/timers.html#settimeoutcallback-delay-args
    const delay = Math.min(scaled ? milliseconds / speed : milliseconds, 2 ** 31 - 1)
    const entry: Pending = { due: now() + milliseconds, run, handle: setTimeout(fire, delay) }
    pending.add(entry)
    return {
      cancel: () => {
        clearTimeout(entry.handle)
        pending.delete(entry)
      },
    }
  }

  return {
    now: () => new Date(now()),
    offset: () => offset,
    after,
    wait: (milliseconds) => new Promise((resolve) => after(milliseconds, resolve)),
    advance(milliseconds) {
      offset += milliseconds
      const due = [...pending].filter((entry) => entry.due <= now()).sort((a, b) => a.due - b.due)
      for (const entry of due) {
        clearTimeout(entry.handle)
        pending.delete(entry)
        entry.run()
      }
    },
    stop() {
      stopped = true
      for (const entry of pending) clearTimeout(entry.handle)
      pending.clear()
    },
  }
}
