import { describe, expect, it } from 'vitest'
import { gone } from '../fixture.ts'
import { lifeOf } from './lifecycle.ts'

const FUNCTION = 'arn:aws:lambda:eu-central-1:000000000000:function:f'
const bytes = (text: string) => new TextEncoder().encode(text)

describe('AWS::Lambda::Function', () => {
  const type = 'AWS::Lambda::Function'
  const required = {
    FunctionName: 'f',
    Code: { S3Bucket: 'b', S3Key: 'one.zip' },
    Handler: 'h',
    Runtime: 'nodejs24.x',
    Role: 'arn:role',
  }
  const settings = {
    Description: 'd',
    Timeout: '30',
    MemorySize: 512,
    Architectures: ['arm64'],
    Environment: { Variables: { COUNT: 3, ON: true, NAME: 'x' } },
    TracingConfig: { Mode: 'Active' },
    DeadLetterConfig: { TargetArn: 'arn:queue' },
    LoggingConfig: { LogFormat: 'JSON' },
  }

  it('is created with text for every variable, then reserved its concurrency', async () => {
    const { created, values, deleted } = await lifeOf({
      type,
      properties: {
        ...required,
        ...settings,
        ReservedConcurrentExecutions: 5,
        Tags: [{ Key: 'k', Value: 'v' }],
      },
      attributes: ['Arn'],
    })

    expect(created).toEqual([
      [
        'lambda CreateFunction',
        {
          ...required,
          ...settings,
          Code: { ZipFile: bytes('one.zip') },
          Timeout: 30,
          Environment: { Variables: { COUNT: '3', ON: 'true', NAME: 'x' } },
          Tags: { k: 'v' },
        },
      ],
      ['lambda GetFunctionConfiguration', { FunctionName: 'f' }],
      ['lambda PutFunctionConcurrency', { FunctionName: 'f', ReservedConcurrentExecutions: 5 }],
    ])
    expect(values).toEqual({ Ref: 'f', Arn: FUNCTION })
    expect(deleted).toEqual([['lambda DeleteFunction', { FunctionName: 'f' }]])
  })

  it('is given a name of at most 64 characters', async () => {
    const { FunctionName: _, ...unnamed } = required
    const { values } = await lifeOf({ type, properties: unnamed })

    expect(values.Ref).toMatch(/^irsa-It-[A-Z0-9]{12}$/)
  })

  it('gets new code, then all its settings, each when the one before has taken effect', async () => {
    const { updated } = await lifeOf({
      type,
      properties: { ...required, ...settings, ReservedConcurrentExecutions: 5 },
      changed: { ...required, Code: { S3Bucket: 'b', S3Key: 'two.zip' }, Tags: [{ Key: 'k', Value: 'v' }] },
    })

    expect(updated).toEqual([
      [
        'lambda UpdateFunctionCode',
        { FunctionName: 'f', ZipFile: bytes('two.zip'), Architectures: ['x86_64'] },
      ],
      ['lambda GetFunctionConfiguration', { FunctionName: 'f' }],
      [
        'lambda UpdateFunctionConfiguration',
        {
          FunctionName: 'f',
          Handler: 'h',
          Runtime: 'nodejs24.x',
          Role: 'arn:role',
          Description: '',
          Timeout: 3,
          MemorySize: 128,
          Environment: { Variables: {} },
          TracingConfig: { Mode: 'PassThrough' },
          DeadLetterConfig: { TargetArn: '' },
          LoggingConfig: { LogFormat: 'Text' },
        },
      ],
      ['lambda GetFunctionConfiguration', { FunctionName: 'f' }],
      ['lambda DeleteFunctionConcurrency', { FunctionName: 'f' }],
      ['lambda TagResource', { Resource: FUNCTION, Tags: { k: 'v' } }],
    ])
  })

  it('keeps its code when only settings change', async () => {
    const { updated } = await lifeOf({ type, properties: required, changed: { ...required, Timeout: 5 } })

    expect(updated.map(([operation]) => operation)).toEqual([
      'lambda UpdateFunctionConfiguration',
      'lambda GetFunctionConfiguration',
    ])
  })

  it.each([
    ['inline code', { Code: { ZipFile: 'exports.handler = 1' } }],
    ['a container image', { Code: { ImageUri: 'x' } }],
    ['another runtime', { Runtime: 'python3.13' }],
    ['a network', { VpcConfig: { SubnetIds: ['x'] } }],
    ['layers', { Layers: ['x'] }],
  ])('is refused with %s', async (_, properties) => {
    await expect(lifeOf({ type, properties: { ...required, ...properties } })).rejects.toThrow(/\bIt\b/)
  })
})

describe('AWS::Lambda::Permission', () => {
  const properties = {
    FunctionName: FUNCTION,
    Action: 'lambda:InvokeFunction',
    Principal: 'events.amazonaws.com',
    SourceArn: 'arn:rule',
  }

  it('is a statement with an id of its own', async () => {
    const { created, deleted, values } = await lifeOf({ type: 'AWS::Lambda::Permission', properties })

    expect(created).toEqual([['lambda AddPermission', { ...properties, StatementId: values.Ref }]])
    expect(values.Ref).toMatch(/^irsa-It-[A-Z0-9]{12}$/)
    expect(deleted).toEqual([
      ['lambda RemovePermission', { FunctionName: FUNCTION, StatementId: values.Ref }],
    ])
  })

  it('is replaced by every change', async () => {
    const { updated, values } = await lifeOf({
      type: 'AWS::Lambda::Permission',
      properties,
      changed: { ...properties, SourceArn: 'arn:other' },
    })

    expect(updated).toEqual([
      [
        'lambda AddPermission',
        { ...properties, SourceArn: 'arn:other', StatementId: expect.not.stringMatching(String(values.Ref)) },
      ],
      ['lambda RemovePermission', { FunctionName: FUNCTION, StatementId: values.Ref }],
    ])
  })

  it('may be gone with its function', async () => {
    await lifeOf({
      type: 'AWS::Lambda::Permission',
      properties,
      answers: {
        'lambda RemovePermission': () => {
          throw gone('ResourceNotFoundException')
        },
      },
    })
  })
})

describe('AWS::Lambda::EventInvokeConfig', () => {
  it('is put as a whole', async () => {
    const properties = {
      FunctionName: 'f',
      Qualifier: '$LATEST',
      MaximumRetryAttempts: 1,
      MaximumEventAgeInSeconds: 60,
      DestinationConfig: { OnFailure: { Destination: 'arn:queue' } },
    }
    const changed = { FunctionName: 'f', Qualifier: '$LATEST', MaximumRetryAttempts: 2 }
    const { created, updated, deleted } = await lifeOf({
      type: 'AWS::Lambda::EventInvokeConfig',
      properties,
      changed,
    })

    expect(created).toEqual([['lambda PutFunctionEventInvokeConfig', properties]])
    expect(updated).toEqual([['lambda PutFunctionEventInvokeConfig', changed]])
    expect(deleted).toEqual([
      ['lambda DeleteFunctionEventInvokeConfig', { FunctionName: 'f', Qualifier: '$LATEST' }],
    ])
  })
})

describe('AWS::Lambda::EventSourceMapping', () => {
  const properties = {
    FunctionName: FUNCTION,
    EventSourceArn: 'arn:stream',
    StartingPosition: 'TRIM_HORIZON',
    BatchSize: 10,
    Enabled: 'true',
    FilterCriteria: { Filters: [{ Pattern: '{}' }] },
    DestinationConfig: { OnFailure: { Destination: 'arn:queue' } },
  }

  it('is waited for, changed with Lambda’s defaults for what is left out, and gone at the end', async () => {
    const states = ['Creating', 'Enabled', 'Updating', 'Enabled', 'Enabled', 'Deleting']
    const { created, updated, deleted, values } = await lifeOf({
      type: 'AWS::Lambda::EventSourceMapping',
      properties,
      changed: { FunctionName: FUNCTION, EventSourceArn: 'arn:stream', StartingPosition: 'TRIM_HORIZON' },
      attributes: ['Id'],
      answers: {
        'lambda GetEventSourceMapping': () => {
          const State = states.shift()
          if (State === undefined) throw gone('ResourceNotFoundException')
          return { State }
        },
      },
    })

    expect(created).toEqual([
      ['lambda CreateEventSourceMapping', { ...properties, Enabled: true }],
      ['lambda GetEventSourceMapping', { UUID: 'uuid-1' }],
      ['lambda GetEventSourceMapping', { UUID: 'uuid-1' }],
    ])
    expect(updated[0]).toEqual([
      'lambda UpdateEventSourceMapping',
      {
        UUID: 'uuid-1',
        FunctionName: FUNCTION,
        Enabled: true,
        BatchSize: 100,
        MaximumBatchingWindowInSeconds: 0,
        MaximumRecordAgeInSeconds: -1,
        MaximumRetryAttempts: -1,
        BisectBatchOnFunctionError: false,
        FunctionResponseTypes: [],
        FilterCriteria: { Filters: [] },
        DestinationConfig: { OnFailure: {} },
      },
    ])
    expect(deleted.map(([operation]) => operation)).toEqual([
      'lambda GetEventSourceMapping',
      'lambda DeleteEventSourceMapping',
      'lambda GetEventSourceMapping',
      'lambda GetEventSourceMapping',
    ])
    expect(values).toEqual({ Ref: 'uuid-1', Id: 'uuid-1' })
  })
})

describe('AWS::Lambda::Version', () => {
  it('is published, and deleted by its number', async () => {
    const { created, deleted, values } = await lifeOf({
      type: 'AWS::Lambda::Version',
      properties: { FunctionName: 'f', CodeSha256: 'sha' },
      attributes: ['Version', 'FunctionArn'],
    })

    expect(created).toEqual([['lambda PublishVersion', { FunctionName: 'f', CodeSha256: 'sha' }]])
    expect(values).toEqual({ Ref: `${FUNCTION}:1`, FunctionArn: `${FUNCTION}:1`, Version: '1' })
    expect(deleted).toEqual([['lambda DeleteFunction', { FunctionName: 'f', Qualifier: '1' }]])
  })
})
