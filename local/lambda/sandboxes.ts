/**
 * The threads of all functions, few enough together to leave the host its memory: idle ones make room for other
 * functions, and invocations wait for their turn. How many AWS would run at once is for `concurrency.ts` to say.
 */
import { availableParallelism } from 'node:os'
import { inBackground } from '../background.ts'
import type { FunctionError } from './runtime/messages.ts'
import type { Sandbox } from './sandbox.ts'

export interface Sandboxes {
  /** Runs `use` with a sandbox of that key that serves nobody else, made by `make` if none is idle, and what kept it from starting. */
  readonly borrow: <Result>(
    key: string,
    make: () => Sandbox,
    use: (sandbox: Sandbox, failedStart: FunctionError | undefined) => Promise<Result>,
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
  readonly give: (held: Held | undefined | PromiseLike<undefined>) => void
  readonly refuse: (error: Error) => void
  /** How often an idle sandbox went to somebody who came later. */
  passedOver: number
}

/** Our choice: a sandbox is kept for later callers of its function this often before another function gets its place. */
const PATIENCE = 16

export interface SandboxesOptions {
  /** Sandboxes at most, of some 26 MB each. Default: every function of the stack stays warm, and the busiest run side by side. */
  readonly capacity?: number
  /**
   * That start at once. Default: on half of the host's processors; the other half is for those that have started, which serve who
   * waits. All at once they would take each other's time until none has started within AWS's limit.
   */
  readonly starts?: number
  /**
   * Of one function at once. Default: twice the host's processors, for one that waits for an answer leaves its processor to another; more would
   * take longer to start than who waits for them has to wait.
   */
  readonly perFunction?: number
}

export function createSandboxes({
  capacity = 24,
  starts = Math.max(1, Math.floor(availableParallelism() / 2)),
  perFunction = 2 * availableParallelism(),
}: SandboxesOptions = {}): Sandboxes {
  let idle: Held[] = []
  let waiting: Waiting[] = []
  /** With their keys. */
  const live = new Map<Sandbox, string>()
  /** Keys of those who have a place, and no thread in it yet. */
  let placed: string[] = []
  const retired = new Set<string>()
  let places = capacity
  let starting = 0
  let stopped = false

  /** An idle sandbox of the key, or undefined with a place to start one in. */
  async function take(key: string): Promise<Held | undefined> {
    if (stopped) throw new Stopped()
    const own = takeIdle(key)
    if (own !== undefined) return own
    return (
      takePlaceFor(key) ?? new Promise((give, refuse) => waiting.push({ key, give, refuse, passedOver: 0 }))
    )
  }

  function takeIdle(key: string): Held | undefined {
    const own = idle.findLast((held) => held.key === key && held.sandbox.alive())
    idle = idle.filter((held) => held !== own)
    return own
  }

  function takePlaceFor(key: string): Promise<undefined> | undefined {
    const place = sandboxesOf(key) < perFunction ? takePlace() : undefined
    if (place !== undefined) placed.push(key)
    return place
  }

  /** Resolves when the thread that was there has ended. Undefined when there is no place, or too many start already. */
  function takePlace(): Promise<undefined> | undefined {
    if (starting >= starts) return undefined
    const oldest = places > 0 ? undefined : idle.shift()
    if (places === 0 && oldest === undefined) return undefined
    starting += 1
    if (oldest === undefined) places -= 1
    return oldest === undefined ? Promise.resolve(undefined) : end(oldest.sandbox)
  }

  /** Rejects with what `make` throws, and with Stopped: the place came while another sandbox was being ended, and all was stopped meanwhile. */
  async function start(key: string, make: () => Sandbox): Promise<[Held, FunctionError | undefined]> {
    let sandbox: Sandbox | undefined
    placed = placed.toSpliced(placed.indexOf(key), 1)
    try {
      if (stopped) throw new Stopped()
      sandbox = make()
      live.set(sandbox, key)
      return [{ key, sandbox }, await sandbox.start()]
    } finally {
      starting -= 1
      if (sandbox === undefined) places += 1
      servePlaces()
    }
  }

  async function giveBack(held: Held): Promise<void> {
    if (!held.sandbox.alive() || stopped || retired.has(held.key)) return endAndFree(held)
    const next = nextFor(held.key)
    if (next !== undefined) return next.give(held)
    idle.push(held)
    servePlaces()
  }

  /** Who is to have an idle sandbox of the key, if it is not to make room for another. */
  function nextFor(key: string): Waiting | undefined {
    const [first] = waiting
    const isTooLong = first !== undefined && first.passedOver >= PATIENCE && starting < starts
    const next = isTooLong && first.key !== key ? undefined : waiting.find((entry) => entry.key === key)
    if (next === undefined) return undefined
    if (first !== undefined && next !== first) first.passedOver += 1
    waiting = waiting.filter((entry) => entry !== next)
    return next
  }

  /** The function with the fewest sandboxes first, so that none waits behind all the callers of another one. */
  function servePlaces(): void {
    for (;;) {
      const [next] = waiting.toSorted((one, other) => sandboxesOf(one.key) - sandboxesOf(other.key))
      const place = next && takePlaceFor(next.key)
      if (next === undefined || place === undefined) break
      waiting = waiting.filter((entry) => entry !== next)
      next.give(place)
    }
    serveIdle()
  }

  /** Who got no place for another sandbox of a function may have one of its own that was kept from them for the sake of others. */
  function serveIdle(): void {
    for (const entry of waiting) {
      const own = takeIdle(entry.key)
      if (own === undefined) continue
      waiting = waiting.filter((other) => other !== entry)
      entry.give(own)
    }
  }

  function sandboxesOf(key: string): number {
    const threads = [...live].filter(([sandbox, other]) => other === key && sandbox.alive())
    return threads.length + placed.filter((other) => other === key).length
  }

  async function endAndFree({ sandbox }: Held): Promise<void> {
    await end(sandbox)
    places += 1
    servePlaces()
  }

  async function end(sandbox: Sandbox): Promise<undefined> {
    await sandbox.stop()
    live.delete(sandbox)
  }

  return {
    async borrow(key, make, use) {
      const taken = await take(key)
      const [held, failedStart] = taken === undefined ? await start(key, make) : [taken]
      try {
        return await use(held.sandbox, failedStart)
      } finally {
        await giveBack(held)
      }
    },
    retire(key) {
      retired.add(key)
      const ended = idle.filter((held) => held.key === key)
      idle = idle.filter((held) => held.key !== key)
      for (const held of ended) inBackground(`the end of a sandbox of ${key}`, endAndFree(held))
    },
    async stop() {
      stopped = true
      for (const { refuse } of waiting) refuse(new Stopped())
      waiting = []
      await Promise.all([...live.keys()].map(end))
    },
  }
}
