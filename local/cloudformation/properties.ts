/** Kinds of properties. CloudFormation takes "60" for 60 and "true" for true, and the other way round. */
import * as z from 'zod'
import type { Value, ValueObject } from './value.ts'

export const text = z.union([z.string(), z.number(), z.boolean()], 'expected type: String').transform(String)

export const integer = z
  .union([z.int(), z.string().regex(/^-?\d+$/, 'expected type: Integer')], 'expected type: Integer')
  .transform(Number)

export const flag = z.union(
  [z.boolean(), z.stringbool({ truthy: ['true'], falsy: ['false'] })],
  'expected type: Boolean',
)

export const number = z
  .union([z.number(), z.string().regex(/^-?\d+(\.\d+)?$/, 'expected type: Number')], 'expected type: Number')
  .transform(Number)

/** A policy or a pattern as an object, or its JSON. */
export const document = z
  .union([z.custom<ValueObject>(isObject), z.string()], 'expected type: Json')
  .transform((given) => (typeof given === 'string' ? given : JSON.stringify(given)))

export const tags = z.array(z.strictObject({ Key: text, Value: text }))

export type TagList = z.infer<typeof tags>

function isObject(given: unknown): given is Readonly<Record<string, Value>> {
  return typeof given === 'object' && given !== null && !Array.isArray(given)
}
