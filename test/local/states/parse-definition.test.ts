import { describe, expect, test } from 'vitest'
import { NotInLocalMode } from '../../../local/errors.ts'
import { checkedDefinitions } from '../../../local/states/checked-definitions.ts'
import { parseDefinition } from '../../../local/states/parse-definition.ts'
import { FUNCTION } from './fixture.ts'

const INVOKE = 'arn:aws:states:::lambda:invoke'
const pass = { Type: 'Pass', End: true }
const work = { Type: 'Task', Resource: FUNCTION, End: true }

const checked = checkedDefinitions()

function parse(definition: unknown) {
  return parseDefinition(typeof definition === 'string' ? definition : JSON.stringify(definition), checked)
}

function withState(state: object, more: object = {}) {
  return { StartAt: 'S', States: { S: state }, ...more }
}

describe('parseDefinition', () => {
  test('gives retriers the defaults of the specification', () => {
    const machine = parse(withState({ ...work, Retry: [{ ErrorEquals: ['States.ALL'] }] }))

    expect(machine.States.S).toMatchObject({
      Retry: [
        {
          ErrorEquals: ['States.ALL'],
          IntervalSeconds: 1,
          MaxAttempts: 3,
          BackoffRate: 2,
          JitterStrategy: 'NONE',
        },
      ],
    })
  })

  test('accepts functions of every partition and the optimised integration', () => {
    for (const partition of ['aws', 'aws-cn', 'aws-us-gov', 'aws-eusc']) {
      parse(withState({ ...work, Resource: FUNCTION.replace('arn:aws:', `arn:${partition}:`) }))
      const Parameters = { FunctionName: 'work', 'Payload.$': '$' }
      parse(withState({ ...work, Resource: INVOKE.replace('arn:aws:', `arn:${partition}:`), Parameters }))
    }
  })

  test.each<[string, unknown]>([
    ['JSON that cannot be read', '{'],
    ['no object', '[]'],
    ['no states', { StartAt: 'S' }],
    ['an unknown first state', { ...withState(pass), StartAt: 'T' }],
    ['an unknown field of a state', withState({ ...pass, Foo: 1 })],
    ['an unknown field of the machine', withState(pass, { Foo: 1 })],
    ['an unknown state type', withState({ Type: 'Nap', End: true })],
    ['a state that neither ends nor goes on', withState({ Type: 'Pass' })],
    ['a state that both ends and goes on', { StartAt: 'S', States: { S: { ...pass, Next: 'T' }, T: pass } }],
    ['a target that does not exist', { StartAt: 'S', States: { S: { Type: 'Pass', Next: 'X' }, T: pass } }],
    ['a state that cannot be reached', { StartAt: 'S', States: { S: pass, T: pass } }],
    ['a path that is none', withState({ ...pass, InputPath: 'a' })],
    [
      'an intrinsic function that does not exist',
      withState({ ...pass, Parameters: { 'a.$': 'States.Nope()' } }),
    ],
    [
      'an intrinsic function with too few arguments',
      withState({ ...pass, Parameters: { 'a.$': 'States.Format()' } }),
    ],
    ['a field .$ that is no path', withState({ ...pass, Parameters: { 'a.$': 'b' } })],
    ['a task without resource', withState({ Type: 'Task', End: true })],
    ['a timeout of nothing', withState({ ...work, TimeoutSeconds: 0 })],
    ['two timeouts', withState({ ...work, TimeoutSeconds: 1, TimeoutSecondsPath: '$.t' })],
    ['a retrier without errors', withState({ ...work, Retry: [{ ErrorEquals: [] }] })],
    [
      'a retrier that waits for nothing',
      withState({ ...work, Retry: [{ ErrorEquals: ['A'], IntervalSeconds: 0 }] }),
    ],
    ['a shrinking backoff', withState({ ...work, Retry: [{ ErrorEquals: ['A'], BackoffRate: 0.5 }] })],
    ['States.ALL in company', withState({ ...work, Retry: [{ ErrorEquals: ['States.ALL', 'A'] }] })],
    [
      'States.ALL before another retrier',
      withState({ ...work, Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['A'] }] }),
    ],
    ['an unknown field of a retrier', withState({ ...work, Retry: [{ ErrorEquals: ['A'], Interval: 1 }] })],
    [
      'a wait with two durations',
      withState({ Type: 'Wait', Seconds: 1, Timestamp: '2026-01-01T00:00:00Z', End: true }),
    ],
    ['a wait without duration', withState({ Type: 'Wait', End: true })],
    ['a wait of half a second', withState({ Type: 'Wait', Seconds: 0.5, End: true })],
    [
      'a choice with an unknown operator',
      {
        StartAt: 'S',
        States: { S: { Type: 'Choice', Choices: [{ Variable: '$.a', Is: 1, Next: 'T' }] }, T: pass },
      },
    ],
    ['a Fail state with two errors', withState({ Type: 'Fail', Error: 'A', ErrorPath: '$.e' })],
    [
      'a way out of an ItemProcessor',
      {
        StartAt: 'M',
        States: {
          M: {
            Type: 'Map',
            ItemProcessor: {
              StartAt: 'A',
              States: { A: { Type: 'Pass', Next: 'Z' }, B: { Type: 'Succeed' } },
            },
            Next: 'Z',
          },
          Z: pass,
        },
      },
    ],
    [
      'one name for two states',
      {
        StartAt: 'P',
        States: { P: { Type: 'Parallel', Branches: [withState(pass), withState(pass)], End: true } },
      },
    ],
    ['a name of more than 80 characters', { StartAt: 'S'.repeat(81), States: { ['S'.repeat(81)]: pass } }],
  ])('refuses %s as AWS does', (_, definition) => {
    expect(() => parse(definition)).toThrow(
      expect.objectContaining({ code: 'InvalidDefinition', status: 400 }),
    )
  })

  test.each<[string, unknown]>([
    ['JSONata', withState({ Type: 'Pass', End: true }, { QueryLanguage: 'JSONata' })],
    ['JSONata in one state', withState({ ...pass, QueryLanguage: 'JSONata' })],
    ['variables', withState({ ...pass, Assign: { a: 1 } })],
    [
      'a Distributed Map',
      withState({
        Type: 'Map',
        ItemProcessor: {
          ...withState(pass),
          StartAt: 'A',
          States: { A: pass },
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        },
        End: true,
      }),
    ],
    [
      'an ItemReader',
      withState({
        Type: 'Map',
        ItemReader: { Resource: 'arn:aws:states:::s3:getObject' },
        ItemProcessor: { StartAt: 'A', States: { A: pass } },
        End: true,
      }),
    ],
    [
      'tolerated failures',
      withState({
        Type: 'Map',
        ToleratedFailureCount: 1,
        ItemProcessor: { StartAt: 'A', States: { A: pass } },
        End: true,
      }),
    ],
    [
      'task tokens',
      withState({ ...work, Resource: `${INVOKE}.waitForTaskToken`, Parameters: { FunctionName: 'a' } }),
    ],
    ['activities', withState({ ...work, Resource: 'arn:aws:states:eu-central-1:000000000000:activity:a' })],
    [
      'other integrations',
      withState({ ...work, Resource: 'arn:aws:states:::sqs:sendMessage', Parameters: {} }),
    ],
    [
      'SDK integrations',
      withState({ ...work, Resource: 'arn:aws:states:::aws-sdk:iam:getRole', Parameters: {} }),
    ],
    [
      'nested executions',
      withState({ ...work, Resource: 'arn:aws:states:::states:startExecution.sync:2', Parameters: {} }),
    ],
    [
      'credentials of a task',
      withState({ ...work, Credentials: { RoleArn: 'arn:aws:iam::000000000000:role/r' } }),
    ],
    [
      'a parameter of lambda:invoke that nobody reads',
      withState({ ...work, Resource: INVOKE, Parameters: { FunctionName: 'a', LogType: 'Tail' } }),
    ],
    ['wildcards in paths', withState({ ...pass, InputPath: '$.a[*].b' })],
    ['filters in paths', withState({ ...pass, Parameters: { 'a.$': '$.a[?(@.b==1)]' } })],
    [
      'the same inside a branch',
      withState({
        Type: 'Parallel',
        Branches: [{ StartAt: 'A', States: { A: { ...pass, Assign: { a: 1 } } } }],
        End: true,
      }),
    ],
  ])('refuses %s, which local mode does not have', (_, definition) => {
    expect(() => parse(definition)).toThrow(NotInLocalMode)
  })
})
