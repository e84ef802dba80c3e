/**
 * Templates: their sections after CloudFormation's rules for them.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
 */
import * as z from 'zod'
import { validationError } from './errors.ts'
import { readText } from './text.ts'
import { firstNonValue, type Value } from './value.ts'

export interface Template {
  /** As it was given. */
  readonly body: string
  readonly version: string | undefined
  readonly description: string | undefined
  readonly metadata: Value | undefined
  readonly parameters: Readonly<Record<string, ParameterDeclaration>>
  readonly mappings: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, Value>>>>>>
  readonly conditions: Readonly<Record<string, Value>>
  readonly resources: Readonly<Record<string, ResourceDeclaration>>
  readonly outputs: Readonly<Record<string, OutputDeclaration>>
}

export type ParameterDeclaration = z.infer<typeof parameterDeclaration>
export type ResourceDeclaration = z.infer<typeof resourceDeclaration>
export type OutputDeclaration = z.infer<typeof outputDeclaration>

/** From JSON or YAML. Throws AwsError (ValidationError). */
export function parseTemplate(body: string): Template {
  if (Buffer.byteLength(body) > MOST_BYTES)
    throw validationError(`Template may not exceed ${MOST_BYTES} bytes in size.`)
  const read = readText(body)
  const notValue = firstNonValue(read)
  if (notValue !== undefined) throw formatError(`[${notValue}] 'null' values are not allowed in templates`)
  const { success, data, error } = template.safeParse(read)
  if (!success) throw formatError(z.prettifyError(error).replaceAll('\n', ' '))
  checkSizes(data)
  const ids = [...Object.keys(data.Resources), ...Object.keys(data.Parameters)]
  const odd = ids.find((id) => !/^[a-zA-Z0-9]+$/.test(id))
  if (odd !== undefined) throw formatError(`The logical id ${odd} is non alphanumeric.`)
  return {
    body,
    version: data.AWSTemplateFormatVersion,
    description: data.Description,
    metadata: data.Metadata,
    parameters: data.Parameters,
    mappings: data.Mappings,
    conditions: data.Conditions,
    resources: data.Resources,
    outputs: data.Outputs,
  }
}

// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
const MOST_BYTES = 1_000_000
const MOST = { Resources: 500, Parameters: 200, Outputs: 200, Mappings: 200 } as const

function checkSizes(data: Readonly<Record<keyof typeof MOST, object>>): void {
  for (const section of ['Resources', 'Parameters', 'Outputs', 'Mappings'] as const) {
    const count = Object.keys(data[section]).length
    if (count > MOST[section])
      throw formatError(
        `Number of ${section.toLowerCase()}, ${count}, is greater than maximum allowed, ${MOST[section]}`,
      )
  }
}

function formatError(message: string) {
  return validationError(`Template format error: ${message}`)
}

// Already known to be one.
const value = z.custom<Value>()
const numberLike = z.union([z.number(), z.string().regex(/^-?\d+(\.\d+)?$/)]).transform(Number)
const flagLike = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')])
const textLike = z.union([z.string(), z.number(), z.boolean()]).transform(String)

// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
const parameterDeclaration = z.strictObject({
  Type: z.string(),
  Default: textLike.optional(),
  AllowedValues: z.array(textLike).optional(),
  AllowedPattern: z.string().optional(),
  ConstraintDescription: z.string().optional(),
  Description: z.string().optional(),
  MinLength: numberLike.optional(),
  MaxLength: numberLike.optional(),
  MinValue: numberLike.optional(),
  MaxValue: numberLike.optional(),
  NoEcho: flagLike.optional(),
})

const policies = z.enum(['Delete', 'Retain', 'RetainExceptOnCreate'])

// Without CreationPolicy and UpdatePolicy, which no type of local mode has.
const resourceDeclaration = z.strictObject({
  Type: z.string(),
  Properties: z.record(z.string(), value).default({}),
  DependsOn: z.union([z.string().transform((one) => [one]), z.array(z.string())]).default([]),
  Condition: z.string().optional(),
  DeletionPolicy: policies.default('Delete'),
  UpdateReplacePolicy: z.enum(['Delete', 'Retain']).default('Delete'),
  Metadata: value.optional(),
})

const outputDeclaration = z.strictObject({
  Value: value,
  Description: z.string().optional(),
  Condition: z.string().optional(),
  Export: z.strictObject({ Name: value }).optional(),
})

const mapping = z.record(z.string(), z.record(z.string(), value))

const template = z.strictObject({
  AWSTemplateFormatVersion: z.literal('2010-09-09').optional(),
  Description: z.string().optional(),
  Metadata: value.optional(),
  Parameters: z.record(z.string(), parameterDeclaration).default({}),
  Mappings: z.record(z.string(), mapping).default({}),
  Conditions: z.record(z.string(), value).default({}),
  Resources: z
    .record(z.string(), resourceDeclaration)
    .refine(
      (resources) => Object.keys(resources).length > 0,
      'At least one Resources member must be defined.',
    ),
  Outputs: z.record(z.string(), outputDeclaration).default({}),
})
