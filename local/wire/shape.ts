/** Small readings and makings of the SDK's schemas that every protocol needs. */
import { NormalizedSchema } from '@smithy/core/schema'
import type { MemberRef } from './model.ts'

export interface Member {
  readonly name: string
  readonly schema: NormalizedSchema
  readonly required: boolean
}

/** Members of a structure, union or error; none for the unit shape. Required ones come first: the seventh element counts them. */
export function membersOf(shape: NormalizedSchema): readonly Member[] {
  const raw = shape.getSchema()
  const required = Array.isArray(raw) && typeof raw[6] === 'number' ? raw[6] : 0
  return [...shape.structIterator()].map(([name, schema], index) => ({
    name,
    schema,
    required: index < required,
  }))
}

/** A structure made here: wrappers that a protocol puts around shapes, or the part of a shape that is in the body. */
export function structure(
  name: string,
  members: readonly (readonly [name: string, schema: MemberRef])[],
): NormalizedSchema {
  return NormalizedSchema.of([
    3,
    'local',
    name,
    0,
    members.map(([member]) => member),
    members.map(([, schema]) => schema),
  ])
}

/** Whether a decoded value is a structure or map. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Date) &&
    !(value instanceof Uint8Array)
  )
}
