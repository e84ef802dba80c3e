/** Any value of a shape, as fast-check draws it from the SDK's schema. */
import type { NormalizedSchema } from '@smithy/core/schema'
import fc from 'fast-check'
import { type Binding, bindingsOf } from '../../../local/wire/bindings.ts'
import { membersOf } from '../../../local/wire/shape.ts'

export interface Drawing {
  /** Members of the message that have a form of their own. */
  readonly forms: Readonly<Record<string, fc.Arbitrary<unknown>>>
  /** Members of the message that are left out. */
  readonly without: readonly string[]
  /** Query forms cannot say that a structure or map is there and empty. */
  readonly emptyIsAbsent: boolean
}

/** The whole input or output of an operation, its bound members within what paths and headers can hold. */
export function messageValue(shape: NormalizedSchema, drawing: Drawing): fc.Arbitrary<object> {
  if (shape.isUnitSchema()) return fc.constant({})
  const bindings = bindingsOf(shape).filter(({ name }) => !drawing.without.includes(name))
  return record(
    bindings.map((binding) => ({
      ...binding,
      // The client gives these a value if the caller does not.
      required:
        binding.required ||
        binding.schema.isIdempotencyToken() ||
        ['label', 'payload', 'status', 'prefix-headers'].includes(binding.place),
      value: drawing.forms[binding.name] ?? messageMember(binding, drawing),
    })),
  )
}

interface Drawn {
  readonly name: string
  readonly required: boolean
  readonly value: fc.Arbitrary<unknown>
}

function record(members: readonly Drawn[]): fc.Arbitrary<object> {
  return fc.record(Object.fromEntries(members.map(({ name, value }) => [name, value])), {
    requiredKeys: members.filter(({ required }) => required).map(({ name }) => name),
  })
}

/** `depth` ends shapes that hold themselves, as DynamoDB's values and EventBridge's trees do. */
function value(schema: NormalizedSchema, drawing: Drawing, depth: number): fc.Arbitrary<unknown> {
  if (schema.isUnionSchema()) return unionValue(schema, drawing, depth)
  if (schema.isStructSchema()) return structureValue(schema, drawing, depth)
  if (schema.isListSchema()) return listValue(schema, drawing, depth)
  if (schema.isMapSchema()) return mapValue(schema, drawing, depth)
  if (schema.isTimestampSchema())
    return schema.getSchema() === 6 ? wholeSeconds : fc.date({ ...dates, noInvalidDate: true })
  // Parsers turn line breaks of attributes into spaces.
  return simpleValue(schema, schema.getMergedTraits().xmlAttribute ? headerText : anyText)
}

function structureValue(schema: NormalizedSchema, drawing: Drawing, depth: number): fc.Arbitrary<unknown> {
  const members = membersOf(schema).filter(({ required }) => required || depth > 0)
  const drawn = record(
    members.map(({ name, schema: member, required }) => ({
      name,
      required: required || member.isIdempotencyToken(),
      value: value(member, drawing, depth - 1),
    })),
  )
  if (!drawing.emptyIsAbsent || members.length === 0) return drawn
  return drawn.filter((structure) => Object.keys(structure).length > 0)
}

function unionValue(schema: NormalizedSchema, drawing: Drawing, depth: number): fc.Arbitrary<unknown> {
  const members = membersOf(schema)
  const ends = members.filter(({ schema: member }) => !member.isStructSchema())
  const choices = depth > 0 || ends.length === 0 ? members : ends
  return fc.oneof(
    ...choices.map(({ name, schema: member }) =>
      value(member, drawing, depth - 1).map((chosen) => ({ [name]: chosen })),
    ),
  )
}

function listValue(schema: NormalizedSchema, drawing: Drawing, depth: number): fc.Arbitrary<unknown> {
  const item = schema.getValueSchema()
  if (depth <= 0 && isAggregate(item) && !isFlat(schema)) return fc.constant([])
  return fc.array(value(item, drawing, depth - 1), { minLength: isFlat(schema) ? 1 : 0, maxLength: 3 })
}

function mapValue(schema: NormalizedSchema, drawing: Drawing, depth: number): fc.Arbitrary<unknown> {
  const item = schema.getValueSchema()
  const minKeys = isFlat(schema) || drawing.emptyIsAbsent ? 1 : 0
  if (depth <= 0 && isAggregate(item) && minKeys === 0) return fc.constant({})
  return fc.dictionary(mapKey, value(item, drawing, depth - 1), {
    minKeys,
    maxKeys: 3,
    noNullPrototype: true,
  })
}

/** An empty one leaves no trace in XML. */
function isFlat(schema: NormalizedSchema): boolean {
  return schema.getMergedTraits().xmlFlattened === 1
}

function isAggregate(schema: NormalizedSchema): boolean {
  return schema.isStructSchema() || schema.isListSchema() || schema.isMapSchema()
}

function messageMember({ schema, place }: Binding, drawing: Drawing): fc.Arbitrary<unknown> {
  if (place === 'body' || place === 'payload') return value(schema, drawing, 3)
  if (place === 'status') return fc.constant(200)
  if (place === 'prefix-headers')
    return fc.dictionary(token, headerText, { minKeys: 1, maxKeys: 3, noNullPrototype: true })
  const text = place === 'header' ? headerText : place === 'label' ? labelText : anyText
  const one = (item: NormalizedSchema) => (item.isTimestampSchema() ? wholeSeconds : simpleValue(item, text))
  return schema.isListSchema()
    ? fc.array(one(schema.getValueSchema()), { minLength: 1, maxLength: 3 })
    : one(schema)
}

function simpleValue(schema: NormalizedSchema, text: fc.Arbitrary<string>): fc.Arbitrary<unknown> {
  if (schema.isBooleanSchema()) return fc.boolean()
  if (schema.isNumericSchema()) return fc.integer()
  if (schema.isBlobSchema()) return fc.uint8Array({ minLength: 1, maxLength: 20 })
  return text
}

const dates = { min: new Date('2000-01-01T00:00:00Z'), max: new Date('2100-01-01T00:00:00Z') }

const wholeSeconds = fc
  .date({ ...dates, noInvalidDate: true })
  .map((date) => new Date(Math.floor(date.getTime() / 1000) * 1000))

/** Anything printable, what XML, forms and JSON escape, and line breaks inside words. The SDK's reader drops text that is only white space with a line break. */
const anyText = fc
  .oneof(
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.string({ unit: fc.constantFrom(...'<>&"\'%+=;\\/ \t\r\n€😀'), maxLength: 12 }),
  )
  .map((text) => (text.trim() === '' && text.includes('\n') ? `${text}.` : text))

/** The SDK's clients lose an entry of this name: they assign it to a plain object. */
const mapKey = anyText.filter((key) => key !== '__proto__')

const token = fc.string({
  unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz0123456789-'),
  minLength: 1,
  maxLength: 8,
})

/** Visible ASCII, not at the ends a space: what a header can hold. */
const headerText = fc
  .string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 12 })
  .map((text) => text.trim() || 'x')

const labelText = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9:% ()+@é]{0,10}$/)
