/** OpenAPI 3.1 of the routes, from the schemas that validate: https://spec.openapis.org/oas/v3.1.1.html */
import * as z from 'zod'
import { ERRORS, type ErrorName } from '../errors-by-name.ts'
import { eventSchemas } from '../events/names.ts'
import { problemSchema, statusOf } from './problem.ts'
import type { Published } from './route.ts'

export interface OpenApi {
  readonly openapi: string
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: {
    readonly schemas: Readonly<Record<string, object>>
    readonly securitySchemes: Readonly<Record<string, object>>
  }
}

export interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly description?: string
  readonly security: readonly object[]
  readonly parameters: readonly Parameter[]
  readonly requestBody?: { readonly required: boolean; readonly content: Content }
  readonly responses: Readonly<Record<string, Response>>
}

export interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required: boolean
  readonly description?: string
  readonly schema: object
}

interface Response {
  readonly description: string
  readonly headers?: Readonly<Record<string, object>>
  readonly content?: Content
}

type Content = Readonly<Record<string, { readonly schema: object }>>

const DESCRIPTION = `IAM roles for service accounts of self-managed Kubernetes clusters.

Errors are problem details (RFC 9457) whose type never changes. Only what API Gateway refuses itself looks otherwise, \`{"message": …}\`:
401 and 403 for who is nobody, 413, 429, 431 and 503.

The events on the bus are the schemas whose names begin with \`Event\`.`

export function openApiDocument(routes: readonly Published[]): OpenApi {
  const paths: Record<string, Record<string, Operation>> = {}
  for (const route of routes)
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(route) }
  return {
    openapi: '3.1.1',
    info: { title: 'irsa-provisioner', version: '1', description: DESCRIPTION },
    paths,
    components: { schemas: schemasOf(routes), securitySchemes: SECURITY_SCHEMES },
  }
}

const SECURITY_SCHEMES = {
  signature: {
    type: 'apiKey',
    in: 'header',
    name: 'Authorization',
    description: 'AWS Signature Version 4 for the service execute-api, unless the stack takes tokens.',
    'x-amazon-apigateway-authtype': 'awsSigv4',
  },
  token: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: "Of the stack's parameter jwtIssuer, if it takes tokens.",
  },
}

function operationOf(route: Published): Operation {
  const { operation, summary, description, access, body } = route
  return {
    operationId: operation,
    summary,
    ...(description !== undefined && { description }),
    security: access === 'open' ? [] : [{ signature: [] }, { token: [] }],
    parameters: [
      ...parametersIn('path', route.parameters),
      ...parametersIn('query', route.query),
      ...(route.versioned ? PRECONDITIONS : []),
    ],
    ...(body && {
      requestBody: {
        required: body.isOptional !== true,
        content: contentOf('application/json', body.name),
      },
    }),
    responses: { ...answersOf(route), ...problemsOf(route) },
  }
}

const PRECONDITIONS: readonly Parameter[] = [
  {
    name: 'If-Match',
    in: 'header',
    required: false,
    description: 'The ETag that it must still have.',
    schema: { type: 'string' },
  },
  {
    name: 'If-None-Match',
    in: 'header',
    required: false,
    description: 'There must be none yet.',
    schema: { type: 'string', const: '*' },
  },
]

function parametersIn(place: 'path' | 'query', schema: z.ZodObject): Parameter[] {
  const { properties = {}, required = [] } = jsonSchema(schema)
  return Object.entries(properties).map(([name, property]) => {
    const { description, ...rest } = typeof property === 'object' ? property : {}
    return {
      name,
      in: place,
      required: required.includes(name),
      ...(description !== undefined && { description }),
      schema: rest,
    }
  })
}

function answersOf({ answers, versioned }: Published): Record<string, Response> {
  const entries = Object.entries(answers).map(([status, { description, mediaType, content }]) => [
    status,
    {
      description,
      ...(versioned && status !== '204' && { headers: ETAG }),
      ...(content && { content: contentOf(mediaType ?? 'application/json', content.name) }),
    },
  ])
  return Object.fromEntries(entries)
}

const ETAG = { ETag: { description: 'Of this version, for If-Match.', schema: { type: 'string' } } }

/** Every error that is possible, under its status, with what to do about it. */
function problemsOf(route: Published): Record<string, Response> {
  const byStatus = new Map<number, string[]>()
  for (const name of new Set([...route.errors, ...commonErrors(route)])) {
    const kind = ERRORS.get(name)
    if (kind === undefined) continue
    const status = statusOf({ name, mendedBy: kind.mendedBy })
    byStatus.set(status, [...(byStatus.get(status) ?? []), `**${name}**: ${kind.remedy}`])
  }
  const content = contentOf('application/problem+json', 'Problem')
  const problems = [...byStatus].map(([status, kinds]) => [
    status,
    { description: kinds.join('\n\n'), content },
  ])
  const failed = { description: 'Something went wrong here.', content }
  return Object.fromEntries([...problems, ['500', failed]])
}

/** Every route refuses parameters that it does not know. */
function commonErrors({ access, body }: Published): ErrorName[] {
  return [
    'InvalidInput',
    ...(body === undefined ? [] : (['MediaTypeNotSupported', 'BodyTooLarge'] as const)),
    ...(access === 'open'
      ? []
      : (['NotPermitted', 'Throttled', 'AwsUnavailable', 'ConcurrentChange'] as const)),
  ]
}

function schemasOf(routes: readonly Published[]): Record<string, object> {
  const named = routes.flatMap(({ body, answers }) => [
    ...(body === undefined ? [] : [body]),
    ...Object.values(answers).flatMap(({ content }) => content ?? []),
  ])
  const events = Object.entries(eventSchemas()).map(([name, schema]) => [
    eventName(name),
    withoutDialect(schema),
  ])
  return Object.fromEntries([
    ...named.map(({ name, schema }) => [name, jsonSchema(schema)]),
    ['Problem', jsonSchema(problemSchema)],
    ...events,
  ])
}

/** `Cluster Created`: EventClusterCreated */
function eventName(detailType: string): string {
  return `Event${detailType.replaceAll(' ', '')}`
}

function contentOf(mediaType: string, name: string): Content {
  return { [mediaType]: { schema: { $ref: `#/components/schemas/${name}` } } }
}

/** As a sender writes it; answers have no defaults, so they look the same from both sides. */
function jsonSchema(schema: z.ZodType): z.core.JSONSchema.BaseSchema {
  return withoutDialect(z.toJSONSchema(schema, { io: 'input' }))
}

/** OpenAPI 3.1 has that dialect anyway. */
function withoutDialect({
  $schema: _,
  ...schema
}: z.core.JSONSchema.BaseSchema): z.core.JSONSchema.BaseSchema {
  return schema
}
