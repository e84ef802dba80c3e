/** What a function finds in `process.env`: its own variables, what Lambda sets, and where local mode is. */
import type { SessionCredentials, World } from '../world.ts'
import type { LambdaFunction, Revision } from './function.ts'

export interface LogNames {
  readonly logGroupName: string
  readonly logStreamName: string
}

export function logNames(
  { name }: LambdaFunction,
  { settings, version }: Revision,
  now: Date,
  id: string,
): LogNames {
  const day = now.toISOString().slice(0, 10).replaceAll('-', '/')
  return {
    logGroupName: settings.logging.LogGroup ?? `/aws/lambda/${name}`,
    logStreamName: `${day}/[${version}]${id.replaceAll('-', '')}`,
  }
}

/**
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 * AWS_EXECUTION_ENV is left out: by it libraries conclude that Lambda's X-Ray daemon and telemetry are there.
 */
export function environmentOf(
  { endpoint }: World,
  found: LambdaFunction,
  { settings, code, version }: Revision,
  credentials: SessionCredentials,
  { logGroupName, logStreamName }: LogNames,
): Record<string, string> {
  return {
    // Not reserved: a function may have another.
    TZ: ':UTC',
    ...settings.environment,
    AWS_ENDPOINT_URL: endpoint(),
    ISSUER_ENDPOINT: endpoint(),
    AWS_REGION: found.region,
    AWS_DEFAULT_REGION: found.region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    AWS_LAMBDA_FUNCTION_NAME: found.name,
    AWS_LAMBDA_FUNCTION_VERSION: version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(settings.memoryMegabytes),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: logGroupName,
    AWS_LAMBDA_LOG_STREAM_NAME: logStreamName,
    ...logging(settings.logging),
    LAMBDA_TASK_ROOT: code.directory,
    _HANDLER: settings.handler,
  }
}

/** Lambda sets these for JSON logs only. */
function logging({ LogFormat, ApplicationLogLevel = 'INFO' }: Revision['settings']['logging']) {
  return LogFormat === 'JSON'
    ? { AWS_LAMBDA_LOG_FORMAT: 'JSON', AWS_LAMBDA_LOG_LEVEL: ApplicationLogLevel }
    : {}
}

/** Names that a function's own environment may not use. */
export const reservedVariables: ReadonlySet<string> = new Set([
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_DEFAULT_REGION',
  'AWS_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_LAMBDA_RUNTIME_API',
  'LAMBDA_TASK_ROOT',
  'LAMBDA_RUNTIME_DIR',
  'AWS_LAMBDA_MAX_CONCURRENCY',
  'AWS_LAMBDA_METADATA_API',
  'AWS_LAMBDA_METADATA_TOKEN',
])
