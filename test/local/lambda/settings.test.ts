import { describe, expect, it } from 'vitest'
import { changedSettings, defaultSettings, type SettingsInput } from '../../../local/lambda/settings.ts'
import { ACCOUNT, FUNCTION, REGION, ROLE } from './fixture.ts'

const QUEUE = `arn:aws:sqs:${REGION}:${ACCOUNT}:failures`
const INVALID = 'InvalidParameterValueException'
const VALIDATION = 'ValidationException'
const LOCAL = 'NotInLocalMode'
const before = { ...defaultSettings, handler: 'work.handler', role: ROLE }

function change(input: SettingsInput) {
  return changedSettings(input, before)
}

function variables(Variables: Record<string, string>) {
  return { Environment: { Variables } }
}

describe('settings', () => {
  it('stay as they are where a change does not name them', () => {
    const given = {
      Description: 'd',
      Timeout: 30,
      MemorySize: 512,
      Environment: { Variables: { STAGE: 'prod' } },
      TracingConfig: { Mode: 'Active' as const },
      LoggingConfig: { LogFormat: 'JSON' as const, ApplicationLogLevel: 'DEBUG' as const },
      DeadLetterConfig: { TargetArn: QUEUE },
    }

    const changed = change(given)

    expect(changed).toEqual({
      ...before,
      description: 'd',
      timeoutSeconds: 30,
      memoryMegabytes: 512,
      environment: { STAGE: 'prod' },
      tracing: 'Active',
      logging: { LogFormat: 'JSON', ApplicationLogLevel: 'DEBUG' },
      deadLetterConfig: { TargetArn: QUEUE },
    })
    expect(changedSettings({}, changed)).toEqual(changed)
  })

  it('replace all variables, and lose the dead-letter queue to an empty ARN', () => {
    const first = change({ ...variables({ ONE: '1' }), DeadLetterConfig: { TargetArn: QUEUE } })

    const second = changedSettings({ ...variables({ TWO: '2' }), DeadLetterConfig: { TargetArn: '' } }, first)

    expect(second.environment).toEqual({ TWO: '2' })
    expect(second.deadLetterConfig).toBeUndefined()
  })

  it('are AWS’s own where a function gives none', () => {
    expect(before).toMatchObject({ timeoutSeconds: 3, memoryMegabytes: 128, tracing: 'PassThrough' })
  })

  it.each<[string, SettingsInput]>([
    ['the shortest timeout', { Timeout: 1 }],
    ['the longest timeout', { Timeout: 900 }],
    ['the least memory', { MemorySize: 128 }],
    ['the most memory', { MemorySize: 10_240 }],
    ['the longest description', { Description: 'd'.repeat(256) }],
    ['the usual temporary storage', { EphemeralStorage: { Size: 512 } }],
    ['no layers', { Layers: [] }],
    ['no network', { VpcConfig: { SubnetIds: [], SecurityGroupIds: [] } }],
    ['no snapshots', { SnapStart: { ApplyOn: 'None' } }],
    ['variables of 4 KB', variables({ AB: 'x'.repeat(4096 - '{"AB":""}'.length) })],
    [
      'variables that Lambda sets, but has not reserved',
      variables({ TZ: 'Europe/Berlin', PATH: '/bin', LANG: 'C' }),
    ],
  ])('take %s', (_, input) => {
    expect(() => change(input)).not.toThrow()
  })

  it.each<[string, SettingsInput, string]>([
    ['no handler', { Handler: '' }, INVALID],
    ['a handler with blanks', { Handler: 'a b' }, VALIDATION],
    ['a handler of 129 characters', { Handler: 'h'.repeat(129) }, VALIDATION],
    ['a role that is none', { Role: 'work' }, VALIDATION],
    ['a role of another service', { Role: QUEUE }, VALIDATION],
    ['a user for its role', { Role: `arn:aws:iam::${ACCOUNT}:user/work` }, VALIDATION],
    ['a timeout of nothing', { Timeout: 0 }, VALIDATION],
    ['a timeout of over 15 minutes', { Timeout: 901 }, VALIDATION],
    ['too little memory', { MemorySize: 127 }, VALIDATION],
    ['too much memory', { MemorySize: 10_241 }, VALIDATION],
    ['too long a description', { Description: 'd'.repeat(257) }, VALIDATION],
    ['variables of over 4 KB', variables({ AB: 'x'.repeat(4096) }), INVALID],
    ['a variable of one character', variables({ A: '' }), VALIDATION],
    ['a variable that begins with a digit', variables({ '1A': '' }), VALIDATION],
    ['a variable with a hyphen', variables({ 'A-B': '' }), VALIDATION],
    ['a log level without JSON', { LoggingConfig: { ApplicationLogLevel: 'DEBUG' } }, INVALID],
    ['a function for its dead letters', { DeadLetterConfig: { TargetArn: FUNCTION } }, INVALID],
    ['a dead-letter queue that is no ARN', { DeadLetterConfig: { TargetArn: 'failures' } }, INVALID],
    ['a dead-letter topic', { DeadLetterConfig: { TargetArn: QUEUE.replace('sqs', 'sns') } }, LOCAL],
    ['snapshots', { SnapStart: { ApplyOn: 'PublishedVersions' } }, INVALID],
    ['another runtime', { Runtime: 'python3.13' }, LOCAL],
    ['layers', { Layers: ['arn:aws:lambda:eu-central-1:000000000000:layer:a:1'] }, LOCAL],
    ['a network', { VpcConfig: { SubnetIds: ['subnet-1'] } }, LOCAL],
    ['a key for its variables', { KMSKeyArn: 'arn:aws:kms:eu-central-1:000000000000:key/1' }, LOCAL],
    ['a file system', { FileSystemConfigs: [] }, LOCAL],
    ['settings of an image', { ImageConfig: {} }, LOCAL],
    ['more temporary storage', { EphemeralStorage: { Size: 1024 } }, LOCAL],
    ['durable execution', { DurableConfig: { ExecutionTimeout: 60 } }, LOCAL],
    [
      'capacity of its own',
      {
        CapacityProviderConfig: {
          LambdaManagedInstancesCapacityProviderConfig: { CapacityProviderArn: 'a' },
        },
      },
      LOCAL,
    ],
  ])('are refused with %s', (_, input, code) => {
    expect(() => change(input)).toThrow(expect.objectContaining({ code }))
  })

  it.each([
    ['tracing', { TracingConfig: { Mode: 'Everything' } }],
    ['format of its log', { LoggingConfig: { LogFormat: 'XML' } }],
  ])('are refused with a %s that there is not', (_, input) => {
    // As the wire gives it: enumerations are not checked there.
    expect(() => change(Object(input))).toThrow(expect.objectContaining({ code: VALIDATION }))
  })
})

// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
describe('a variable that Lambda has reserved is refused', () => {
  it.each([
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
  ])('%s', (name) => {
    expect(() => change(variables({ STAGE: 'prod', [name]: 'a' }))).toThrow(
      expect.objectContaining({ code: INVALID, message: expect.stringContaining(name) }),
    )
  })
})
