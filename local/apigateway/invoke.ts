/** The call of a route: IAM is asked if the route wants it, then the integration's function runs. */
import type { InvocationResponse } from '@aws-sdk/client-lambda'
import { regionalArn } from '../arn.ts'
import { AwsError } from '../errors.ts'
import { type Ask, type Call, operation } from '../service.ts'
import type { World } from '../world.ts'
import { type Api, type Apis, type Integration, integrationOf, notFound, type Route } from './api.ts'

export interface InvokeInput {
  readonly apiId: string
  readonly routeId: string
  readonly method: string
  readonly path: string
  /** JSON. */
  readonly event: string
}

export interface Invoked {
  /** JSON. */
  readonly payload: string
  readonly failed: boolean
}

export function invokeOperations(world: World, apis: Apis) {
  return {
    Invoke: operation<InvokeInput, Invoked>({
      asks: (input) => asks(find(apis, input), input),
      run(input, call) {
        const found = find(apis, input)
        return inTime(found.integration, (onBegin) => run(world, found, input, { ...call, onBegin }))
      },
    }),
  }
}

interface Found {
  readonly api: Api
  readonly route: Route
  readonly integration: Integration
}

/** Throws AwsError (NotFoundException) for what was deleted a moment ago. */
function find(apis: Apis, { apiId, routeId }: InvokeInput): Found {
  const api = apis.get(apiId)
  const route = api?.routes.get(routeId)
  const integration = api && route && integrationOf(api, route)
  if (api === undefined || route === undefined || integration === undefined) throw notFound('Route', routeId)
  return { api, route, integration }
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control-iam.html: an HTTP API has no policy of its own. */
function asks({ api, route }: Found, { method, path }: InvokeInput): Ask[] {
  if (route.AuthorizationType !== 'AWS_IAM') return []
  return [
    {
      action: 'execute-api:Invoke',
      resource: executeArn(api, `${method}${path}`),
      owner: api.account,
    },
  ]
}

async function run(
  world: World,
  { api, route, integration }: Found,
  { event }: InvokeInput,
  call: Call,
): Promise<Invoked> {
  const input = { FunctionName: integration.IntegrationUri, Payload: Buffer.from(event) }
  const { FunctionError, Payload = new Uint8Array() } = await world.dispatch<InvocationResponse>(
    'lambda',
    'Invoke',
    input,
    {
      ...call,
      principal: {
        kind: 'service',
        account: api.account,
        arn: 'apigateway.amazonaws.com',
        sourceArn: executeArn(api, route.RouteKey.replace(' ', '')),
      },
    },
  )
  return { payload: Buffer.from(Payload).toString(), failed: FunctionError !== undefined }
}

/** From when the function begins. Functions run on the real clock, and so does this. */
async function inTime(
  { TimeoutInMillis }: Integration,
  run: (onBegin: () => void) => Promise<Invoked>,
): Promise<Invoked> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  let timer: NodeJS.Timeout | undefined
  const running = run(() => {
    const error = new AwsError(
      'IntegrationTimeout',
      `The function took more than ${TimeoutInMillis} ms.`,
      503,
    )
    timer = setTimeout(reject, TimeoutInMillis, error).unref()
  })
  try {
    return await Promise.race([running, late])
  } finally {
    clearTimeout(timer)
  }
}

function executeArn({ apiId, region, account }: Api, rest: string): string {
  return regionalArn('execute-api', region, account, `${apiId}/$default/${rest}`)
}
