import { describe, expect, test } from 'vitest'
import { callOf, dynamodbFixture, key } from './fixture.ts'
import { partitions } from './stream-fixture.ts'
import { absent, check, put, setOwner, TableName, withTable, write } from './transaction-fixture.ts'

describe('a transaction', () => {
  test('does all its actions, in several tables', async () => {
    const fixture = await withTable()
    const { createTable, run, get } = fixture
    await createTable({ TableName: 'audit' })
    await fixture.put({ ...key('changed'), owner: { S: 'a' } })
    await fixture.put(key('gone'))
    await fixture.put(key('there'))

    const output = await write(
      fixture,
      put(key('new'), absent),
      setOwner('changed', 'b'),
      setOwner('made', 'c'),
      { Delete: { TableName, Key: key('gone') } },
      check('there', 'attribute_exists(pk)'),
      { Put: { TableName: 'audit', Item: key('new') } },
    )

    expect(output).toEqual({})
    expect(await get('new')).toEqual(key('new'))
    expect(await get('changed')).toEqual({ ...key('changed'), owner: { S: 'b' } })
    expect(await get('made')).toEqual({ ...key('made'), owner: { S: 'c' } })
    expect(await get('gone')).toBeUndefined()
    expect(await get('there')).toEqual(key('there'))
    expect(await run('GetItem', { TableName: 'audit', Key: key('new') })).toEqual({ Item: key('new') })
  })

  test('does nothing at all when one action fails, wherever it stands', async () => {
    const fixture = await dynamodbFixture()
    const stream = await fixture.createTable({
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' },
    })
    await fixture.put(key('there'))
    const before = [put(key('first')), { Delete: { TableName, Key: key('there') } }]
    const after = [put(key('last')), setOwner('updated', 'a')]

    await expect(write(fixture, ...before, check('none', 'attribute_exists(pk)'), ...after)).rejects.toThrow(
      expect.objectContaining({ code: 'TransactionCanceledException' }),
    )

    expect(await fixture.run('Scan', { TableName })).toMatchObject({ Items: [key('there')] })
    expect(partitions(await fixture.records(stream))).toEqual(['there'])
  })

  test('says for every action why it was cancelled, in their order', async () => {
    const fixture = await withTable()
    await fixture.put({ ...key('there'), owner: { S: 'somebody' } })

    const cancelled = write(
      fixture,
      put(key('new'), absent),
      put(key('there'), absent),
      check('none', 'attribute_exists(pk)'),
      setOwner('other', 'a'),
    )

    const failed = { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' }
    await expect(cancelled).rejects.toMatchObject({
      code: 'TransactionCanceledException',
      status: 400,
      message:
        'Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed, ConditionalCheckFailed, None]',
      details: { CancellationReasons: [{ Code: 'None' }, failed, failed, { Code: 'None' }] },
    })
  })

  test('shows the items whose conditions failed to those actions that ask for them', async () => {
    const fixture = await withTable()
    const there = { ...key('there'), bytes: { B: new Uint8Array([1]) } }
    const other = { ...key('other'), owner: { S: 'somebody' } }
    await fixture.put(there)
    await fixture.put(other)
    const allOld = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }

    const cancelled = write(
      fixture,
      put(key('there'), { ...absent, ...allOld }),
      { Delete: { TableName, Key: key('other'), ...absent } },
      check('none', 'attribute_exists(pk)', allOld),
      put(key('new'), allOld),
    )

    const failed = { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' }
    const Item = { ...there, bytes: { B: Buffer.from([1]) } }
    await expect(cancelled).rejects.toMatchObject({
      details: { CancellationReasons: [{ ...failed, Item }, failed, failed, { Code: 'None' }] },
    })
    const reasons = await cancelled.catch(({ details }) => details.CancellationReasons)
    expect(reasons.map((reason: object) => 'Item' in reason)).toEqual([true, false, false, false])
  })

  test('is cancelled by an update that its item does not allow', async () => {
    const fixture = await withTable()
    await fixture.put({ ...key('a'), owner: { S: 'somebody' }, text: { S: 'x'.repeat(300_000) } })
    const add = { UpdateExpression: 'ADD #owner :owner', ExpressionAttributeValues: { ':owner': { N: '1' } } }
    const grow = { ExpressionAttributeValues: { ':owner': { S: 'x'.repeat(120_000) } } }

    for (const more of [add, grow]) {
      await expect(write(fixture, put(key('b')), setOwner('a', '', more))).rejects.toMatchObject({
        code: 'TransactionCanceledException',
        details: {
          CancellationReasons: [{ Code: 'None' }, { Code: 'ValidationError', Message: expect.any(String) }],
        },
      })
    }

    expect(await fixture.get('b')).toBeUndefined()
  })

  test('sees its items as they were before it', async () => {
    const fixture = await withTable()
    await fixture.put({ ...key('a'), owner: { S: 'a' } })
    const isA = {
      ConditionExpression: '#owner = :a',
      ExpressionAttributeValues: { ':owner': { S: 'b' }, ':a': { S: 'a' } },
    }

    await write(fixture, setOwner('a', 'b', isA), put(key('b')))

    expect(await fixture.get('a')).toMatchObject({ owner: { S: 'b' } })
    await expect(write(fixture, setOwner('a', 'b', isA))).rejects.toMatchObject({
      code: 'TransactionCanceledException',
    })
  })

  test('lets exactly one of many win', async () => {
    const fixture = await withTable()

    const claims = Array.from({ length: 10 }, (_, index) =>
      write(fixture, put(key('CLAIM'), absent), put(key(`owner-${index}`))),
    )
    const settled = await Promise.allSettled(claims)

    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await fixture.run('Scan', { TableName })).toMatchObject({ Count: 2 })
  })
})

test('IAM is asked for each action, and told that it is part of a transaction', async () => {
  const { asks } = await withTable()
  const TransactItems = [
    put(key('a')),
    setOwner('b', 'x'),
    { Delete: { TableName, Key: key('c') } },
    check('d', 'attribute_exists(pk)'),
  ]

  const asked = asks('TransactWriteItems', { TransactItems }, callOf())

  const context = (partition: string) => ({
    'dynamodb:LeadingKeys': [partition],
    'dynamodb:EnclosingOperation': 'TransactWriteItems',
  })
  expect(asked.map(({ action, context }) => [action, context])).toEqual([
    ['dynamodb:PutItem', context('a')],
    ['dynamodb:UpdateItem', context('b')],
    ['dynamodb:DeleteItem', context('c')],
    ['dynamodb:ConditionCheckItem', context('d')],
  ])
})
