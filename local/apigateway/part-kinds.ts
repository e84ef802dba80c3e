/** The parts of an HTTP API as Serverless Framework declares them; of everything else that AWS has, nothing. */
import * as z from 'zod'
import { isArn, parseArn } from '../arn.ts'
import { AwsError } from '../errors.ts'
import type { World } from '../world.ts'
import {
  type Api,
  type Authorizer,
  badRequest,
  type Integration,
  newId,
  type Route,
  type Stage,
} from './api.ts'
import type { PartKind } from './parts.ts'

const text = z.string().min(1)

const authorizerSettings = z.strictObject({
  Name: text.max(128),
  AuthorizerType: z.literal('JWT'),
  IdentitySource: z.tuple([z.literal('$request.header.Authorization')]),
  JwtConfiguration: z.strictObject({ Audience: z.array(text).min(1), Issuer: text }),
})

export const authorizerKind: PartKind<z.output<typeof authorizerSettings>, Authorizer> = {
  noun: 'Authorizer',
  idMember: 'AuthorizerId',
  settings: authorizerSettings,
  partsOf: ({ authorizers }) => authorizers,
  idOf: ({ AuthorizerId }) => AuthorizerId,
  make(settings, _, existing) {
    if (
      !URL.canParse(settings.JwtConfiguration.Issuer) ||
      !settings.JwtConfiguration.Issuer.startsWith('https://')
    )
      throw badRequest(
        `Caught exception when connecting to ${settings.JwtConfiguration.Issuer}/.well-known/openid-configuration. Please try again later.`,
      )
    return { ...settings, AuthorizerId: existing?.AuthorizerId ?? newId() }
  },
}

const integrationSettings = z.strictObject({
  IntegrationType: z.literal('AWS_PROXY'),
  IntegrationUri: text,
  PayloadFormatVersion: z.literal('2.0'),
  // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
  TimeoutInMillis: z.int().min(50).max(30_000).default(30_000),
})

export const integrationKind: PartKind<z.output<typeof integrationSettings>, Integration> = {
  noun: 'Integration',
  idMember: 'IntegrationId',
  settings: integrationSettings,
  partsOf: ({ integrations }) => integrations,
  idOf: ({ IntegrationId }) => IntegrationId,
  make(settings, _, existing) {
    const { IntegrationUri } = settings
    if (!isArn(IntegrationUri) || parseArn(IntegrationUri).service !== 'lambda')
      throw badRequest('Invalid function ARN or invalid uri')
    return { ...settings, IntegrationId: existing?.IntegrationId ?? newId() }
  },
}

const routeSettings = z.strictObject({
  // Without a greedy variable, `{proxy+}`.
  RouteKey: z
    .string()
    .regex(
      /^(\$default|(ANY|DELETE|GET|HEAD|OPTIONS|PATCH|POST|PUT) \/([^{}\s/]+|\{\w+\})?(\/([^{}\s/]+|\{\w+\}))*)$/,
    ),
  Target: z.string().regex(/^integrations\/[a-z0-9]+$/),
  AuthorizationType: z.enum(['NONE', 'AWS_IAM', 'JWT']).default('NONE'),
  AuthorizerId: text.optional(),
})

export const routeKind: PartKind<z.output<typeof routeSettings>, Route> = {
  noun: 'Route',
  idMember: 'RouteId',
  settings: routeSettings,
  partsOf: ({ routes }) => routes,
  idOf: ({ RouteId }) => RouteId,
  make(settings, api, existing) {
    const { RouteKey, Target, AuthorizationType, AuthorizerId } = settings
    for (const other of api.routes.values())
      if (other.RouteKey === RouteKey && other.RouteId !== existing?.RouteId)
        throw new AwsError('ConflictException', `Route with key ${RouteKey} already exists for this API`, 409)
    if (!api.integrations.has(Target.replace('integrations/', '')))
      throw badRequest(`Invalid target ${Target} specified for route`)
    if ((AuthorizationType === 'JWT') !== (AuthorizerId !== undefined))
      throw badRequest('AuthorizerId is for JWT authorization, which needs it')
    if (AuthorizerId !== undefined && !api.authorizers.has(AuthorizerId))
      throw badRequest(`Invalid authorizer ${AuthorizerId} specified for route`)
    return { ...settings, RouteId: existing?.RouteId ?? newId() }
  },
}

const limit = z.number().min(0)

const stageSettings = z.strictObject({
  StageName: z.literal('$default'),
  AutoDeploy: z.literal(true),
  DefaultRouteSettings: z
    .strictObject({
      DetailedMetricsEnabled: z.boolean().optional(),
      ThrottlingBurstLimit: z.int().min(0).optional(),
      ThrottlingRateLimit: limit.optional(),
    })
    .default({}),
  AccessLogSettings: z.strictObject({ DestinationArn: text, Format: text }).optional(),
  Tags: z.record(z.string(), z.string()).optional(),
})

export function stageKind({ clock }: World): PartKind<z.output<typeof stageSettings>, Stage> {
  return {
    noun: 'Stage',
    idMember: 'StageName',
    settings: stageSettings,
    partsOf: (api: Api) => api.stages,
    idOf: ({ StageName }) => StageName,
    make: (settings, _, existing) => ({ ...settings, CreatedDate: existing?.CreatedDate ?? clock.now() }),
  }
}
