/** AWS::ApiGatewayV2::*, of HTTP APIs. */
import * as z from 'zod'
import { unlessGone } from '../gone.ts'
import { flag, integer, number, text } from '../properties.ts'
import { type Attributes, type Change, type Context, resourceType } from '../resource-type.ts'

/** Unlike other services', a map. */
const tags = z.record(z.string(), text)

const api = z.strictObject({
  Name: text,
  Description: text.optional(),
  ProtocolType: text,
  Tags: tags.optional(),
})

export const apigatewayv2Api = resourceType<z.infer<typeof api>>({
  properties: api,
  attributes: ['ApiEndpoint', 'ApiId'],
  replacedBy: ['ProtocolType', 'Tags'],
  async create(given, { request }) {
    const made = await request<Answer>('apigateway', 'CreateApi', given)
    return { physicalId: made.ApiId, attributes: apiAttributes(made) }
  },
  async update({ physicalId: ApiId, after: { Tags: _, ProtocolType: __, ...after } }, { request }) {
    return apiAttributes(await request<Answer>('apigateway', 'UpdateApi', { ...after, ApiId }))
  },
  delete: ({ physicalId: ApiId }, { request }) => gone(() => request('apigateway', 'DeleteApi', { ApiId })),
})

interface Answer {
  readonly ApiId: string
  readonly ApiEndpoint: string
}

function apiAttributes({ ApiId, ApiEndpoint }: Answer): Attributes {
  return { ApiId, ApiEndpoint }
}

export const apigatewayv2Authorizer = partType('Authorizer', {
  ApiId: text,
  Name: text,
  AuthorizerType: text,
  IdentitySource: z.array(text),
  JwtConfiguration: z.strictObject({ Audience: z.array(text), Issuer: text }).optional(),
})

export const apigatewayv2Integration = partType('Integration', {
  ApiId: text,
  IntegrationType: text,
  IntegrationUri: text,
  PayloadFormatVersion: text,
  TimeoutInMillis: integer.optional(),
})

export const apigatewayv2Route = partType('Route', {
  ApiId: text,
  RouteKey: text,
  Target: text.optional(),
  AuthorizationType: text.optional(),
  AuthorizerId: text.optional(),
})

export const apigatewayv2Stage = partType('Stage', {
  ApiId: text,
  StageName: text,
  AutoDeploy: flag.optional(),
  DefaultRouteSettings: z
    .strictObject({
      DetailedMetricsEnabled: flag.optional(),
      ThrottlingBurstLimit: integer.optional(),
      ThrottlingRateLimit: number.optional(),
    })
    .optional(),
  AccessLogSettings: z.strictObject({ DestinationArn: text, Format: text }).optional(),
  Tags: tags.optional(),
})

type Noun = 'Authorizer' | 'Integration' | 'Route' | 'Stage'

/** Ref answers the id; a stage has its name for one. */
function partType<Shape extends z.ZodRawShape & { readonly ApiId: typeof text }>(noun: Noun, shape: Shape) {
  const properties = z.strictObject(shape) as z.ZodObject & z.ZodType<Properties>
  const idMember = noun === 'Stage' ? 'StageName' : `${noun}Id`
  const place = ({ physicalId, before }: Pick<Change<Properties>, 'physicalId' | 'before'>) => ({
    ApiId: before.ApiId,
    [idMember]: physicalId,
  })
  return resourceType<Properties>({
    properties,
    attributes: noun === 'Stage' ? [] : [idMember],
    replacedBy: noun === 'Stage' ? ['ApiId', 'StageName', 'Tags'] : ['ApiId'],
    async create(given, context) {
      const physicalId = await create(given, context)
      return { physicalId, attributes: noun === 'Stage' ? {} : { [idMember]: physicalId } }
    },
    async update(change, { request }) {
      const { Tags: _, ...after } = change.after
      await request('apigateway', `Update${noun}`, { ...after, ...place(change) })
      return change.attributes
    },
    delete: (removed, { request }) => gone(() => request('apigateway', `Delete${noun}`, place(removed))),
  })

  async function create(given: Properties, { request }: Context): Promise<string> {
    const made = await request<Readonly<Record<string, string>>>('apigateway', `Create${noun}`, given)
    return made[idMember] ?? ''
  }
}

interface Properties {
  readonly ApiId: string
  readonly [member: string]: unknown
}

function gone(remove: () => Promise<unknown>): Promise<void> {
  return unlessGone(['NotFoundException'], remove)
}
