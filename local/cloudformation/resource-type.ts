/** What a type of resource is: its properties, and how the services' own APIs make, change and delete it. */
import type * as z from 'zod'
import type { World } from '../world.ts'
import type { ValueObject } from './value.ts'

/** What a resource is made with. */
export interface Context {
  readonly world: World
  readonly account: string
  readonly region: string
  readonly stackName: string
  readonly logicalId: string
  /** One operation, as who deploys; waits and asks again while the service throttles. */
  readonly request: <Output = unknown>(service: string, operation: string, input: object) => Promise<Output>
  /** The package that a function's code names. */
  readonly code: (location: CodeLocation) => Promise<Uint8Array>
  /** `<stack>-<logical id>-<random>` of at most `length` characters, as CloudFormation names what has no name. */
  readonly generateName: (length: number) => string
  /** Says that the resource exists although `create` goes on: from here on a rollback deletes it. */
  readonly claim: (physicalId: string) => void
}

export interface CodeLocation {
  readonly bucket: string
  readonly key: string
}

export interface Made {
  /** What Ref answers. */
  readonly physicalId: string
  /** What Fn::GetAtt answers. */
  readonly attributes: Attributes
}

export type Attributes = Readonly<Record<string, string>>

export interface Change<Properties> {
  readonly physicalId: string
  readonly attributes: Attributes
  readonly before: Properties
  readonly after: Properties
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html */
export interface Definition<Properties extends object> {
  readonly properties: z.ZodObject & z.ZodType<Properties>
  /** All that Fn::GetAtt may name. */
  readonly attributes: readonly string[]
  readonly create: (properties: Properties, context: Context) => Promise<Made>
  /** Changes the resource in place and answers its attributes. Without it every change replaces. */
  readonly update?: (change: Change<Properties>, context: Context) => Promise<Attributes>
  /** Properties whose change replaces the resource. */
  readonly replacedBy?: readonly (keyof Properties & string)[]
  /** The property that names it: a replacement could not have the same. */
  readonly nameProperty?: keyof Properties & string
  /** What is gone already is no error. */
  readonly delete: (gone: Omit<Change<Properties>, 'after'>, context: Context) => Promise<void>
}

/** A definition whose properties are still to be parsed. */
export interface ResourceType {
  readonly attributes: readonly string[]
  readonly propertyNames: readonly string[]
  readonly updatable: boolean
  readonly replacedBy: readonly string[]
  readonly nameProperty: string | undefined
  /** Throws PropertiesInvalid. */
  readonly check: (properties: ValueObject) => void
  readonly create: (properties: ValueObject, context: Context) => Promise<Made>
  readonly update: (change: Change<ValueObject>, context: Context) => Promise<Attributes>
  readonly delete: (gone: Omit<Change<ValueObject>, 'after'>, context: Context) => Promise<void>
}

export function resourceType<Properties extends object>(definition: Definition<Properties>): ResourceType {
  const parse = (properties: ValueObject) => parseProperties(definition.properties, properties)
  const { update, replacedBy = [], nameProperty } = definition
  return {
    attributes: definition.attributes,
    propertyNames: Object.keys(definition.properties.shape),
    updatable: update !== undefined,
    replacedBy,
    nameProperty,
    check: parse,
    create: async (properties, context) => definition.create(parse(properties), context),
    async update({ before, after, ...rest }, context) {
      if (update === undefined) throw new RangeError('this type is not changed in place')
      return update({ ...rest, before: parse(before), after: parse(after) }, context)
    },
    delete: async ({ before, ...rest }, context) =>
      definition.delete({ ...rest, before: parse(before) }, context),
  }
}

function parseProperties<Properties>(schema: z.ZodType<Properties>, properties: ValueObject): Properties {
  const { success, data, error } = schema.safeParse(properties)
  if (success) return data
  const problems = error.issues.map(({ path, message }) => `#/${path.map(String).join('/')}: ${message}`)
  throw new PropertiesInvalid(`Properties validation failed: ${problems.join('; ')}`)
}

/** The template gives a property that the type does not have, or of another kind, or lacks a required one. */
export class PropertiesInvalid extends Error {
  override readonly name = 'PropertiesInvalid'
}
