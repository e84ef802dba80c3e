/** The order in which resources are made. */
import { validationError } from './errors.ts'

/**
 * Ids with all that they need before them, otherwise in the order of `needs`.
 * Throws AwsError (ValidationError) when some need each other.
 */
export function inOrder(needs: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] {
  const ordered = new Set<string>()
  const open = new Set<string>()
  function place(id: string): void {
    if (ordered.has(id)) return
    if (open.has(id)) {
      const cycle = [...open].slice([...open].indexOf(id))
      throw validationError(`Circular dependency between resources: [${cycle.join(', ')}]`)
    }
    open.add(id)
    for (const needed of needs.get(id) ?? []) place(needed)
    open.delete(id)
    ordered.add(id)
  }
  for (const id of needs.keys()) place(id)
  return [...ordered]
}
