/** One resource of a plan: made, changed, replaced or left as it is. */
import { isDeepStrictEqual } from 'node:util'
import { createContext, type Deployer } from './context.ts'
import { reasonOf, validationError } from './errors.ts'
import { evaluate } from './intrinsics.ts'
import type { Entry, Journal } from './journal.ts'
import type { Plan, PlannedResource } from './plan.ts'
import type { ResourceType } from './resource-type.ts'
import type { Stack, StackResource } from './stack.ts'
import { isObject, type ValueObject } from './value.ts'

export interface Placing {
  readonly stack: Stack
  readonly plan: Plan
  readonly deployer: Deployer
  readonly journal: Journal
  /** What the stack had, by logical id. */
  readonly before: ReadonlyMap<string, StackResource>
  /** What it has of the plan so far. */
  readonly made: Map<string, StackResource>
  /** What a rollback takes back, the last one first. */
  readonly undo: Undo[]
}

export interface Undo {
  readonly logicalId: string
  readonly run: () => Promise<void>
}

/** Rejects with what the service answers; what was done until then is in `undo`. */
export async function placeResource(placing: Placing, planned: PlannedResource): Promise<void> {
  const { plan, journal, before, made } = placing
  const existing = before.get(planned.logicalId)
  try {
    const properties = propertiesOf(planned, plan, made)
    planned.type.check(properties)
    const placed = await place(placing, planned, properties, existing)
    made.set(planned.logicalId, placed)
  } catch (error) {
    const known = placing.stack.resources.get(planned.logicalId) ?? emptyEntry(planned, {})
    const status = existing === undefined ? 'CREATE_FAILED' : 'UPDATE_FAILED'
    journal.resource(known, status, reasonOf(error))
    throw error
  }
}

function propertiesOf(
  { declaration }: PlannedResource,
  plan: Plan,
  made: ReadonlyMap<string, StackResource>,
): ValueObject {
  const properties = evaluate(declaration.Properties, plan.scope(made)) ?? {}
  if (isObject(properties)) return properties
  throw validationError('Properties must be an object')
}

async function place(
  placing: Placing,
  planned: PlannedResource,
  properties: ValueObject,
  existing: StackResource | undefined,
): Promise<StackResource> {
  if (existing === undefined) return create(placing, planned, properties)
  if (existing.type !== planned.declaration.Type)
    throw validationError(
      `Update of resource type is not permitted. The new template modifies resource type of the following resources: [${planned.logicalId}]`,
    )
  if (isDeepStrictEqual(existing.properties, properties))
    return { ...existing, retained: retainedOf(planned) }
  const changed = changedProperties(existing.properties, properties)
  if (!isReplaced(planned.type, changed)) return change(placing, planned, properties, existing)
  const { nameProperty } = planned.type
  if (nameProperty !== undefined && properties[nameProperty] !== undefined && !changed.includes(nameProperty))
    throw validationError(
      `CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename ${String(properties[nameProperty])} and update the stack again.`,
    )
  return create(placing, planned, properties)
}

function isReplaced({ updatable, replacedBy }: ResourceType, changed: readonly string[]): boolean {
  return !updatable || changed.some((name) => replacedBy.includes(name))
}

function changedProperties(before: ValueObject, after: ValueObject): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...names].filter((name) => !isDeepStrictEqual(before[name], after[name]))
}

async function create(
  { stack, deployer, journal, undo, before }: Placing,
  planned: PlannedResource,
  properties: ValueObject,
): Promise<StackResource> {
  const { logicalId, type } = planned
  const verb = before.has(logicalId) ? 'UPDATE' : 'CREATE'
  const empty = emptyEntry(planned, properties)
  let claimed: string | undefined
  const context = createContext(deployer, stack, logicalId, (physicalId) => {
    claimed ??= physicalId
    journal.resource({ ...empty, physicalId }, `${verb}_IN_PROGRESS`, 'Resource creation Initiated')
  })
  const remove = (physicalId: string, attributes: Entry['attributes']) => async () => {
    const gone = { ...empty, physicalId, attributes }
    journal.resource(gone, 'DELETE_IN_PROGRESS')
    await type.delete({ physicalId, attributes, before: properties }, context)
    journal.resource(gone, 'DELETE_COMPLETE')
  }
  journal.resource(empty, `${verb}_IN_PROGRESS`)
  try {
    const { physicalId, attributes } = await type.create(properties, context)
    undo.push({ logicalId, run: remove(physicalId, attributes) })
    return journal.resource({ ...empty, physicalId, attributes }, `${verb}_COMPLETE`)
  } catch (error) {
    if (claimed !== undefined) undo.push({ logicalId, run: remove(claimed, {}) })
    throw error
  }
}

async function change(
  { stack, deployer, journal, undo }: Placing,
  planned: PlannedResource,
  properties: ValueObject,
  existing: StackResource,
): Promise<StackResource> {
  const { logicalId, type } = planned
  const { physicalId, attributes } = existing
  const context = createContext(deployer, stack, logicalId, () => undefined)
  undo.push({
    logicalId,
    async run() {
      journal.resource(existing, 'UPDATE_IN_PROGRESS')
      const back = { physicalId, attributes, before: properties, after: existing.properties }
      journal.resource(
        { ...existing, attributes: { ...attributes, ...(await type.update(back, context)) } },
        'UPDATE_COMPLETE',
      )
    },
  })
  journal.resource(existing, 'UPDATE_IN_PROGRESS')
  const changed = { physicalId, attributes, before: existing.properties, after: properties }
  const after = await type.update(changed, context)
  const entry = { ...emptyEntry(planned, properties), physicalId, attributes: { ...attributes, ...after } }
  return journal.resource(entry, 'UPDATE_COMPLETE')
}

function emptyEntry(planned: PlannedResource, properties: ValueObject): Entry {
  const { logicalId, declaration } = planned
  return {
    logicalId,
    type: declaration.Type,
    physicalId: '',
    attributes: {},
    properties,
    retained: retainedOf(planned),
  }
}

function retainedOf({ declaration }: PlannedResource): Entry['retained'] {
  return {
    onDeletion: declaration.DeletionPolicy !== 'Delete',
    onReplacement: declaration.UpdateReplacePolicy !== 'Delete',
  }
}
