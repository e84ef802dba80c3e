/** A function as the embedded Lambda holds it. */
import type {
  Architecture,
  DeadLetterConfig,
  DestinationConfig,
  LoggingConfig,
  TracingMode,
} from '@aws-sdk/client-lambda'
import type { Statement } from '../policy/document.ts'

export interface LambdaFunction {
  /** Unqualified. */
  readonly arn: string
  readonly name: string
  readonly account: string
  readonly region: string
  /** What the API shows; invocations run it once `deployed` has caught up. */
  revision: Revision
  /** Undefined until the function is Active for the first time. */
  deployed: Revision | undefined
  /** Published, by number. */
  readonly versions: Map<string, Revision>
  readonly tags: Map<string, string>
  /** By the version that they are attached to (`$LATEST` for the function itself). */
  readonly policies: Map<string, ResourcePolicy>
  readonly eventInvokeConfigs: Map<string, EventInvokeConfig>
  reservedConcurrency: number | undefined
}

/** Code and settings, which change together and never in place. */
export interface Revision {
  /** A new one for every change; also what running sandboxes are told apart by. */
  readonly id: string
  readonly version: string
  readonly settings: Settings
  readonly code: Code
  readonly modified: Date
}

export interface Settings {
  readonly handler: string
  readonly role: string
  readonly description: string
  readonly timeoutSeconds: number
  readonly memoryMegabytes: number
  readonly environment: Readonly<Record<string, string>>
  readonly tracing: TracingMode
  readonly logging: LoggingConfig
  readonly deadLetterConfig: DeadLetterConfig | undefined
  readonly architectures: readonly Architecture[]
}

export interface Code {
  /** Base64, as the API shows it. */
  readonly sha256: string
  readonly bytes: number
  /** Where it is unpacked. */
  readonly directory: string
  /** Where V8 keeps what it has compiled of it, so that the next sandbox loads it in two thirds of the time. */
  readonly compiled: string
}

export interface ResourcePolicy {
  readonly revisionId: string
  readonly statements: readonly Statement[]
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_FunctionEventInvokeConfig.html; undefined is Lambda's default. */
export interface EventInvokeConfig {
  readonly maximumRetryAttempts: number | undefined
  readonly maximumEventAgeInSeconds: number | undefined
  readonly destinations: DestinationConfig | undefined
  readonly modified: Date
}

export const LATEST = '$LATEST'
export const LAMBDA_PRINCIPAL = 'lambda.amazonaws.com'

/** By unqualified ARN. */
export type Functions = Map<string, LambdaFunction>
