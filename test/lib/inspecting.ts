/** A cluster whose things are as a test says, and nothing that could change one. */
import type { ClusterResources, Inspecting } from '../../lib/inspect-cluster.ts'
import type { Table } from '../../lib/registry/table.ts'
import type { Observed, Resource } from '../../lib/resource.ts'
import type { ResourceStep } from '../../lib/steps.ts'
import { STACK } from './resources/golem.ts'

/** What is observed of a step, or of a role by its name; as desired, unless it is here. May throw. */
export type Things = Map<string, Thing>
export type Thing = () => Observed<never> | Promise<Observed<never>>

export const DRIFTED: Observed<never> = {
  status: 'ready',
  outputs: undefined as never,
  differences: [{ field: 'Tags.team', desired: 'a', observed: undefined }],
}
const AS_DESIRED: Observed<never> = { ...DRIFTED, differences: [] }

export function inspectingOf(table: Table, things: Things): Inspecting {
  const resource = <Desired>(nameOf: (desired: Desired) => string): Resource<Desired, never> => ({
    observe: async (desired) => (await things.get(nameOf(desired))?.()) ?? AS_DESIRED,
    create: () => Promise.reject(new Error('nothing is to be made')),
    delete: () => Promise.reject(new Error('nothing is to be deleted')),
  })
  const step = (name: ResourceStep) => resource(() => name)
  const resources: ClusterResources = {
    bucket: step('bucket'),
    certificate: step('certificate'),
    distribution: step('distribution'),
    alias: step('alias'),
    'issuer-check': step('issuer-check'),
    provider: step('provider'),
  }
  const now = () => new Date('2026-01-31T12:30:00Z')
  return { table, stack: STACK, resources, roles: resource(({ roleName }) => roleName), now }
}
