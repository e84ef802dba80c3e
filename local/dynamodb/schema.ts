/** Keys and indexes of a table, as CreateTable gives them. */
import * as z from 'zod'

const keySchema = z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }))

const throughput = z.object({ ReadCapacityUnits: z.number(), WriteCapacityUnits: z.number() })

const index = z.object({
  IndexName: z.string(),
  KeySchema: keySchema,
  Projection: z.object({
    ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']),
    NonKeyAttributes: z.array(z.string()).exactOptional(),
  }),
})

const globalIndex = index.extend({ ProvisionedThroughput: throughput.exactOptional() })

const schema = z.object({
  TableName: z.string(),
  AttributeDefinitions: z.array(
    z.object({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) }),
  ),
  KeySchema: keySchema,
  LocalSecondaryIndexes: z.array(index).exactOptional(),
  GlobalSecondaryIndexes: z.array(globalIndex).exactOptional(),
})

export type KeySchema = z.infer<typeof keySchema>
export type Throughput = z.infer<typeof throughput>
export type GlobalIndex = z.infer<typeof globalIndex>
export type Schema = z.infer<typeof schema>

/** Of a CreateTable that dynalite has checked, with what else is in it left out. */
export function parseSchema(request: object): Schema {
  return schema.parse(request)
}
