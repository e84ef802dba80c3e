/** AWS::SSM::*. */
import * as z from 'zod'
import { text } from '../properties.ts'
import { recordType } from './record.ts'

// CloudFormation makes no SecureString.
const parameter = z.strictObject({
  Name: text.optional(),
  Type: z.enum(['String', 'StringList']),
  Value: text,
  Description: text.optional(),
  AllowedPattern: text.optional(),
  DataType: text.optional(),
  Policies: text.optional(),
  Tier: z.enum(['Standard', 'Advanced', 'Intelligent-Tiering']).optional(),
  // A map here, unlike everywhere else.
  Tags: z.record(z.string(), text).optional(),
})

export const ssmParameter = recordType<z.infer<typeof parameter>>({
  properties: parameter,
  attributes: ['Type', 'Value'],
  replacedBy: ['Name'],
  nameProperty: 'Name',
  physicalId: ({ Name }, { generateName }) => Name ?? `CFN-${generateName(1000)}`,
  attributesOf: (_, { Type, Value }) => ({ Type, Value }),
})
