/** Changes of code and settings, and published versions. */
import type {
  FunctionConfiguration,
  ListVersionsByFunctionRequest,
  ListVersionsByFunctionResponse,
  PublishVersionRequest,
  UpdateFunctionCodeRequest,
  UpdateFunctionConfigurationRequest,
} from '@aws-sdk/client-lambda'
import { type Call, operation } from '../service.ts'
import { refuseMembers } from '../unsupported.ts'
import type { World } from '../world.ts'
import { unpackCode } from './code.ts'
import { configurationOf } from './configuration.ts'
import { checkRevisionId, checkUpdatable, deploy, newRevision, publish } from './deployment.ts'
import type { Functions, LambdaFunction, Revision } from './function.ts'
import { findFunction, functionAsk, invalidParameter } from './function-name.ts'
import { pageOf } from './pages.ts'
import { passRoleAsks } from './pass-role.ts'
import { checkRole } from './role.ts'
import type { Sandboxes } from './sandboxes.ts'
import { changedSettings, checkSettings } from './settings.ts'

export function functionUpdateOperations(
  world: World,
  functions: Functions,
  sandboxes: Sandboxes,
  directory: string,
) {
  const change = (found: LambdaFunction, content: Pick<Revision, 'settings' | 'code'>) => {
    found.revision = newRevision(world, content)
    deploy(world, found, ({ id }) => sandboxes.retire(id))
  }
  return {
    UpdateFunctionCode: operation<UpdateFunctionCodeRequest, FunctionConfiguration>({
      run: (input, call) => updateCode(world, functions, directory, change, input, call),
      asks: (input, call) => [functionAsk('UpdateFunctionCode', input, call)],
    }),
    UpdateFunctionConfiguration: operation<UpdateFunctionConfigurationRequest, FunctionConfiguration>({
      run: (input, call) => updateConfiguration(world, functions, change, input, call),
      asks: (input, call) => [
        functionAsk('UpdateFunctionConfiguration', input, call),
        ...passRoleAsks(input.Role),
      ],
    }),
    PublishVersion: operation<PublishVersionRequest, FunctionConfiguration>({
      run: (input, call) => publishVersion(world, functions, input, call),
      asks: (input, call) => [functionAsk('PublishVersion', input, call)],
    }),
    ListVersionsByFunction: operation<ListVersionsByFunctionRequest, ListVersionsByFunctionResponse>({
      run: (input, call) => {
        const found = findFunction(functions, input, call)
        const { items, token } = pageOf([found.revision, ...found.versions.values()], sortKey, input)
        return { Versions: items.map((revision) => configurationOf(found, revision, true)), ...token }
      },
      asks: (input, call) => [functionAsk('ListVersionsByFunction', input, call)],
    }),
  }
}

type Change = (found: LambdaFunction, content: Pick<Revision, 'settings' | 'code'>) => void

function updateCode(
  world: World,
  functions: Functions,
  directory: string,
  change: Change,
  input: UpdateFunctionCodeRequest,
  call: Call,
): FunctionConfiguration {
  const { FunctionName: _, DryRun, Publish, RevisionId, Architectures, ...source } = input
  refuseMembers('UpdateFunctionCode', input, ['PublishTo'])
  const found = findFunction(functions, input, call)
  checkUpdatable(found)
  checkRevisionId(found, RevisionId)
  const code = unpackCode(source, directory)
  const { settings } = found.revision
  const changed = { ...settings, architectures: Architectures ?? settings.architectures }
  checkSettings(changed)
  if (DryRun) return configurationOf(found, found.revision)
  change(found, { settings: changed, code })
  return Publish ? publish(world, found) : configurationOf(found, found.revision)
}

function updateConfiguration(
  world: World,
  functions: Functions,
  change: Change,
  input: UpdateFunctionConfigurationRequest,
  call: Call,
): FunctionConfiguration {
  const found = findFunction(functions, input, call)
  checkUpdatable(found)
  checkRevisionId(found, input.RevisionId)
  const { settings: current, code } = found.revision
  const settings = changedSettings(input, current)
  if (settings.role !== current.role) checkRole(world, settings.role, found.name)
  change(found, { settings, code })
  return configurationOf(found, found.revision)
}

function publishVersion(
  world: World,
  functions: Functions,
  input: PublishVersionRequest,
  call: Call,
): FunctionConfiguration {
  refuseMembers('PublishVersion', input, ['PublishTo'])
  const found = findFunction(functions, input, call)
  checkUpdatable(found)
  checkRevisionId(found, input.RevisionId)
  if (input.CodeSha256 !== undefined && input.CodeSha256 !== found.revision.code.sha256)
    throw invalidParameter(
      `CodeSHA256 (${input.CodeSha256}) is different from current CodeSHA256 in $LATEST (${found.revision.code.sha256}). Please try again with the CodeSHA256 in $LATEST.`,
    )
  return publish(world, found, input.Description)
}

/** `$LATEST` sorts before the numbers, 9 before 10. */
function sortKey({ version }: Revision): string {
  return version.padStart(10, '0').replace(/^0+\$/, '$')
}
