/** Amazon API Gateway: HTTP APIs in front of functions, as they are managed (signing name apigateway) and called (execute-api). */
import type { Service } from '../service.ts'
import type { GatewayView, World } from '../world.ts'
import type { Apis } from './api.ts'
import { apiOperations } from './apis.ts'
import { createGateway } from './gateway.ts'
import { invokeOperations } from './invoke.ts'
import { authorizerKind, integrationKind, routeKind, stageKind } from './part-kinds.ts'
import { partOperations } from './parts.ts'

export interface ApiGateway {
  readonly services: readonly Service[]
  readonly view: GatewayView
}

export interface ApiGatewayOptions {
  /** Unsigned calls of routes that ask for IAM are refused, as AWS does; else they are the administrator's. */
  readonly requireAuth: boolean
}

export function createApiGateway(world: World, options: ApiGatewayOptions): ApiGateway {
  const apis: Apis = new Map()
  return {
    services: [
      {
        name: 'apigateway',
        operations: {
          ...apiOperations(world, apis),
          ...partOperations(apis, authorizerKind),
          ...partOperations(apis, integrationKind),
          ...partOperations(apis, routeKind),
          ...partOperations(apis, stageKind(world)),
        },
      },
      { name: 'execute-api', operations: invokeOperations(world, apis) },
    ],
    view: createGateway(world, apis, options),
  }
}
