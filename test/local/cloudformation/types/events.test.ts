import { describe, expect, it } from 'vitest'
import { gone } from '../fixture.ts'
import { lifeOf } from './lifecycle.ts'

describe('AWS::Events::EventBus', () => {
  it('is created, changed and deleted by its name', async () => {
    const policy = { Version: '2012-10-17', Statement: [] }
    const { created, updated, deleted, values } = await lifeOf({
      type: 'AWS::Events::EventBus',
      properties: { Name: 'bus', Description: 'd', Policy: policy },
      changed: { Name: 'bus', DeadLetterConfig: { Arn: 'arn:queue' }, Tags: [{ Key: 'k', Value: 'v' }] },
      attributes: ['Arn', 'Name'],
    })

    expect(created).toEqual([
      ['events CreateEventBus', { Name: 'bus', Description: 'd' }],
      ['events PutPermission', { EventBusName: 'bus', Policy: JSON.stringify(policy) }],
    ])
    expect(updated).toEqual([
      [
        'events UpdateEventBus',
        { Name: 'bus', Description: undefined, DeadLetterConfig: { Arn: 'arn:queue' } },
      ],
      ['events RemovePermission', { EventBusName: 'bus', RemoveAllPermissions: true }],
      ['events TagResource', { ResourceARN: values.Arn, Tags: [{ Key: 'k', Value: 'v' }] }],
    ])
    expect(deleted).toEqual([['events DeleteEventBus', { Name: 'bus' }]])
    expect(values).toEqual({
      Ref: 'bus',
      Name: 'bus',
      Arn: 'arn:aws:events:eu-central-1:000000000000:event-bus/bus',
    })
  })
})

describe('AWS::Events::EventBusPolicy', () => {
  const type = 'AWS::Events::EventBusPolicy'
  const statement = (action: string) => ({
    Effect: 'Allow',
    Principal: '*',
    Action: action,
    Resource: 'arn:bus',
  })

  it('adds its statement to those that the bus has', async () => {
    const { created, deleted } = await lifeOf({
      type,
      properties: { EventBusName: 'bus', StatementId: 'mine', Statement: statement('events:PutEvents') },
      answers: {
        'events DescribeEventBus': () => ({
          Policy: JSON.stringify({ Version: '2012-10-17', Statement: [{ Sid: 'theirs', Effect: 'Deny' }] }),
        }),
      },
    })

    const policy = {
      Version: '2012-10-17',
      Statement: [
        { Sid: 'theirs', Effect: 'Deny' },
        { ...statement('events:PutEvents'), Sid: 'mine' },
      ],
    }
    expect(created.map(([operation]) => operation)).toEqual([
      'events DescribeEventBus',
      'events PutPermission',
    ])
    const { Policy, ...put } = created[1]?.[1] ?? {}
    expect(put).toEqual({ EventBusName: 'bus' })
    expect(JSON.parse(String(Policy))).toEqual(policy)
    expect(deleted).toEqual([['events RemovePermission', { EventBusName: 'bus', StatementId: 'mine' }]])
  })

  it('takes the older form with an action and a principal', async () => {
    const properties = { EventBusName: 'bus', StatementId: 's', Action: 'events:PutEvents', Principal: '*' }
    const { created } = await lifeOf({ type, properties })

    expect(created).toEqual([['events PutPermission', properties]])
  })
})

describe('AWS::Events::Rule', () => {
  const target = {
    Id: 'one',
    Arn: 'arn:function',
    RetryPolicy: { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 2 },
    DeadLetterConfig: { Arn: 'arn:queue' },
    InputTransformer: { InputPathsMap: { a: '$.detail.a' }, InputTemplate: '{"a":<a>}' },
  }
  const rule = {
    Name: 'r',
    EventBusName: 'bus',
    EventPattern: { 'detail-type': ['Cluster Created'] },
    State: 'ENABLED',
  }

  it('is put with its pattern as text, then its targets', async () => {
    const { created, deleted, values } = await lifeOf({
      type: 'AWS::Events::Rule',
      properties: { ...rule, Targets: [target] },
      attributes: ['Arn'],
    })

    expect(created).toEqual([
      ['events PutRule', { ...rule, EventPattern: '{"detail-type":["Cluster Created"]}' }],
      ['events PutTargets', { Rule: 'r', EventBusName: 'bus', Targets: [target] }],
    ])
    expect(values).toEqual({ Ref: 'bus|r', Arn: 'arn:aws:events:eu-central-1:000000000000:rule/r' })
    expect(deleted).toEqual([
      ['events RemoveTargets', { Rule: 'r', EventBusName: 'bus', Ids: ['one'] }],
      ['events DeleteRule', { Name: 'r', EventBusName: 'bus' }],
    ])
  })

  it('is a schedule on the default bus, under its plain name', async () => {
    const properties = { ScheduleExpression: 'rate(5 minutes)', State: 'ENABLED' }
    const { created, deleted, values } = await lifeOf({ type: 'AWS::Events::Rule', properties })

    expect(values.Ref).toMatch(/^irsa-It-[A-Z0-9]{12}$/)
    expect(created).toEqual([['events PutRule', { ...properties, Name: values.Ref }]])
    expect(deleted).toEqual([['events DeleteRule', { Name: values.Ref }]])
  })

  it('loses the targets that have left it', async () => {
    const other = { Id: 'two', Arn: 'arn:other' }
    const { updated } = await lifeOf({
      type: 'AWS::Events::Rule',
      properties: { ...rule, Targets: [target] },
      changed: { ...rule, State: 'DISABLED', Targets: [other], Tags: [{ Key: 'k', Value: 'v' }] },
    })

    expect(updated).toEqual([
      ['events PutRule', { ...rule, State: 'DISABLED', EventPattern: '{"detail-type":["Cluster Created"]}' }],
      ['events RemoveTargets', { Rule: 'r', EventBusName: 'bus', Ids: ['one'] }],
      ['events PutTargets', { Rule: 'r', EventBusName: 'bus', Targets: [other] }],
      [
        'events TagResource',
        {
          ResourceARN: 'arn:aws:events:eu-central-1:000000000000:rule/r',
          Tags: [{ Key: 'k', Value: 'v' }],
        },
      ],
    ])
  })

  it('fails when EventBridge takes the call but not the target, and is deleted again', async () => {
    const answers = {
      'events PutTargets': () => ({
        FailedEntryCount: 1,
        FailedEntries: [{ TargetId: 'one', ErrorCode: 'ConcurrentModification', ErrorMessage: 'busy' }],
      }),
      'events RemoveTargets': () => {
        throw gone('ResourceNotFoundException')
      },
    }

    await expect(
      lifeOf({ type: 'AWS::Events::Rule', properties: { ...rule, Targets: [target] }, answers }),
    ).rejects.toThrow('It: Target one: busy (ConcurrentModification)')
  })
})
