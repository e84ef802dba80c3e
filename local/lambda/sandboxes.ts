/**
 * The threads of all functions, few enough together to leave the host its memory: idle ones make room for other
 * functions, and invocations wait for their turn. How many AWS would run at once is for `concurrency.ts` to say.
 */
import { inBackground } from '../background.ts'
import type { Sandbox } from './sandbox.ts'

export interface Sandboxes {
  /** Runs `use` with a sandbox of that key that serves nobody else, made by `make` if none is idle. */
  readonly borrow: <Result>(
    key: string,
    make: () => Sandbox,
    use: (sandbox: Sandbox, isNew: boolean) => Promise<Result>,
  ) => Promise<Result>
  /** Ends the idle sandboxes of a key, and the busy ones when they are done. */
  readonly retire: (key: string) => void
  /** Ends all; who still waits is refused. */
  readonly stop: () => Promise<void>
}

/** The embedded Lambda has been stopped. */
export class Stopped extends Error {
  override readonly name = 'Stopped'

  constructor() {
    super('the embedded Lambda has stopped')
  }
}

interface Held {
  readonly key: string
  readonly sandbox: Sandbox
}

interface Waiting {
  readonly key: string
  readonly give: (held: Held | undefined) => void
  readonly refuse: (error: Error) => void
  /** How often an idle sandbox went to somebody who came later. */
  passedOver: number
}

/** Our choice: a sandbox is kept for later callers of its function this often before another function gets its place. */
const PATIENCE = 16

/** `capacity` sandboxes at most, of some 26 MB each: every function of the stack stays warm, and the busiest run side by side. */
export function createSandboxes(capacity = 24): Sandboxes {
  let idle: Held[] = []
  let waiting: Waiting[] = []
  const live = new Set<Sandbox>()
  const retired = new Set<string>()
  let places = capacity
  let stopped = false

  /** An idle sandbox of the key, or undefined with a place to make one in. */
  async function take(key: string): Promise<Held | undefined> {
    if (stopped) throw new Stopped()
    const own = idle.findLast((held) => held.key === key && held.sandbox.alive())
    if (own !== undefined) {
      idle = idle.filter((held) => held !== own)
      return own
    }
    if (places > 0) {
      places -= 1
      return undefined
    }
    const oldest = idle.shift()
    if (oldest !== undefined) {
      await end(oldest.sandbox)
      return undefined
    }
    return new Promise((give, refuse) => waiting.push({ key, give, refuse, passedOver: 0 }))
  }

  function create(key: string, make: () => Sandbox): Held {
    // The place came while another sandbox was being ended, and all was stopped meanwhile.
    if (stopped) throw new Stopped()
    try {
      const sandbox = make()
      live.add(sandbox)
      return { key, sandbox }
    } catch (error) {
      givePlace(nextWaiting(undefined))
      throw error
    }
  }

  async function giveBack(held: Held): Promise<void> {
    const reusable = held.sandbox.alive() && !stopped && !retired.has(held.key)
    const next = nextWaiting(reusable ? held.key : undefined)
    if (next !== undefined && reusable && next.key === held.key) return next.give(held)
    if (next === undefined && reusable) {
      idle.push(held)
      return
    }
    await end(held.sandbox)
    givePlace(next)
  }

  function givePlace(next: Waiting | undefined): void {
    if (next === undefined) places += 1
    else next.give(undefined)
  }

  function nextWaiting(key: string | undefined): Waiting | undefined {
    const [first] = waiting
    const same = waiting.find((entry) => entry.key === key)
    const next = first !== undefined && first.passedOver >= PATIENCE ? first : (same ?? first)
    if (first !== undefined && next !== first) first.passedOver += 1
    waiting = waiting.filter((entry) => entry !== next)
    return next
  }

  async function end(sandbox: Sandbox): Promise<void> {
    await sandbox.stop()
    live.delete(sandbox)
  }

  return {
    async borrow(key, make, use) {
      const taken = await take(key)
      const held = taken ?? create(key, make)
      try {
        return await use(held.sandbox, taken === undefined)
      } finally {
        await giveBack(held)
      }
    },
    retire(key) {
      retired.add(key)
      const ended = idle.filter((held) => held.key === key)
      idle = idle.filter((held) => held.key !== key)
      for (const { sandbox } of ended)
        inBackground(
          `the end of a sandbox of ${key}`,
          end(sandbox).then(() => givePlace(nextWaiting(undefined))),
        )
    },
    async stop() {
      stopped = true
      for (const { refuse } of waiting) refuse(new Stopped())
      waiting = []
      await Promise.all([...live].map(end))
    },
  }
}
