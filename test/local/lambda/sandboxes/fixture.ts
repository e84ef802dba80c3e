/** Sandboxes without threads, to be borrowed and given back step by step. */
import type { Sandbox } from '../../../../local/lambda/sandbox.ts'
import { createSandboxes } from '../../../../local/lambda/sandboxes.ts'

/** `capacity` at once, of which `starts` start at once and `perFunction` are of one key; they are told apart by key and number. */
export function sandboxesFixture(capacity: number, starts = capacity, perFunction = capacity) {
  const sandboxes = createSandboxes({ capacity, starts, perFunction })
  const made: string[] = []
  const ended: string[] = []
  const dead = new Set<string>()
  let stopping = Promise.resolve()
  let loading = Promise.resolve()

  function make(key: string): Sandbox {
    const name = `${key}${made.length + 1}`
    made.push(name)
    return {
      async start() {
        await loading
        return undefined
      },
      invoke: async () => ({ payload: name, failed: false, log: '' }),
      alive: () => !dead.has(name) && !ended.includes(name),
      async stop() {
        await stopping
        ended.push(name)
      },
    }
  }

  async function settle(): Promise<void> {
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  }

  /** Borrows one, and gives it back when told to. `name` is undefined while it waits. */
  function hold(key: string) {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const held: { name?: string } = {}
    const done = sandboxes.borrow(
      key,
      () => make(key),
      async (sandbox) => {
        const request = { requestId: '', invokedFunctionArn: '', event: '', timeoutMilliseconds: 0 }
        held.name = (await sandbox.invoke({ ...request, traceId: '', clockOffset: 0 })).payload
        await promise
      },
    )
    done.catch(() => undefined)
    return Object.assign(held, { done, giveBack: resolve, fail: reject })
  }

  return {
    ...sandboxes,
    made,
    ended,
    dead,
    settle,
    /** From now on a thread takes until `resolve` to end. */
    slowDown() {
      const { promise, resolve } = Promise.withResolvers<void>()
      stopping = promise
      return resolve
    },
    /** From now on a thread takes until `resolve` to start. */
    startSlowly() {
      const { promise, resolve } = Promise.withResolvers<void>()
      loading = promise
      return resolve
    },
    hold,
    async use(key: string): Promise<string | undefined> {
      const held = hold(key)
      held.giveBack()
      await held.done
      return held.name
    },
  }
}
