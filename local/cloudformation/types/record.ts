/** Types that local mode keeps as records only: their properties are checked, Ref and Fn::GetAtt answer, nothing runs. */
import type * as z from 'zod'
import { type Attributes, type Context, type ResourceType, resourceType } from '../resource-type.ts'

interface RecordDefinition<Properties extends object> {
  readonly properties: z.ZodObject & z.ZodType<Properties>
  readonly attributes: readonly string[]
  readonly replacedBy?: readonly (keyof Properties & string)[]
  readonly nameProperty?: keyof Properties & string
  readonly physicalId: (properties: Properties, context: Context) => string
  readonly attributesOf?: (physicalId: string, properties: Properties, context: Context) => Attributes
}

export function recordType<Properties extends object>(
  definition: RecordDefinition<Properties>,
): ResourceType {
  const { physicalId, attributesOf = () => ({}), ...rest } = definition
  return resourceType<Properties>({
    ...rest,
    async create(properties, context) {
      const id = physicalId(properties, context)
      return { physicalId: id, attributes: attributesOf(id, properties, context) }
    },
    update: async (change, context) => attributesOf(change.physicalId, change.after, context),
    delete: async () => undefined,
  })
}
