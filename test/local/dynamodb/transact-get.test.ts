import { describe, expect, test } from 'vitest'
import { dynamodbFixture, type Item, key } from './fixture.ts'

const TableName = 'registry'

function get(partition: string, more = {}) {
  return { Get: { TableName, Key: key(partition), ...more } }
}

async function withTable() {
  const fixture = await dynamodbFixture()
  await fixture.createTable()
  return {
    ...fixture,
    read: (...TransactItems: object[]) =>
      fixture.run<{ Responses: { Item?: Item }[] }>('TransactGetItems', { TransactItems }),
  }
}

describe('TransactGetItems', () => {
  test('answers in the order of the request, from several tables, and nothing for what is not there', async () => {
    const { put, run, createTable, read } = await withTable()
    await createTable({ TableName: 'audit' })
    await put({ ...key('a'), bytes: { B: new Uint8Array([1]) } })
    await run('PutItem', { TableName: 'audit', Item: key('a') })

    const output = await read(get('missing'), { Get: { TableName: 'audit', Key: key('a') } }, get('a'))

    expect(output).toEqual({
      Responses: [{}, { Item: key('a') }, { Item: { ...key('a'), bytes: { B: Buffer.from([1]) } } }],
    })
  })

  test('projects each item, to an empty one where it has none of the attributes', async () => {
    const { put, read } = await withTable()
    await put({ ...key('a'), owner: { S: 'somebody' }, state: { S: 'ready' } })
    await put(key('b'))
    const owner = { ProjectionExpression: '#owner', ExpressionAttributeNames: { '#owner': 'owner' } }

    expect(await read(get('a', owner), get('b', owner))).toEqual({
      Responses: [{ Item: { owner: { S: 'somebody' } } }, { Item: {} }],
    })
  })

  test('never sees half of a transaction', async () => {
    const { run, read } = await withTable()
    const both = (round: number) => ({
      TransactItems: ['a', 'b'].map((name) => ({
        Put: { TableName, Item: { ...key(name), round: { N: String(round) } } },
      })),
    })

    const rounds = Array.from({ length: 20 }, async (_, round) => {
      const written = run('TransactWriteItems', both(round))
      const { Responses } = await read(get('a'), get('b'))
      await written
      return Responses.map(({ Item }) => Item?.round?.N)
    })

    for (const [a, b] of await Promise.all(rounds)) expect(a).toBe(b)
  })

  test.each<[string, string, object[]]>([
    ['no item', 'ValidationException', []],
    ['101 items', 'ValidationException', Array.from({ length: 101 }, (_, index) => get(String(index)))],
    ['one item twice', 'ValidationException', [get('a'), get('a')]],
    ['nothing to get', 'ValidationException', [{}]],
    ['half a key', 'ValidationException', [{ Get: { TableName, Key: { pk: { S: 'a' } } } }]],
    ['a table that is not there', 'ResourceNotFoundException', [get('a', { TableName: 'missing' })]],
  ])('refuses %s', async (_, code, items) => {
    const { read } = await withTable()

    await expect(read(...items)).rejects.toMatchObject({ code })
  })

  test('takes 100 items, and refuses more than 4 MB together', async () => {
    const { put, read } = await withTable()
    for (let index = 0; index < 11; index += 1)
      await put({ ...key(String(index)), text: { S: 'x'.repeat(390 * 1024) } })
    const gets = Array.from({ length: 100 }, (_, index) => get(String(index)))

    await expect(read(...gets)).rejects.toMatchObject({ code: 'ValidationException' })
    expect((await read(...gets.slice(1))).Responses).toHaveLength(99)
  })

  test('measures the items, not what is shown of them', async () => {
    const { put, read } = await withTable()
    for (let index = 0; index < 11; index += 1)
      await put({ ...key(String(index)), text: { S: 'x'.repeat(390 * 1024) } })
    const gets = Array.from({ length: 11 }, (_, index) => get(String(index), { ProjectionExpression: 'pk' }))

    await expect(read(...gets)).rejects.toMatchObject({ code: 'ValidationException' })
  })

  test('does not say what it consumed', async () => {
    const { run } = await withTable()

    await expect(
      run('TransactGetItems', { TransactItems: [get('a')], ReturnConsumedCapacity: 'TOTAL' }),
    ).rejects.toMatchObject({ code: 'NotInLocalMode' })
  })

  test('asks IAM for each item, and says that it is part of a transaction', async () => {
    const { asks } = await withTable()

    expect(asks('TransactGetItems', { TransactItems: [get('a'), get('b')] })).toMatchObject([
      {
        action: 'dynamodb:GetItem',
        context: {
          'dynamodb:LeadingKeys': ['a'],
          'dynamodb:EnclosingOperation': 'TransactGetItems',
        },
      },
      { action: 'dynamodb:GetItem', context: { 'dynamodb:LeadingKeys': ['b'] } },
    ])
  })
})
