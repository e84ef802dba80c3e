/** How asynchronous invocations of a function are retried, and where they go when they have ended. */
import type {
  DeleteFunctionEventInvokeConfigRequest,
  FunctionEventInvokeConfig,
  GetFunctionEventInvokeConfigRequest,
  ListFunctionEventInvokeConfigsRequest,
  ListFunctionEventInvokeConfigsResponse,
  PutFunctionEventInvokeConfigRequest,
  UpdateFunctionEventInvokeConfigRequest,
} from '@aws-sdk/client-lambda'
import { AwsError } from '../errors.ts'
import { type Call, operation } from '../service.ts'
import type { World } from '../world.ts'
import { within } from './constraints.ts'
import { checkDestination } from './destinations.ts'
import { type EventInvokeConfig, type Functions, LATEST, type LambdaFunction } from './function.ts'
import { findFunction, findRevision, functionAsk, invalidParameter } from './function-name.ts'
import { pageOf } from './pages.ts'

export function eventInvokeConfigOperations(world: World, functions: Functions) {
  return {
    PutFunctionEventInvokeConfig: operation<PutFunctionEventInvokeConfigRequest, FunctionEventInvokeConfig>({
      run: (input, call) => putConfig(world, functions, input, call, undefined),
      asks: (input, call) => [functionAsk('PutFunctionEventInvokeConfig', input, call)],
    }),
    UpdateFunctionEventInvokeConfig: operation<
      UpdateFunctionEventInvokeConfigRequest,
      FunctionEventInvokeConfig
    >({
      run: (input, call) =>
        putConfig(world, functions, input, call, findConfig(functions, input, call).config),
      asks: (input, call) => [functionAsk('UpdateFunctionEventInvokeConfig', input, call)],
    }),
    GetFunctionEventInvokeConfig: operation<GetFunctionEventInvokeConfigRequest, FunctionEventInvokeConfig>({
      run: (input, call) => {
        const { found, version, config } = findConfig(functions, input, call)
        return shown(found, version, config)
      },
      asks: (input, call) => [functionAsk('GetFunctionEventInvokeConfig', input, call)],
    }),
    DeleteFunctionEventInvokeConfig: operation<DeleteFunctionEventInvokeConfigRequest, object>({
      run: (input, call) => {
        const { found, version } = findConfig(functions, input, call)
        found.eventInvokeConfigs.delete(version)
        return {}
      },
      asks: (input, call) => [functionAsk('DeleteFunctionEventInvokeConfig', input, call)],
    }),
    ListFunctionEventInvokeConfigs: operation<
      ListFunctionEventInvokeConfigsRequest,
      ListFunctionEventInvokeConfigsResponse
    >({
      run: (input, call) => {
        const found = findFunction(functions, input, call)
        const configs = [...found.eventInvokeConfigs].sort(([one], [other]) => (one < other ? -1 : 1))
        const { items, token } = pageOf(configs, ([version]) => version, input)
        return {
          FunctionEventInvokeConfigs: items.map(([version, config]) => shown(found, version, config)),
          ...token,
        }
      },
      asks: (input, call) => [functionAsk('ListFunctionEventInvokeConfigs', input, call)],
    }),
  }
}

/** Put replaces all; Update keeps of `current` what the request leaves out. */
function putConfig(
  { clock }: World,
  functions: Functions,
  input: PutFunctionEventInvokeConfigRequest,
  call: Call,
  current: EventInvokeConfig | undefined,
): FunctionEventInvokeConfig {
  const { found, ref } = findRevision(functions, input, call)
  const { MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig } = input
  const destinations = [DestinationConfig?.OnSuccess?.Destination, DestinationConfig?.OnFailure?.Destination]
  const given = [MaximumRetryAttempts, MaximumEventAgeInSeconds, ...destinations]
  if (given.every((member) => member === undefined))
    throw invalidParameter('You must specify at least one of error handling or destination setting.')
  if (MaximumRetryAttempts !== undefined) within(MaximumRetryAttempts, 'maximumRetryAttempts', 0, 2)
  if (MaximumEventAgeInSeconds !== undefined)
    within(MaximumEventAgeInSeconds, 'maximumEventAgeInSeconds', 60, 21_600)
  for (const destination of destinations) if (destination) checkDestination(destination)
  const config: EventInvokeConfig = {
    maximumRetryAttempts: MaximumRetryAttempts ?? current?.maximumRetryAttempts,
    maximumEventAgeInSeconds: MaximumEventAgeInSeconds ?? current?.maximumEventAgeInSeconds,
    destinations: DestinationConfig ?? current?.destinations,
    modified: clock.now(),
  }
  found.eventInvokeConfigs.set(ref.qualifier ?? LATEST, config)
  return shown(found, ref.qualifier ?? LATEST, config)
}

function findConfig(functions: Functions, input: GetFunctionEventInvokeConfigRequest, call: Call) {
  const { found, ref } = findRevision(functions, input, call)
  const version = ref.qualifier ?? LATEST
  const config = found.eventInvokeConfigs.get(version)
  if (config === undefined)
    throw new AwsError(
      'ResourceNotFoundException',
      `The function ${found.arn}:${version} doesn't have an EventInvokeConfig`,
      404,
      { Type: 'User' },
    )
  return { found, version, config }
}

function shown(
  { arn }: LambdaFunction,
  version: string,
  { modified, maximumRetryAttempts, maximumEventAgeInSeconds, destinations }: EventInvokeConfig,
): FunctionEventInvokeConfig {
  return {
    LastModified: modified,
    FunctionArn: `${arn}:${version}`,
    ...(maximumRetryAttempts === undefined ? {} : { MaximumRetryAttempts: maximumRetryAttempts }),
    ...(maximumEventAgeInSeconds === undefined ? {} : { MaximumEventAgeInSeconds: maximumEventAgeInSeconds }),
    DestinationConfig: { OnSuccess: {}, OnFailure: {}, ...destinations },
  }
}
