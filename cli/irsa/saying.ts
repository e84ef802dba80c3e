/** How commands speak for a cluster, and wait for an answer. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Saying } from '../../lib/ops/speak.ts'
import type { DeployedStack } from '../deployed-stack.ts'

export function sayingIn(deployed: DeployedStack): Saying {
  return { ...deployed, pause: () => delay(1000) }
}
