/** Resources that go: with their stack, out of its template, or because another took their place. */
import { createContext, type Deployer } from './context.ts'
import { reasonOf } from './errors.ts'
import type { Journal } from './journal.ts'
import type { Stack, StackResource } from './stack.ts'
import { typeNamed } from './types/index.ts'

export interface Removal {
  readonly stack: Stack
  readonly deployer: Deployer
  readonly journal: Journal
}

/** Answers the logical ids of what could not be deleted, with the reason: the others go nevertheless. */
export async function removeResources(
  removal: Removal,
  resources: readonly StackResource[],
  isRetained: (resource: StackResource) => boolean,
): Promise<readonly string[]> {
  const leftBehind: string[] = []
  for (const resource of resources) {
    if (isRetained(resource)) {
      removal.journal.resource(resource, 'DELETE_SKIPPED')
      continue
    }
    const reason = await remove(removal, resource)
    if (reason !== undefined) leftBehind.push(`${resource.logicalId} (${reason})`)
  }
  return leftBehind
}

async function remove(
  { stack, deployer, journal }: Removal,
  resource: StackResource,
): Promise<string | undefined> {
  const { logicalId, type, physicalId, attributes, properties } = resource
  const context = createContext(deployer, stack, logicalId, () => undefined)
  journal.resource(resource, 'DELETE_IN_PROGRESS')
  try {
    await typeNamed(type)?.delete({ physicalId, attributes, before: properties }, context)
    journal.resource(resource, 'DELETE_COMPLETE')
    return undefined
  } catch (error) {
    journal.resource(resource, 'DELETE_FAILED', reasonOf(error))
    return reasonOf(error)
  }
}
