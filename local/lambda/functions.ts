/** Create, describe, list and delete functions. */
import type {
  CreateFunctionRequest,
  DeleteFunctionRequest,
  DeleteFunctionResponse,
  FunctionConfiguration,
  GetFunctionConfigurationRequest,
  GetFunctionRequest,
  GetFunctionResponse,
  ListFunctionsRequest,
  ListFunctionsResponse,
} from '@aws-sdk/client-lambda'
import { AwsError, NotInLocalMode } from '../errors.ts'
import { type Call, operation } from '../service.ts'
import { refuseMembers } from '../unsupported.ts'
import type { World } from '../world.ts'
import { unpackCode } from './code.ts'
import { configurationOf } from './configuration.ts'
import { deploy, newRevision, publish } from './deployment.ts'
import type { Functions, LambdaFunction } from './function.ts'
import {
  findFunction,
  findRevision,
  functionAsk,
  invalidParameter,
  parseFunctionName,
} from './function-name.ts'
import { checkTags, requestTagContext } from './function-tags.ts'
import { pageOf } from './pages.ts'
import { passRoleAsks } from './pass-role.ts'
import { checkRole } from './role.ts'
import type { Sandboxes } from './sandboxes.ts'
import { changedSettings, defaultSettings } from './settings.ts'

export function functionOperations(
  world: World,
  functions: Functions,
  sandboxes: Sandboxes,
  directory: string,
) {
  return {
    CreateFunction: operation<CreateFunctionRequest, FunctionConfiguration>({
      run: (input, call) => createFunction(world, functions, directory, input, call),
      asks: (input, call) => [
        functionAsk('CreateFunction', input, call, requestTagContext(input.Tags)),
        ...passRoleAsks(input.Role),
      ],
    }),
    GetFunction: operation<GetFunctionRequest, GetFunctionResponse>({
      run: (input, call) => getFunction(functions, input, call),
      asks: (input, call) => [functionAsk('GetFunction', input, call)],
    }),
    GetFunctionConfiguration: operation<GetFunctionConfigurationRequest, FunctionConfiguration>({
      run: (input, call) => {
        const { found, revision, ref } = findRevision(functions, input, call)
        return configurationOf(found, revision, ref.qualifier !== undefined)
      },
      asks: (input, call) => [functionAsk('GetFunctionConfiguration', input, call)],
    }),
    ListFunctions: operation<ListFunctionsRequest, ListFunctionsResponse>({
      run: (input, call) => listFunctions(functions, input, call),
      asks: () => [{ action: 'lambda:ListFunctions', resource: '*' }],
    }),
    DeleteFunction: operation<DeleteFunctionRequest, DeleteFunctionResponse>({
      run: (input, call) => {
        deleteFunction(functions, sandboxes, input, call)
        return { StatusCode: 204 }
      },
      asks: (input, call) => [functionAsk('DeleteFunction', input, call)],
    }),
  }
}

function createFunction(
  world: World,
  functions: Functions,
  directory: string,
  input: CreateFunctionRequest,
  call: Call,
): FunctionConfiguration {
  refuseMembers('CreateFunction', input, ['CodeSigningConfigArn', 'PublishTo', 'TenancyConfig'])
  if (input.PackageType === 'Image') throw new NotInLocalMode('functions from container images')
  if (input.Runtime === undefined) throw invalidParameter('Runtime is mandatory for Zip packages.')
  const ref = parseFunctionName(input, call)
  checkTags(input.Tags)
  const architectures = input.Architectures ?? defaultSettings.architectures
  const settings = changedSettings(input, { ...defaultSettings, architectures })
  if (functions.has(ref.arn))
    throw new AwsError('ResourceConflictException', `Function already exist: ${ref.name}`, 409, {
      Type: 'User',
    })
  const code = unpackCode(input.Code ?? {}, directory)
  checkRole(world, settings.role, ref.name)
  const created: LambdaFunction = {
    arn: ref.arn,
    name: ref.name,
    account: ref.account,
    region: call.region,
    revision: newRevision(world, { settings, code }),
    deployed: undefined,
    versions: new Map(),
    tags: new Map(Object.entries(input.Tags ?? {})),
    policies: new Map(),
    eventInvokeConfigs: new Map(),
    reservedConcurrency: undefined,
  }
  functions.set(created.arn, created)
  deploy(world, created)
  return input.Publish ? publish(world, created) : configurationOf(created, created.revision)
}

function getFunction(functions: Functions, input: GetFunctionRequest, call: Call): GetFunctionResponse {
  const { found, revision, ref } = findRevision(functions, input, call)
  const { reservedConcurrency, tags } = found
  return {
    Configuration: configurationOf(found, revision, ref.qualifier !== undefined),
    // AWS gives a link that holds for ten minutes; here the package is on this machine.
    Code: { RepositoryType: 'S3', Location: `file://${revision.code.directory}` },
    ...(tags.size === 0 ? {} : { Tags: Object.fromEntries(tags) }),
    ...(reservedConcurrency === undefined
      ? {}
      : { Concurrency: { ReservedConcurrentExecutions: reservedConcurrency } }),
  }
}

function listFunctions(functions: Functions, input: ListFunctionsRequest, call: Call): ListFunctionsResponse {
  refuseMembers('ListFunctions', input, ['MasterRegion', 'FunctionVersion'])
  const own = [...functions.values()]
    .filter(({ account, region }) => account === call.principal.account && region === call.region)
    .sort((one, other) => (one.name < other.name ? -1 : 1))
  const { items, token } = pageOf(own, ({ name }) => name, input)
  return { Functions: items.map((found) => configurationOf(found, found.revision)), ...token }
}

function deleteFunction(
  functions: Functions,
  sandboxes: Sandboxes,
  input: DeleteFunctionRequest,
  call: Call,
): void {
  if (parseFunctionName(input, call).qualifier !== undefined)
    throw new NotInLocalMode('DeleteFunction with Qualifier')
  const found = findFunction(functions, input, call)
  functions.delete(found.arn)
  for (const { id } of [found.revision, found.deployed ?? found.revision, ...found.versions.values()])
    sandboxes.retire(id)
}
