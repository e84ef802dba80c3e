/** HTTP APIs: made, read, changed, deleted. */
import type { CreateApiRequest, GetApisRequest, UpdateApiRequest } from '@aws-sdk/client-apigatewayv2'
import { NotInLocalMode } from '../errors.ts'
import { operation } from '../service.ts'
import { refuseMembers } from '../unsupported.ts'
import type { World } from '../world.ts'
import { type Api, type Apis, ask, badRequest, domainOf, findApi, newId } from './api.ts'
import { page } from './pages.ts'

interface OneApi {
  readonly ApiId?: string | undefined
}

export function apiOperations(world: World, apis: Apis) {
  return {
    CreateApi: operation<CreateApiRequest, object>({
      asks: (_, call) => [ask('POST', '/apis', call)],
      run(input, { principal, region }) {
        refuseMembers('CreateApi', input, UNSUPPORTED)
        if (input.ProtocolType !== 'HTTP')
          throw new NotInLocalMode(`an API of protocol ${input.ProtocolType}`)
        const { Name = '', Description, Tags } = input
        checkName(Name)
        const api: Api = {
          apiId: newId(10),
          account: principal.account,
          region,
          createdDate: world.clock.now(),
          authorizers: new Map(),
          integrations: new Map(),
          routes: new Map(),
          stages: new Map(),
          settings: { Name, Description, ProtocolType: 'HTTP', Tags },
        }
        apis.set(api.apiId, api)
        return describe(api)
      },
    }),
    GetApi: operation<OneApi, object>({
      asks: ({ ApiId }, call) => [ask('GET', `/apis/${ApiId}`, call)],
      run: ({ ApiId }, call) => describe(findApi(apis, ApiId, call)),
    }),
    GetApis: operation<GetApisRequest, object>({
      asks: (_, call) => [ask('GET', '/apis', call)],
      run(input, { principal, region }) {
        const own = [...apis.values()].filter(
          (api) => api.account === principal.account && api.region === region,
        )
        return page(own.map(describe), ({ ApiId }) => ApiId, input)
      },
    }),
    UpdateApi: operation<UpdateApiRequest, object>({
      asks: ({ ApiId }, call) => [ask('PATCH', `/apis/${ApiId}`, call)],
      run(input, call) {
        refuseMembers('UpdateApi', input, UNSUPPORTED)
        const api = findApi(apis, input.ApiId, call)
        const { Name = api.settings.Name, Description = api.settings.Description } = input
        checkName(Name)
        api.settings = { ...api.settings, Name, Description }
        return describe(api)
      },
    }),
    DeleteApi: operation<OneApi, object>({
      asks: ({ ApiId }, call) => [ask('DELETE', `/apis/${ApiId}`, call)],
      run({ ApiId }, call) {
        apis.delete(findApi(apis, ApiId, call).apiId)
        return {}
      },
    }),
  }
}

/** What an HTTP API can have and this one has not. */
const UNSUPPORTED = [
  'ApiKeySelectionExpression',
  'CorsConfiguration',
  'CredentialsArn',
  'DisableExecuteApiEndpoint',
  'DisableSchemaValidation',
  'IpAddressType',
  'RouteKey',
  'RouteSelectionExpression',
  'Target',
  'Version',
] as const

function checkName(name: string): void {
  if (name.length < 1 || name.length > 128) throw badRequest('Name must have 1 to 128 characters')
}

function describe(api: Api) {
  const { Name, Description, ProtocolType, Tags } = api.settings
  return {
    ApiId: api.apiId,
    ApiEndpoint: `https://${domainOf(api)}`,
    ApiKeySelectionExpression: '$request.header.x-api-key',
    CreatedDate: api.createdDate,
    DisableExecuteApiEndpoint: false,
    IpAddressType: 'ipv4',
    Name,
    ProtocolType,
    RouteSelectionExpression: '$request.method $request.path',
    Tags: Tags ?? {},
    ...(Description === undefined ? {} : { Description }),
  }
}
