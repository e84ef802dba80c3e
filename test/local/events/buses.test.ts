/** Facts from https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateEventBus.html and its neighbours. */
import type { DescribeEventBusResponse, ListEventBusesResponse } from '@aws-sdk/client-eventbridge'
import { describe, expect, test } from 'vitest'
import { ACCOUNT, BUS, callOf, eventsFixture, OTHER_ACCOUNT, QUEUE, REGION } from './fixture.ts'

const notFound = { code: 'ResourceNotFoundException' }
const invalid = { code: 'ValidationException' }

describe('CreateEventBus', () => {
  test('answers the ARN and what was set', async () => {
    const { run } = eventsFixture()
    const settings = { Description: 'clusters', DeadLetterConfig: { Arn: QUEUE } }

    expect(await run('CreateEventBus', { Name: 'irsa', ...settings })).toEqual({
      EventBusArn: BUS,
      ...settings,
    })
    expect(await run('DescribeEventBus', { Name: 'irsa' })).toEqual({
      Name: 'irsa',
      Arn: BUS,
      ...settings,
      CreationTime: new Date('2026-01-01T00:00:00Z'),
      LastModifiedTime: new Date('2026-01-01T00:00:00Z'),
    })
  })

  test('takes a name once per account and region', async () => {
    const { run } = eventsFixture()
    await run('CreateEventBus', { Name: 'irsa' })

    await expect(run('CreateEventBus', { Name: 'irsa' })).rejects.toMatchObject({
      code: 'ResourceAlreadyExistsException',
    })
    await run('CreateEventBus', { Name: 'irsa' }, callOf(OTHER_ACCOUNT))
    await run('CreateEventBus', { Name: 'irsa' }, callOf(ACCOUNT, 'us-east-1'))
  })

  test.each<[object, string]>([
    [{ Name: 'default' }, 'ResourceAlreadyExistsException'],
    [{ Name: '' }, 'ValidationException'],
    [{ Name: 'a b' }, 'ValidationException'],
    // Only partner buses have a slash.
    [{ Name: 'a/b' }, 'ValidationException'],
    [{ Name: 'a'.repeat(257) }, 'ValidationException'],
    [{ Name: 'a', Description: 'a'.repeat(513) }, 'ValidationException'],
    [{ Name: 'a', Tags: [{ Key: 'aws:a', Value: '' }] }, 'ValidationException'],
    [{ Name: 'aws.partner/a/b', EventSourceName: 'aws.partner/a/b' }, 'NotInLocalMode'],
    [{ Name: 'a', KmsKeyIdentifier: 'alias/a' }, 'NotInLocalMode'],
    [{ Name: 'a', LogConfig: { Level: 'INFO' } }, 'NotInLocalMode'],
  ])('refuses %j', async (input, code) => {
    const { run } = eventsFixture()

    await expect(run('CreateEventBus', input)).rejects.toMatchObject({ code })
  })

  test('makes a hundred of them, not counting the default one', async () => {
    const { run } = eventsFixture()
    await run('DescribeEventBus', {})
    for (let n = 0; n < 100; n += 1) await run('CreateEventBus', { Name: `bus-${n}` })

    await expect(run('CreateEventBus', { Name: 'one-more' })).rejects.toMatchObject({
      code: 'LimitExceededException',
    })
  })
})

describe('a bus', () => {
  test('named default is always there, and cannot be deleted', async () => {
    const { run } = eventsFixture()
    const arn = `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/default`

    expect(await run('DescribeEventBus', {})).toMatchObject({ Name: 'default', Arn: arn })
    expect(await run('DescribeEventBus', { Name: arn })).toMatchObject({ Name: 'default' })
    for (const Name of ['default', arn])
      await expect(run('DeleteEventBus', { Name })).rejects.toMatchObject(invalid)
  })

  test('is found by name or ARN', async () => {
    const { run } = eventsFixture()
    await run('CreateEventBus', { Name: 'irsa' })

    expect(await run('DescribeEventBus', { Name: BUS }, callOf(OTHER_ACCOUNT))).toMatchObject({ Arn: BUS })
    await expect(run('DescribeEventBus', { Name: 'irsa' }, callOf(OTHER_ACCOUNT))).rejects.toMatchObject(
      notFound,
    )
    await expect(run('DescribeEventBus', { Name: 'none' })).rejects.toMatchObject(notFound)
  })

  test('can be changed, what is left out is taken away', async () => {
    const { run } = eventsFixture()
    await run('CreateEventBus', { Name: 'irsa', Description: 'old', DeadLetterConfig: { Arn: QUEUE } })

    expect(await run('UpdateEventBus', { Name: 'irsa', Description: 'new' })).toEqual({
      Arn: BUS,
      Name: 'irsa',
      Description: 'new',
    })
    const described = await run<DescribeEventBusResponse>('DescribeEventBus', { Name: 'irsa' })
    expect(described.Description).toBe('new')
    expect(described).not.toHaveProperty('DeadLetterConfig')
    await expect(run('UpdateEventBus', { Name: 'none' })).rejects.toMatchObject(notFound)
  })

  test('is deleted when it has no rules, and deleting it again is no error', async () => {
    const { run, rule } = eventsFixture()
    await rule()
    await expect(run('DeleteEventBus', { Name: 'irsa' })).rejects.toMatchObject(invalid)

    await run('RemoveTargets', { Rule: 'rule', EventBusName: 'irsa', Ids: ['target'] })
    await run('DeleteRule', { Name: 'rule', EventBusName: 'irsa' })

    expect(await run('DeleteEventBus', { Name: 'irsa' })).toEqual({})
    expect(await run('DeleteEventBus', { Name: 'irsa' })).toEqual({})
    await expect(run('DescribeEventBus', { Name: 'irsa' })).rejects.toMatchObject(notFound)
  })
})

describe('ListEventBuses', () => {
  test("lists the account's buses in the region, by prefix and page by page", async () => {
    const { run } = eventsFixture()
    for (const Name of ['b2', 'b1', 'a1']) await run('CreateEventBus', { Name })
    await run('CreateEventBus', { Name: 'b3' }, callOf(OTHER_ACCOUNT))
    const list = async (input: object) => {
      const { EventBuses = [], NextToken } = await run<ListEventBusesResponse>('ListEventBuses', input)
      return { names: EventBuses.map(({ Name }) => Name), NextToken }
    }

    expect((await list({})).names).toEqual(['a1', 'b1', 'b2', 'default'])
    expect((await list({ NamePrefix: 'b' })).names).toEqual(['b1', 'b2'])
    const first = await list({ Limit: 3 })
    expect(first.names).toEqual(['a1', 'b1', 'b2'])
    expect(await list({ Limit: 3, NextToken: first.NextToken })).toEqual({
      names: ['default'],
      NextToken: undefined,
    })
    expect((await list({ Limit: 1 })).names).toEqual(['a1'])
    await expect(list({ Limit: 0 })).rejects.toMatchObject(invalid)
    await expect(list({ Limit: 101 })).rejects.toMatchObject(invalid)
  })
})

describe('tags', () => {
  const ruleArn = `arn:aws:events:${REGION}:${ACCOUNT}:rule/irsa/rule`

  test.each([BUS, ruleArn])('of %s are added, overwritten and taken away', async (ResourceARN) => {
    const { rule, run } = eventsFixture()
    await rule()
    const tag = (Key: string, Value: string) => ({ Key, Value })

    await run('TagResource', { ResourceARN, Tags: [tag('team', 'a'), tag('stage', 'dev')] })
    await run('TagResource', { ResourceARN, Tags: [tag('team', 'b')] })
    await run('UntagResource', { ResourceARN, TagKeys: ['stage', 'none'] })

    expect(await run('ListTagsForResource', { ResourceARN })).toEqual({ Tags: [tag('team', 'b')] })
  })

  test('are fifty at most', async () => {
    const { run } = eventsFixture()
    const tags = (count: number, prefix = 'a') =>
      Array.from({ length: count }, (_, n) => ({ Key: `${prefix}${n}`, Value: '' }))
    await run('CreateEventBus', { Name: 'irsa', Tags: tags(49) })

    await run('TagResource', { ResourceARN: BUS, Tags: tags(1, 'b') })
    for (const more of [tags(1, 'c'), tags(51)])
      await expect(run('TagResource', { ResourceARN: BUS, Tags: more })).rejects.toMatchObject({
        code: 'LimitExceededException',
      })
  })

  test('of what is not there are an error', async () => {
    const { run } = eventsFixture()

    for (const ResourceARN of [BUS, ruleArn])
      await expect(run('ListTagsForResource', { ResourceARN })).rejects.toMatchObject(notFound)
  })
})

test.each(['CreateArchive', 'StartReplay', 'CreateConnection', 'CreateApiDestination'])(
  'local mode has no %s, and does not pretend to',
  (operation) => {
    const { service } = eventsFixture()

    expect(Object.keys(service.operations)).not.toContain(operation)
  },
)
