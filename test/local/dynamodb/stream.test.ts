import type { StreamViewType } from '@aws-sdk/client-dynamodb-streams'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { key, SECOND } from './fixture.ts'
import { partitions, streamFixture } from './stream-fixture.ts'

const TableName = 'registry'

function setState(state: string) {
  return {
    TableName,
    Key: key('a'),
    UpdateExpression: 'SET #state = :state',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: { ':state': { S: state } },
  }
}

describe('a stream record', () => {
  const before = { ...key('a'), state: { S: 'asked' } }
  const after = { ...key('a'), state: { S: 'ready' } }

  test.each<[StreamViewType, object[]]>([
    ['KEYS_ONLY', [{}, {}, {}]],
    ['NEW_IMAGE', [{ NewImage: before }, { NewImage: after }, {}]],
    ['OLD_IMAGE', [{}, { OldImage: before }, { OldImage: after }]],
    [
      'NEW_AND_OLD_IMAGES',
      [{ NewImage: before }, { NewImage: after, OldImage: before }, { OldImage: after }],
    ],
  ])('shows under %s of an item as much as the view type says', async (viewType, images) => {
    const { put, run, all } = await streamFixture(viewType)

    await put(before)
    await run('UpdateItem', setState('ready'))
    await run('DeleteItem', { TableName, Key: key('a') })

    const shown = (await all()).map(({ dynamodb }) => {
      const { Keys, StreamViewType: shownType, NewImage, OldImage } = dynamodb ?? {}
      return { Keys, shownType, ...(NewImage && { NewImage }), ...(OldImage && { OldImage }) }
    })
    expect(shown).toEqual(images.map((image) => ({ Keys: key('a'), shownType: viewType, ...image })))
  })

  test('says what happened, when and where, and how large it is', async () => {
    const { put, all, clock } = await streamFixture('NEW_IMAGE')
    await clock.pass(1_234)

    await put(before)

    const [record] = await all()
    expect(record).toEqual({
      eventID: expect.stringMatching(/^[0-9a-f]{32}$/),
      eventName: 'INSERT',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: 'eu-central-1',
      dynamodb: {
        // Whole seconds.
        ApproximateCreationDateTime: new Date('2026-01-01T00:00:06.000Z'),
        Keys: key('a'),
        NewImage: before,
        SequenceNumber: expect.stringMatching(/^\d{21,40}$/),
        // The names and values of the keys (3 + 9), and of the image (3 + 9 + 10).
        SizeBytes: 34,
        StreamViewType: 'NEW_IMAGE',
      },
    })
  })

  test('keeps bytes and sets as they are', async () => {
    const { put, all } = await streamFixture('NEW_IMAGE')
    const item = { ...key('a'), bytes: { B: new Uint8Array([0, 255]) }, names: { SS: ['x', 'y'] } }

    await put(item)

    const [record] = await all()
    expect(record?.dynamodb?.NewImage).toEqual({ ...item, bytes: { B: Buffer.from([0, 255]) } })
  })

  test('is called INSERT, MODIFY or REMOVE by what became of the item, not by the operation', async () => {
    const { put, run, all } = await streamFixture()

    await run('UpdateItem', setState('asked'))
    await put({ ...key('a'), state: { S: 'ready' } })
    await run('BatchWriteItem', { RequestItems: { [TableName]: [{ DeleteRequest: { Key: key('a') } }] } })

    expect((await all()).map(({ eventName }) => eventName)).toEqual(['INSERT', 'MODIFY', 'REMOVE'])
  })
})

describe('a write that changes nothing leaves no record', () => {
  const item = {
    ...key('a'),
    state: { S: 'asked' },
    count: { N: '1' },
    names: { SS: ['x', 'y'] },
    nested: { M: { numbers: { NS: ['1', '2'] }, list: { L: [{ S: 'first' }, { S: 'second' }] } } },
  }

  test.each<[string, string, object]>([
    ['an item put again', 'PutItem', { Item: item }],
    ['its members in another order', 'PutItem', { Item: Object.fromEntries(Object.entries(item).reverse()) }],
    ['its sets in another order', 'PutItem', { Item: { ...item, names: { SS: ['y', 'x'] } } }],
    [
      'an inner set in another order',
      'PutItem',
      { Item: { ...item, nested: { M: { ...item.nested.M, numbers: { NS: ['2', '1'] } } } } },
    ],
    ['a number written otherwise', 'PutItem', { Item: { ...item, count: { N: '1.0' } } }],
    ['an update to what it was', 'UpdateItem', setState('asked')],
    ['the deletion of what is not there', 'DeleteItem', { Key: key('b') }],
    [
      'a transaction that puts it again',
      'TransactWriteItems',
      { TransactItems: [{ Put: { TableName, Item: item } }] },
    ],
  ])('%s', async (_, operation, input) => {
    const { put, run, all } = await streamFixture()
    await put(item)

    await run(operation, { TableName, ...input })

    expect(await all()).toHaveLength(1)
  })

  test('but a list in another order is a change', async () => {
    const { put, all } = await streamFixture()
    await put(item)

    const list = { L: [{ S: 'second' }, { S: 'first' }] }
    await put({ ...item, nested: { M: { ...item.nested.M, list } } })

    expect((await all()).map(({ eventName }) => eventName)).toEqual(['INSERT', 'MODIFY'])
  })

  test('nor does one that fails', async () => {
    const { put, run, all } = await streamFixture()
    await put(item)

    await expect(
      put({ ...item, state: { S: 'ready' } }, { ConditionExpression: 'attribute_not_exists(pk)' }),
    ).rejects.toMatchObject({ code: 'ConditionalCheckFailedException' })
    await expect(
      run('UpdateItem', {
        TableName,
        Key: key('a'),
        UpdateExpression: 'SET count2 = missing + :one',
        ExpressionAttributeValues: { ':one': { N: '1' } },
      }),
    ).rejects.toMatchObject({ code: 'ValidationException' })

    expect(await all()).toHaveLength(1)
  })
})

describe('the order of records', () => {
  test('is the order of the writes, whatever wrote, and sequence numbers grow with it', async () => {
    const { put, run, all } = await streamFixture('KEYS_ONLY')

    await Promise.all([
      put(key('a')),
      run('TransactWriteItems', {
        TransactItems: [
          { Put: { TableName, Item: key('b') } },
          { ConditionCheck: { TableName, Key: key('z'), ConditionExpression: 'attribute_not_exists(pk)' } },
          { Put: { TableName, Item: key('c') } },
        ],
      }),
      run('BatchWriteItem', {
        RequestItems: {
          [TableName]: [{ PutRequest: { Item: key('d') } }, { DeleteRequest: { Key: key('a') } }],
        },
      }),
      run('UpdateItem', { TableName, Key: key('e') }),
    ])

    const records = await all()
    expect(partitions(records)).toEqual(['a', 'b', 'c', 'd', 'a', 'e'])
    const numbers = records.map(({ dynamodb }) => BigInt(dynamodb?.SequenceNumber ?? ''))
    expect(numbers).toEqual([...new Set(numbers)].sort((one, other) => (one < other ? -1 : 1)))
  })

  test('lets a reader build the table again from the images', async () => {
    const name = fc.constantFrom('a', 'b', 'c')
    const write = fc.oneof(
      fc.record({ kind: fc.constant('put' as const), name, value: fc.constantFrom('1', '2') }),
      fc.record({ kind: fc.constant('delete' as const), name }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(write, { maxLength: 30 }), async (writes) => {
        const { put, run, all, get } = await streamFixture()
        for (const one of writes)
          if (one.kind === 'put') await put({ ...key(one.name), value: { S: one.value } })
          else await run('DeleteItem', { TableName, Key: key(one.name) })

        const rebuilt = new Map<string, unknown>()
        for (const { dynamodb } of await all()) {
          const { Keys, NewImage, OldImage } = dynamodb ?? {}
          const partition = Keys?.pk?.S ?? ''
          expect(OldImage).toEqual(rebuilt.get(partition))
          expect(NewImage).not.toEqual(OldImage)
          rebuilt.set(partition, NewImage)
        }
        for (const partition of ['a', 'b', 'c']) expect(await get(partition)).toEqual(rebuilt.get(partition))
      }),
      { numRuns: 25 },
    )
  })
})

test('only what time to live has deleted says that DynamoDB did it', async () => {
  const { put, run, all, clock } = await streamFixture('KEYS_ONLY')
  await run('UpdateTimeToLive', {
    TableName,
    TimeToLiveSpecification: { Enabled: true, AttributeName: 'expires' },
  })
  const soon = String(Math.floor(clock.now().getTime() / SECOND) + 10)
  await put({ ...key('expired'), expires: { N: soon } })
  await put(key('deleted'))

  await run('DeleteItem', { TableName, Key: key('deleted') })
  for (let second = 0; second < 100; second += 1) await clock.pass(SECOND)

  const removed = (await all()).filter(({ eventName }) => eventName === 'REMOVE')
  expect(removed.map(({ dynamodb, userIdentity }) => [dynamodb?.Keys?.pk?.S, userIdentity])).toEqual([
    ['deleted', undefined],
    ['expired', { Type: 'Service', PrincipalId: 'dynamodb.amazonaws.com' }],
  ])
})
