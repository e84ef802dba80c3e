import { describe, expect, test } from 'vitest'
import { callOf, dynamodbFixture, key, OTHER_ACCOUNT, SECOND } from './fixture.ts'

const TableName = 'registry'
const MINUTE = 60 * SECOND

/** Counts how often it was done. */
function increment(partition = 'a', more: object = {}) {
  return {
    TransactItems: [
      {
        Update: {
          TableName,
          Key: key(partition),
          UpdateExpression: 'ADD times :one',
          ExpressionAttributeValues: { ':one': { N: '1' } },
        },
      },
    ],
    ClientRequestToken: 'token',
    ...more,
  }
}

async function withTable() {
  const fixture = await dynamodbFixture()
  await fixture.createTable()
  const { run, get } = fixture
  return {
    ...fixture,
    write: (input: object, call = callOf()) => run('TransactWriteItems', input, call),
    times: async (partition = 'a') => (await get(partition))?.times?.N,
  }
}

describe('a transaction with the token of an earlier one', () => {
  test('is not done again, and succeeds', async () => {
    const { write, times } = await withTable()
    await write(increment())

    expect(await write(increment())).toEqual({})

    expect(await times()).toBe('1')
  })

  test('is not done again when both come at once', async () => {
    const { write, times } = await withTable()

    await Promise.all([write(increment()), write(increment())])

    expect(await times()).toBe('1')
  })

  test('succeeds though its conditions no longer hold', async () => {
    const { write, run, get } = await withTable()
    const claim = {
      TransactItems: [
        { Put: { TableName, Item: key('CLAIM'), ConditionExpression: 'attribute_not_exists(pk)' } },
      ],
      ClientRequestToken: 'token',
    }
    await write(claim)

    await write(claim)
    await run('DeleteItem', { TableName, Key: key('CLAIM') })
    await write(claim)

    expect(await get('CLAIM')).toBeUndefined()
  })

  test('is a new one after ten minutes', async () => {
    const { write, times, clock } = await withTable()
    await write(increment())

    await clock.pass(10 * MINUTE - 1)
    await write(increment())
    expect(await times()).toBe('1')
    await clock.pass(1)
    await write(increment())
    expect(await times()).toBe('2')
  })

  test('is refused if it is another transaction', async () => {
    const { write, times } = await withTable()
    await write(increment())

    await expect(write(increment('b'))).rejects.toMatchObject({
      code: 'IdempotentParameterMismatchException',
      status: 400,
    })

    expect(await times('b')).toBeUndefined()
  })

  test('is the same transaction in whatever order its members are written', async () => {
    const { write, times } = await withTable()
    await write(increment())
    const [item] = increment().TransactItems
    const Update = Object.fromEntries(Object.entries(item?.Update ?? {}).reverse())

    await write({ ClientRequestToken: 'token', TransactItems: [{ Update }] })

    expect(await times()).toBe('1')
  })

  test('is done if the earlier one was cancelled', async () => {
    const { write, put, times } = await withTable()
    const needsClaim = {
      ConditionCheck: { TableName, Key: key('CLAIM'), ConditionExpression: 'attribute_exists(pk)' },
    }
    const guarded = increment('a', { TransactItems: [...increment().TransactItems, needsClaim] })
    await expect(write(guarded)).rejects.toMatchObject({ code: 'TransactionCanceledException' })
    await put(key('CLAIM'))

    await write(guarded)

    expect(await times()).toBe('1')
  })
})

test('transactions without a token are all done', async () => {
  const { write, times } = await withTable()
  const { TransactItems } = increment()

  await write({ TransactItems })
  await write({ TransactItems })

  expect(await times()).toBe('2')
})

test('accounts do not share tokens', async () => {
  const { write, createTable, run } = await withTable()
  const other = callOf(OTHER_ACCOUNT)
  await createTable({}, other)
  await write(increment())

  await write(increment('b'), other)

  expect(await run('GetItem', { TableName, Key: key('b') }, other)).toMatchObject({
    Item: { times: { N: '1' } },
  })
})

test.each(['', 'x'.repeat(37)])('a token has 1 to 36 characters, unlike %j', async (ClientRequestToken) => {
  const { write, times } = await withTable()

  await expect(write(increment('a', { ClientRequestToken }))).rejects.toMatchObject({
    code: 'ValidationException',
  })
  expect(await times()).toBeUndefined()
})
