/** A world for the test of one service: a clock that stands still, AWS's quotas, and nothing else unless given. */
import { vi } from 'vitest'
import { createQuotas } from '../../local/quotas.ts'
import type { World } from '../../local/world.ts'
import { manualClock } from './states/manual-clock.ts'

export function testWorld(parts: Partial<World> = {}): World {
  return {
    clock: manualClock(),
    quotas: createQuotas(),
    endpoint: () => 'http://127.0.0.1:4566',
    account: '000000000000',
    organization: undefined,
    dispatch: async (service, operation) => {
      throw new Error(`this world has no ${service} ${operation}`)
    },
    iam: () => notHere('IAM'),
    sts: () => notHere('STS'),
    edge: () => notHere('edge'),
    dns: () => notHere('DNS'),
    streams: () => notHere('streams'),
    metrics: () => ({ put: () => undefined, putEmbedded: () => undefined, sample: () => undefined }),
    gateway: () => notHere('gateway'),
    ...parts,
  }
}

function notHere(what: string): never {
  throw new Error(`this world has no ${what}`)
}

/** From now on, what the services of the world measure: `ExecutionsFailed 1`. Lines of logs stand as they are. */
export function measuredIn(world: World): string[] {
  const measured: string[] = []
  vi.spyOn(world, 'metrics').mockReturnValue({
    put: ({ name, values }) => void measured.push(`${name} ${values.join()}`),
    putEmbedded: (line) => void measured.push(line),
    sample: () => undefined,
  })
  return measured
}
