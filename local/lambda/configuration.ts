/** What the API shows of a function. */
import type { FunctionConfiguration } from '@aws-sdk/client-lambda'
import { LATEST, type LambdaFunction, type Revision } from './function.ts'

/** https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html */
export function configurationOf(
  found: LambdaFunction,
  revision: Revision,
  isQualified = revision.version !== LATEST,
): FunctionConfiguration {
  const { settings, code, version } = revision
  return {
    FunctionName: found.name,
    FunctionArn: isQualified ? `${found.arn}:${version}` : found.arn,
    Runtime: 'nodejs24.x',
    Role: settings.role,
    Handler: settings.handler,
    CodeSize: code.bytes,
    CodeSha256: code.sha256,
    Description: settings.description,
    Timeout: settings.timeoutSeconds,
    MemorySize: settings.memoryMegabytes,
    LastModified: revision.modified.toISOString().replace('Z', '+0000'),
    Version: version,
    RevisionId: revision.id,
    PackageType: 'Zip',
    Architectures: [...settings.architectures],
    EphemeralStorage: { Size: 512 },
    SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
    TracingConfig: { Mode: settings.tracing },
    LoggingConfig: { LogGroup: `/aws/lambda/${found.name}`, ...settings.logging },
    ...(Object.keys(settings.environment).length === 0
      ? {}
      : { Environment: { Variables: { ...settings.environment } } }),
    ...(settings.deadLetterConfig === undefined ? {} : { DeadLetterConfig: settings.deadLetterConfig }),
    ...state(found, revision),
  }
}

function state(found: LambdaFunction, { version }: Revision): FunctionConfiguration {
  if (version !== LATEST) return { State: 'Active', LastUpdateStatus: 'Successful' }
  if (found.deployed === undefined)
    return {
      State: 'Pending',
      StateReason: 'The function is being created.',
      StateReasonCode: 'Creating',
      LastUpdateStatus: 'InProgress',
    }
  if (found.deployed !== found.revision)
    return {
      State: 'Active',
      LastUpdateStatus: 'InProgress',
    }
  return { State: 'Active', LastUpdateStatus: 'Successful' }
}
