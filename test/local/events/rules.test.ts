/** Facts from https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html and its neighbours. */
import type { ListRulesResponse } from '@aws-sdk/client-eventbridge'
import { describe, expect, test } from 'vitest'
import { ACCOUNT, eventsFixture, FUNCTION, REGION, ROLE } from './fixture.ts'

const notFound = { code: 'ResourceNotFoundException' }
const invalid = { code: 'ValidationException' }
const limited = { code: 'LimitExceededException' }
const EventPattern = '{"source":["test"]}'
const ruleArn = `arn:aws:events:${REGION}:${ACCOUNT}:rule/irsa/rule`
const onRule = { EventBusName: 'irsa', Rule: 'rule' }
const named = { EventBusName: 'irsa', Name: 'rule' }

async function bus() {
  const fixture = eventsFixture()
  await fixture.run('CreateEventBus', { Name: 'irsa' })
  return {
    ...fixture,
    putRule: (input: object) => fixture.run('PutRule', { ...named, EventPattern, ...input }),
  }
}

describe('PutRule', () => {
  test('makes a rule that is enabled, with the bus in its ARN unless that is the default one', async () => {
    const { putRule, run } = await bus()

    expect(await putRule({})).toEqual({ RuleArn: ruleArn })
    expect(await run('DescribeRule', named)).toEqual({
      Name: 'rule',
      Arn: ruleArn,
      EventBusName: 'irsa',
      State: 'ENABLED',
      EventPattern,
    })
    expect(await run('PutRule', { Name: 'rule', EventPattern })).toEqual({
      RuleArn: `arn:aws:events:${REGION}:${ACCOUNT}:rule/rule`,
    })
  })

  test('replaces the whole rule but its targets and tags', async () => {
    const { putRule, run } = await bus()
    const Tags = [{ Key: 'team', Value: 'a' }]
    await putRule({ Description: 'old', RoleArn: ROLE, State: 'DISABLED', Tags })
    expect(await run('DescribeRule', named)).toMatchObject({ Description: 'old', RoleArn: ROLE })
    const Targets = [{ Id: 'a', Arn: FUNCTION }]
    await run('PutTargets', { ...onRule, Targets })

    await putRule({ EventPattern: '{"source":["other"]}', Tags: [{ Key: 'team', Value: 'b' }] })

    expect(await run('DescribeRule', named)).toEqual({
      Name: 'rule',
      Arn: ruleArn,
      EventBusName: 'irsa',
      State: 'ENABLED',
      EventPattern: '{"source":["other"]}',
    })
    expect(await run('ListTargetsByRule', onRule)).toEqual({ Targets })
    expect(await run('ListTagsForResource', { ResourceARN: ruleArn })).toEqual({ Tags })
  })

  test.each<[string, object, object]>([
    ['without pattern and schedule', { EventPattern: undefined }, invalid],
    ['without name', { Name: '' }, invalid],
    ['with a space in its name', { Name: 'a b' }, invalid],
    ['with a name of 65 characters', { Name: 'a'.repeat(65) }, invalid],
    ['with a description of 513', { Description: 'a'.repeat(513) }, invalid],
    ['in another state', { State: 'PAUSED' }, invalid],
    ['on a bus that is not there', { EventBusName: 'none' }, notFound],
    ['with a schedule on another bus than the default one', { ScheduleExpression: 'rate(1 day)' }, invalid],
    [
      'for management events',
      { State: 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS' },
      { code: 'NotInLocalMode' },
    ],
  ])('refuses a rule %s', async (_, input, error) => {
    const { putRule, run } = await bus()

    await expect(putRule(input)).rejects.toMatchObject(error)
    expect(await run('ListRules', { EventBusName: 'irsa' })).toEqual({ Rules: [] })
  })

  test.each([
    'source',
    '{',
    '[]',
    '{"source":"test"}',
    '{"source":[]}',
    '{"source":[["test"]]}',
    '{"source":[{"prefixes":"a"}]}',
    '{"source":[{"prefix":1}]}',
    '{"source":[{"prefix":"a","suffix":"b"}]}',
    '{"detail":{"n":[{"numeric":[">"]}]}}',
    '{"$or":{"source":["a"]}}',
    JSON.stringify({ source: ['a'.repeat(2034)] }),
  ])('refuses the pattern %s, and leaves the rule as it was', async (pattern) => {
    const { putRule, run } = await bus()
    await putRule({})

    await expect(putRule({ EventPattern: pattern })).rejects.toMatchObject({
      code: 'InvalidEventPatternException',
    })
    expect(await run('DescribeRule', named)).toMatchObject({ EventPattern })
  })

  test('takes a pattern of 2,048 characters', async () => {
    const { putRule } = await bus()
    const pattern = JSON.stringify({ source: ['a'.repeat(2033)] })
    expect(pattern).toHaveLength(2048)

    await expect(putRule({ EventPattern: pattern })).resolves.toBeDefined()
  })

  test('makes three hundred rules per bus', async () => {
    const { putRule } = await bus()
    for (let n = 0; n < 300; n += 1) await putRule({ Name: `rule-${n}` })

    await expect(putRule({ Name: 'one-more' })).rejects.toMatchObject(limited)
    await expect(putRule({ Name: 'rule-0' })).resolves.toBeDefined()
  })
})

describe('a rule', () => {
  test('is switched off and on', async () => {
    const { put, rule, run, sent } = eventsFixture()
    await rule()

    await run('DisableRule', named)
    expect(await run('DescribeRule', named)).toMatchObject({ State: 'DISABLED' })
    await put({})
    expect(sent).toEqual([])

    await run('EnableRule', named)
    await put({})
    expect(sent).toHaveLength(1)
  })

  test('is deleted without targets only, and deleting it again is no error', async () => {
    const { rule, run } = eventsFixture()
    await rule()
    await expect(run('DeleteRule', named)).rejects.toMatchObject(invalid)

    await run('RemoveTargets', { ...onRule, Ids: ['target'] })

    expect(await run('DeleteRule', named)).toEqual({})
    expect(await run('DeleteRule', named)).toEqual({})
    for (const operation of ['DescribeRule', 'EnableRule', 'DisableRule'])
      await expect(run(operation, named)).rejects.toMatchObject(notFound)
    await expect(run('ListTargetsByRule', onRule)).rejects.toMatchObject(notFound)
  })

  test('is listed with the others of its bus, by prefix and page by page', async () => {
    const { putRule, run } = await bus()
    for (const Name of ['b2', 'a1', 'b1']) await putRule({ Name })
    await run('PutRule', { Name: 'b3', EventPattern })
    const list = async (input: object) => {
      const { Rules = [], NextToken } = await run<ListRulesResponse>('ListRules', {
        EventBusName: 'irsa',
        ...input,
      })
      return { names: Rules.map(({ Name }) => Name), NextToken }
    }

    expect((await list({})).names).toEqual(['a1', 'b1', 'b2'])
    expect((await list({ NamePrefix: 'b' })).names).toEqual(['b1', 'b2'])
    const { names, NextToken } = await list({ Limit: 2 })
    expect(names).toEqual(['a1', 'b1'])
    expect(await list({ Limit: 2, NextToken })).toEqual({ names: ['b2'], NextToken: undefined })
  })
})
