import { describe, expect, test } from 'vitest'
import { ACCOUNT, anEntry, BUS, callOf, eventsFixture, REGION } from './fixture.ts'

describe('IAM is asked', () => {
  const rule = `arn:aws:events:${REGION}:${ACCOUNT}:rule/irsa/rule`
  const onRule = { EventBusName: 'irsa', Name: 'rule', Rule: 'rule' }

  test.each<[string, object, string]>([
    ['CreateEventBus', { Name: 'irsa' }, BUS],
    ['UpdateEventBus', { Name: 'irsa' }, BUS],
    ['DescribeEventBus', { Name: 'irsa' }, BUS],
    ['DeleteEventBus', { Name: 'irsa' }, BUS],
    ['PutPermission', { EventBusName: 'irsa' }, BUS],
    ['RemovePermission', { EventBusName: 'irsa' }, BUS],
    ['PutEvents', { Entries: [anEntry] }, BUS],
    ['PutRule', onRule, rule],
    ['DescribeRule', onRule, rule],
    ['EnableRule', onRule, rule],
    ['DisableRule', onRule, rule],
    ['DeleteRule', onRule, rule],
    ['PutTargets', onRule, rule],
    ['RemoveTargets', onRule, rule],
    ['ListTargetsByRule', onRule, rule],
    ['DescribeRule', { Name: 'rule' }, `arn:aws:events:${REGION}:${ACCOUNT}:rule/rule`],
    ['TagResource', { ResourceARN: rule }, rule],
    ['UntagResource', { ResourceARN: rule }, rule],
    ['ListTagsForResource', { ResourceARN: rule }, rule],
    ['TestEventPattern', {}, '*'],
  ])('before %s of %j about %s', (operation, input, resource) => {
    const { asks } = eventsFixture()

    expect(asks(operation, input)).toEqual([
      expect.objectContaining({ action: `events:${operation}`, resource }),
    ])
  })

  test('for tagging and for passing roles too', () => {
    const { asks } = eventsFixture()
    const RoleArn = `arn:aws:iam::${ACCOUNT}:role/a`
    const Tags = [{ Key: 'team', Value: 'a' }]
    const context = { 'aws:RequestTag/team': 'a', 'aws:TagKeys': ['team'] }
    const pass = {
      action: 'iam:PassRole',
      resource: RoleArn,
      context: { 'iam:PassedToService': 'events.amazonaws.com' },
    }

    expect(asks('CreateEventBus', { Name: 'irsa', Tags })).toMatchObject([
      { action: 'events:CreateEventBus', context },
      { action: 'events:TagResource', resource: BUS, context },
    ])
    expect(asks('PutRule', { ...onRule, RoleArn, Tags })).toMatchObject([
      { action: 'events:PutRule', context },
      { action: 'events:TagResource', resource: rule, context },
      pass,
    ])
    expect(
      asks('PutTargets', { ...onRule, Targets: [{ Arn: 'arn:a', RoleArn }, { Arn: 'arn:b' }] }),
    ).toMatchObject([
      { action: 'events:PutTargets', context: { 'events:TargetArn': ['arn:a', 'arn:b'] } },
      pass,
    ])
  })

  test('of nobody for what a service itself reports to its account', () => {
    const { asks } = eventsFixture()
    const principal = {
      kind: 'service',
      account: ACCOUNT,
      arn: 'states.amazonaws.com',
      sourceArn: 'arn:s',
    } as const
    const entry = { ...anEntry, EventBusName: undefined, Source: 'aws.states' }

    expect(asks('PutEvents', { Entries: [entry] }, { ...callOf(), principal })).toEqual([])
    expect(asks('PutEvents', { Entries: [entry] })).toHaveLength(1)
    expect(asks('PutEvents', { Entries: [anEntry] }, { ...callOf(), principal })).toHaveLength(1)
  })
})
