/**
 * Step Functions of the embedded AWS: Standard workflows in JSONPath with Lambda tasks, their history and redrive.
 * What AWS runs besides is refused when a machine is made.
 */
import type { Service } from '../service.ts'
import type { World } from '../world.ts'
import { absentOperations } from './absent.ts'
import { checkedDefinitions } from './checked-definitions.ts'
import { executionOperations } from './execution-operations.ts'
import { historyOperations } from './history-operations.ts'
import { machineOperations } from './machine-operations.ts'
import { tagOperations } from './machine-tags.ts'
import type { Store } from './store.ts'
import { validationOperations } from './validation-operations.ts'
import { versionOperations } from './versions.ts'

/** The directory: see `checkedDefinitions`. */
export function createStates(world: World, directory?: string): { readonly service: Service } {
  const store = { machines: new Map(), executions: new Map(), checked: checkedDefinitions(directory) }
  return { service: statesService(store, world) }
}

export function statesService(store: Store, world: World): Service {
  const operations = {
    ...machineOperations(store, world),
    ...versionOperations(store, world),
    ...tagOperations(store),
    ...validationOperations(store),
    ...executionOperations(store, world),
    ...historyOperations(store),
    ...absentOperations(store),
  }
  return { name: 'states', operations }
}
