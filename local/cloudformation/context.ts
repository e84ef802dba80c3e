/** How a deployment reaches the services: as whoever deploys, and patiently. */
import { randomUUID } from 'node:crypto'
import { AwsError } from '../errors.ts'
import type { Principal } from '../service.ts'
import type { World } from '../world.ts'
import { generateName } from './names.ts'
import type { CodeLocation, Context } from './resource-type.ts'
import type { Stack } from './stack.ts'

export interface Deployer {
  readonly world: World
  readonly principal: Principal
  readonly code: (location: CodeLocation) => Promise<Uint8Array>
}

export function createContext(
  { world, principal, code }: Deployer,
  { account, region, name: stackName }: Stack,
  logicalId: string,
  claim: (physicalId: string) => void,
): Context {
  return {
    world,
    account,
    region,
    stackName,
    logicalId,
    code,
    claim,
    generateName: (length) => generateName(stackName, logicalId, length),
    request: (service, operation, input) => request(world, principal, region, service, operation, input),
  }
}

// A service's bucket refills within seconds; this waits a minute and more in all.
const MOST_ATTEMPTS = 7

async function request<Output>(
  world: World,
  principal: Principal,
  region: string,
  service: string,
  operation: string,
  input: object,
): Promise<Output> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await world.dispatch<Output>(service, operation, input, {
        principal,
        region,
        requestId: randomUUID(),
      })
    } catch (error) {
      if (!isThrottling(error) || attempt === MOST_ATTEMPTS) throw error
      await world.clock.wait(1000 * 2 ** (attempt - 1))
    }
  }
}

function isThrottling(error: unknown): boolean {
  return error instanceof AwsError && THROTTLING.has(error.code)
}

const THROTTLING: ReadonlySet<string> = new Set([
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
  'RequestThrottled',
  'SlowDown',
])
