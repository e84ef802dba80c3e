/** Several things at once: one call to AWS at a time, in whatever order fast-check thinks of. */
import fc from 'fast-check'
import type { Around } from './registry/registry.ts'

export async function inAnyOrder<World>({
  prepare,
  act,
  assess,
}: {
  /** Its calls must go through `around`; they keep their order. */
  readonly prepare: (around: Around) => Promise<World>
  /** What happens at once. */
  readonly act: (world: World) => readonly Promise<unknown>[]
  readonly assess: (world: World) => Promise<void>
}): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), async (scheduler) => {
      let isMixed = false
      const around: Around = async (call, operation) => {
        if (!isMixed) return call()
        const turn = scheduler.scheduleFunction(async function of(_operation: string) {
          const outcome = call()
          // The scheduler waits for the call, and reports its name instead of AWS's whole answer.
          await outcome.catch(() => undefined)
          return { outcome }
        })
        return (await turn(operation)).outcome
      }
      const world = await prepare(around)
      isMixed = true
      await scheduler.waitFor(Promise.all(act(world)))
      isMixed = false
      await assess(world)
    }),
    { numRuns: 20 },
  )
}
