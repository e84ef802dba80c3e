/** Facts from https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html */
import type { InputTransformer, Target } from '@aws-sdk/client-eventbridge'
import { describe, expect, test } from 'vitest'
import { ACCOUNT, eventsFixture, QUEUE, REGION } from './fixture.ts'

const detail = {
  'instance-id': 'i-0123456789',
  state: 'RUNNING',
  count: 3,
  flag: false,
  commands: ['ls -lrt', 'echo HelloWorld!'],
  hosting: { type: 'dedicated' },
}

const InputPathsMap = {
  timestamp: '$.time',
  instance: '$.detail.instance-id',
  state: '$.detail.state',
  resource: '$.resources[0]',
  count: '$.detail.count',
  flag: '$.detail.flag',
  commands: '$.detail.commands',
  hosting: '$.detail.hosting',
  none: '$.detail.none',
}

/** The text that a queue is given. */
async function textOf(target: Partial<Target>): Promise<unknown> {
  const { put, rule, sent } = eventsFixture()
  await rule({ Arn: QUEUE, ...target })
  await put({ Detail: JSON.stringify(detail), Resources: ['arn:aws:ec2:i'] })
  return sent[0]?.input.MessageBody
}

test('Input is given whatever the event', async () => {
  expect(await textOf({ Input: '{"task": "sweep"}' })).toBe('{"task": "sweep"}')
})

describe('InputPath', () => {
  test.each<[string, unknown]>([
    ['$.detail.hosting', { type: 'dedicated' }],
    ['$.detail.state', 'RUNNING'],
    ['$.detail.commands[1]', 'echo HelloWorld!'],
    ['$.detail-type', 'Test'],
    ['$.resources', ['arn:aws:ec2:i']],
    ['$.detail.none', null],
    ['$.detail.toString', null],
  ])('%s gives %j', async (InputPath, expected) => {
    expect(JSON.parse(String(await textOf({ InputPath })))).toEqual(expected)
  })

  test('$ gives the whole event', async () => {
    expect(JSON.parse(String(await textOf({ InputPath: '$' })))).toMatchObject({ source: 'test', detail })
  })

  test.each(['$.detail.*', '$..state', 'detail', "$['detail']", '$.detail[?(@.a)]'])(
    '%s, which local mode cannot evaluate, fails loudly',
    async (InputPath) => {
      await expect(textOf({ InputPath })).rejects.toMatchObject({ code: 'NotInLocalMode' })
    },
  )
})

describe('InputTransformer', () => {
  test.each<[string, string, string]>([
    ['a text', '"instance <instance> is in <state>"', '"instance i-0123456789 is in RUNNING"'],
    [
      'a text with escaped quotes',
      '"instance \\"<instance>\\" is in <state>"',
      '"instance \\"i-0123456789\\" is in RUNNING"',
    ],
    [
      'JSON',
      '{"instance" : <instance>, "state": <state>}',
      '{"instance" : "i-0123456789", "state": "RUNNING"}',
    ],
    [
      'JSON with variables in texts',
      '{"instance" : <instance>, "state": "<state>", "status": "instance \\"<instance>\\" is in <state>"}',
      '{"instance" : "i-0123456789", "state": "RUNNING", "status": "instance \\"i-0123456789\\" is in RUNNING"}',
    ],
    ['JSON with a mix', '{"state": [ 9, <state>, true ]}', '{"state": [ 9, "RUNNING", true ]}'],
    [
      'lists and objects',
      '{"commands": <commands>, "h": <hosting>}',
      '{"commands": ["ls -lrt","echo HelloWorld!"], "h": {"type":"dedicated"}}',
    ],
    [
      'numbers and truths',
      '{"count": <count>, "flag": <flag>, "text": "<count>"}',
      '{"count": 3, "flag": false, "text": "3"}',
    ],
    ['an object in a text, without its quotes', '"Hosting is <hosting>"', '"Hosting is {type:dedicated}"'],
    ['several lines of text', '"<instance>"\n"<state>"', '"i-0123456789"\n"RUNNING"'],
    ['an index', '{"resource": <resource>}', '{"resource": "arn:aws:ec2:i"}'],
    ['the name of the rule', '"<aws.events.rule-name> triggered"', '"rule triggered"'],
    [
      'the ARN of the rule',
      '{"ruleArn": <aws.events.rule-arn>}',
      `{"ruleArn": "arn:aws:events:${REGION}:${ACCOUNT}:rule/irsa/rule"}`,
    ],
    ['the time of ingestion', '"<aws.events.event.ingestion-time>"', '"2026-01-01T00:00:00Z"'],
    ['nothing for what is not in the event', '"none: <none>."', '"none: ."'],
  ])('gives %s', async (_, InputTemplate, expected) => {
    const InputTransformer = { InputPathsMap, InputTemplate }

    expect(await textOf({ InputTransformer })).toBe(expected)
  })

  test('gives the event with its detail, and without', async () => {
    const InputTemplate = '{"all": <aws.events.event.json>, "envelope": <aws.events.event>}'

    const { all, envelope } = JSON.parse(String(await textOf({ InputTransformer: { InputTemplate } })))

    expect(all).toMatchObject({ source: 'test', detail })
    const { detail: _, ...withoutDetail } = all
    expect(envelope).toEqual(withoutDetail)
  })

  test('leaves quotes of its own alone that are escaped', async () => {
    const InputTransformer = {
      InputPathsMap,
      InputTemplate: '{"a": "\\"", "b": <state>, "c": "\\\\", "d": <state>}',
    }

    expect(JSON.parse(String(await textOf({ InputTransformer })))).toEqual({
      a: '"',
      b: 'RUNNING',
      c: '\\',
      d: 'RUNNING',
    })
  })

  test.each<[string, InputTransformer]>([
    ['without template', { InputTemplate: '' }],
    ['with a template of 8,193 characters', { InputTemplate: `"${'a'.repeat(8191)}"` }],
    ['with a variable that is not defined', { InputTemplate: '"<colour>"' }],
    ['with a reserved variable that is none', { InputTemplate: '"<aws.events.colour>"' }],
    [
      'with 101 variables',
      {
        InputPathsMap: Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`a${n}`, '$.id'])),
        InputTemplate: '{}',
      },
    ],
    ['with a variable of AWS', { InputPathsMap: { 'AWS.a': '$.id' }, InputTemplate: '{}' }],
    ['with a variable with a space', { InputPathsMap: { 'a b': '$.id' }, InputTemplate: '{}' }],
  ])('%s is refused', async (_, InputTransformer) => {
    await expect(textOf({ InputTransformer })).rejects.toMatchObject({ code: 'ValidationException' })
  })
})
