/** A function's settings after Lambda's rules for them. */
import type { CreateFunctionRequest, Environment, LoggingConfig } from '@aws-sdk/client-lambda'
import { parseArn } from '../arn.ts'
import { NotInLocalMode } from '../errors.ts'
import { refuseMembers } from '../unsupported.ts'
import { oneOf, validation, within } from './constraints.ts'
import { checkDestination } from './destinations.ts'
import { reservedVariables } from './environment.ts'
import type { Settings } from './function.ts'
import { invalidParameter } from './function-name.ts'

/** Members that CreateFunction and UpdateFunctionConfiguration have in common. */
export type SettingsInput = Pick<
  CreateFunctionRequest,
  | 'Runtime'
  | 'Description'
  | 'Timeout'
  | 'MemorySize'
  | 'Environment'
  | 'TracingConfig'
  | 'LoggingConfig'
  | 'DeadLetterConfig'
  | 'VpcConfig'
  | 'KMSKeyArn'
  | 'Layers'
  | 'FileSystemConfigs'
  | 'ImageConfig'
  | 'EphemeralStorage'
  | 'SnapStart'
  | 'CapacityProviderConfig'
  | 'DurableConfig'
> & { readonly Role?: string | undefined; readonly Handler?: string | undefined }

/** `current` with what the request changes. Throws AwsError (InvalidParameterValueException, NotInLocalMode). */
export function changedSettings(input: SettingsInput, current: Settings): Settings {
  refuseOthers(input)
  const changed: Settings = {
    handler: input.Handler ?? current.handler,
    role: input.Role ?? current.role,
    description: input.Description ?? current.description,
    timeoutSeconds: input.Timeout ?? current.timeoutSeconds,
    memoryMegabytes: input.MemorySize ?? current.memoryMegabytes,
    environment: input.Environment === undefined ? current.environment : environment(input.Environment),
    tracing: input.TracingConfig?.Mode ?? current.tracing,
    logging: input.LoggingConfig === undefined ? current.logging : logging(input.LoggingConfig),
    deadLetterConfig: deadLetters(input, current),
    architectures: current.architectures,
  }
  checkSettings(changed)
  return changed
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html */
export const defaultSettings: Settings = {
  handler: '',
  role: '',
  description: '',
  timeoutSeconds: 3,
  memoryMegabytes: 128,
  environment: {},
  tracing: 'PassThrough',
  logging: { LogFormat: 'Text' },
  deadLetterConfig: undefined,
  architectures: ['x86_64'],
}

function refuseOthers(input: SettingsInput): void {
  refuseMembers('a function', input, [
    'KMSKeyArn',
    'FileSystemConfigs',
    'ImageConfig',
    'CapacityProviderConfig',
    'DurableConfig',
  ])
  if (input.Runtime !== undefined && input.Runtime !== 'nodejs24.x')
    throw new NotInLocalMode(`the runtime ${input.Runtime}`)
  if (input.Layers?.length) throw new NotInLocalMode('a function with Layers')
  if (input.VpcConfig?.SubnetIds?.length) throw new NotInLocalMode('a function in a VPC')
  const { Size: storageMegabytes = 512 } = input.EphemeralStorage ?? {}
  if (storageMegabytes !== 512) throw new NotInLocalMode('a function with more EphemeralStorage than 512 MB')
  if (input.SnapStart?.ApplyOn === 'PublishedVersions')
    throw invalidParameter('nodejs24.x is not supported for SnapStart enabled functions.')
}

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: 4 KB for all variables together. */
function environment({ Variables = {} }: Environment): Readonly<Record<string, string>> {
  for (const name of Object.keys(Variables)) {
    if (!/^[a-zA-Z]\w+$/.test(name) && name !== '_X_AMZN_TRACE_ID' && name !== '_HANDLER')
      throw validation(
        name,
        'environment.variables',
        'satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+',
      )
    if (reservedVariables.has(name))
      throw invalidParameter(
        'Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. ' +
          `Reserved keys used in this request: ${name}`,
      )
  }
  if (Buffer.byteLength(JSON.stringify(Variables)) > 4096)
    throw invalidParameter(
      'Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit.',
    )
  return Variables
}

function logging(given: LoggingConfig): LoggingConfig {
  if (given.LogFormat !== 'JSON' && (given.ApplicationLogLevel ?? given.SystemLogLevel) !== undefined)
    throw invalidParameter('ApplicationLogLevel and SystemLogLevel can only be set when LogFormat is JSON.')
  return { LogFormat: 'Text', ...given }
}

function deadLetters({ DeadLetterConfig }: SettingsInput, current: Settings): Settings['deadLetterConfig'] {
  if (DeadLetterConfig === undefined) return current.deadLetterConfig
  const { TargetArn = '' } = DeadLetterConfig
  if (TargetArn === '') return undefined
  checkDestination(TargetArn)
  if (parseArn(TargetArn).service !== 'sqs')
    throw invalidParameter(`The provided target is not a queue or a topic: ${TargetArn}`)
  return { TargetArn }
}

/** Throws AwsError (InvalidParameterValueException, ValidationException). */
export function checkSettings(settings: Settings): void {
  const { handler, role, description, timeoutSeconds, memoryMegabytes, architectures, tracing, logging } =
    settings
  if (handler === '') throw invalidParameter("The parameter 'Handler' is required for Zip packages.")
  if (handler.length > 128 || /\s/.test(handler))
    throw validation(handler, 'handler', 'satisfy regular expression pattern: [^\\s]+')
  if (!ROLE.test(role)) throw validation(role, 'role', `satisfy regular expression pattern: ${ROLE.source}`)
  if (description.length > 256)
    throw validation(description, 'description', 'have length less than or equal to 256')
  within(timeoutSeconds, 'timeout', 1, 900)
  within(memoryMegabytes, 'memorySize', 128, 10_240)
  for (const architecture of architectures) oneOf(architecture, 'architectures', ['x86_64', 'arm64'])
  oneOf(tracing, 'tracingConfig.mode', ['Active', 'PassThrough'])
  oneOf(logging.LogFormat, 'loggingConfig.logFormat', ['Text', 'JSON'])
}

const ROLE = /^arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role\/?[a-zA-Z_0-9+=,.@\-_/]+$/
