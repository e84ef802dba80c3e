/** A process that dies at one of its calls to AWS, and is started again. */
import { expect } from 'vitest'
import { refusal } from './aws/sdk.ts'
import type { Around } from './registry/registry.ts'

/** `before`: the call never left. `after`: it took effect, and its answer was lost. */
const MOMENTS = ['before', 'after'] as const

/**
 * For each call that `act` makes, and each moment of it: prepares anew, acts until cut off there, acts again, assesses. Returns
 * the operations in their order, so that a test can see that there were some.
 */
export async function cutOffEverywhere<World>({
  prepare,
  act,
  assess,
}: {
  /** Its calls must go through `around`; they are never cut off. */
  readonly prepare: (around: Around) => Promise<World>
  readonly act: (world: World) => Promise<unknown>
  /** `where` says in words where it was cut off. */
  readonly assess: (world: World, where: string) => Promise<void>
}): Promise<string[]> {
  const operations: string[] = []
  for (const moment of MOMENTS)
    for (let number = 1; ; number++) {
      const cut = aCut(moment)
      const world = await prepare(cut.around)
      cut.arm(number)
      const outcome = await act(world).catch((error: unknown) => error)
      const operation = cut.struck()
      if (operation === undefined) break
      if (moment === 'before') operations.push(operation)
      const where = `cut off ${moment} call ${number}, ${operation}`
      expect(outcome, where).toMatchObject({ name: 'AwsUnavailable' })
      await act(world)
      await assess(world, where)
    }
  return operations
}

function aCut(moment: (typeof MOMENTS)[number]) {
  let left = 0
  let struck: string | undefined
  const around: Around = async (call, operation) => {
    left -= 1
    if (left !== 0) return call()
    struck = operation
    if (moment === 'after') await call()
    throw refusal('InternalServerError', 'cut off', 500)
  }
  return {
    around,
    arm(number: number) {
      left = number
    },
    struck: () => struck,
  }
}
