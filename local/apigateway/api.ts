/** An HTTP API as it is kept, and what it is called by. */
import { randomBytes } from 'node:crypto'
import type { AuthorizationType, JWTConfiguration, RouteSettings } from '@aws-sdk/client-apigatewayv2'
import { dnsSuffix, partitionOf } from '../arn.ts'
import { AwsError } from '../errors.ts'
import type { Ask, Call } from '../service.ts'

export interface Api {
  readonly apiId: string
  readonly account: string
  readonly region: string
  readonly createdDate: Date
  readonly authorizers: Map<string, Authorizer>
  readonly integrations: Map<string, Integration>
  readonly routes: Map<string, Route>
  readonly stages: Map<string, Stage>
  settings: ApiSettings
}

/** By apiId. */
export type Apis = Map<string, Api>

export interface ApiSettings {
  readonly Name: string
  readonly Description?: string | undefined
  readonly ProtocolType: 'HTTP'
  readonly Tags?: Record<string, string> | undefined
}

export interface Authorizer {
  readonly AuthorizerId: string
  readonly Name: string
  readonly AuthorizerType: 'JWT'
  readonly IdentitySource: readonly string[]
  readonly JwtConfiguration: JWTConfiguration
}

export interface Integration {
  readonly IntegrationId: string
  readonly IntegrationType: 'AWS_PROXY'
  /** ARN of a function. */
  readonly IntegrationUri: string
  readonly PayloadFormatVersion: '2.0'
  readonly TimeoutInMillis: number
}

export interface Route {
  readonly RouteId: string
  /** `GET /docs` or `$default`. */
  readonly RouteKey: string
  /** `integrations/<id>` */
  readonly Target: string
  readonly AuthorizationType: AuthorizationType
  readonly AuthorizerId?: string | undefined
}

export interface Stage {
  readonly StageName: string
  readonly AutoDeploy: true
  readonly DefaultRouteSettings: RouteSettings
  readonly AccessLogSettings?: object | undefined
  readonly Tags?: Record<string, string> | undefined
  readonly CreatedDate: Date
}

/** Ten characters for an API, seven for what belongs to one. */
export function newId(characters = 7): string {
  return BigInt(`0x${randomBytes(16).toString('hex')}`)
    .toString(36)
    .slice(-characters)
}

/** `<id>.execute-api.<region>.amazonaws.com` */
export function domainOf({ apiId, region }: Pick<Api, 'apiId' | 'region'>): string {
  return `${apiId}.execute-api.${region}.${dnsSuffix(region)}`
}

export function integrationOf(api: Api, { Target }: Route): Integration | undefined {
  return api.integrations.get(Target.replace('integrations/', ''))
}

/** Throws AwsError (NotFoundException). */
export function findApi(apis: Apis, apiId: string | undefined, { principal, region }: Call): Api {
  const api = apis.get(apiId ?? '')
  if (api === undefined || api.account !== principal.account || api.region !== region)
    throw notFound('API', apiId)
  return api
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonapigatewaymanagementv2.html */
export function ask(method: 'DELETE' | 'GET' | 'PATCH' | 'POST', path: string, { region }: Call): Ask {
  return {
    action: `apigateway:${method}`,
    resource: `arn:${partitionOf(region)}:apigateway:${region}::${path}`,
  }
}

export function notFound(what: string, id: string | undefined): AwsError {
  return new AwsError('NotFoundException', `Invalid ${what} identifier specified: ${id}`, 404, {
    ResourceType: what,
  })
}

export function badRequest(message: string): AwsError {
  return new AwsError('BadRequestException', message)
}
