import { describe, expect, test } from 'vitest'
import { dynamodbFixture, key } from './fixture.ts'

const TableName = 'registry'
const map = { M: { a: { S: 'b' } } }
const list = { L: [{ S: 'a' }] }

async function withItem() {
  const fixture = await dynamodbFixture()
  await fixture.createTable()
  await fixture.put({ ...key('a'), settings: map, hosts: list, words: { SS: ['a', 'b'] }, times: { N: '1' } })
  return fixture
}

describe('a comparison with a map or a list is refused', () => {
  test.each([
    ['settings = :map'],
    ['settings <> :map'],
    ['hosts = :list'],
    ['settings IN (:text, :map)'],
    ['contains(hosts, :list)'],
    ['NOT (times = :text OR settings = :map)'],
    [':map = settings'],
  ])('in the condition %s', async (ConditionExpression) => {
    const { put, get } = await withItem()
    const used = Object.entries({ ':map': map, ':list': list, ':text': { S: 'x' } })
    const values = used.filter(([name]) => ConditionExpression.includes(name))

    await expect(
      put(key('a'), { ConditionExpression, ExpressionAttributeValues: Object.fromEntries(values) }),
    ).rejects.toMatchObject({ code: 'NotInLocalMode' })
    expect(await get('a')).toMatchObject({ settings: map })
  })

  test('in the filter of a Scan', async () => {
    const { run } = await withItem()
    const filter = { FilterExpression: 'settings = :map', ExpressionAttributeValues: { ':map': map } }

    await expect(run('Scan', { TableName, ...filter })).rejects.toMatchObject({ code: 'NotInLocalMode' })
  })

  test.each([
    ['Value', { Value: map }],
    ['AttributeValueList', { ComparisonOperator: 'NE', AttributeValueList: [list] }],
  ])('in what is expected by %s', async (_, settings) => {
    const { put } = await withItem()

    await expect(put(key('a'), { Expected: { settings } })).rejects.toMatchObject({ code: 'NotInLocalMode' })
  })
})

describe('what says nothing of the value of a map or a list is answered', () => {
  test.each<[string, object | undefined]>([
    ['attribute_exists(settings)', undefined],
    ['attribute_type(settings, :v)', { S: 'M' }],
    ['size(hosts) = :v', { N: '1' }],
    ['settings.a = :v', { S: 'b' }],
    ['hosts[0] = :v', { S: 'a' }],
    ['contains(hosts, :v)', { S: 'a' }],
    ['words = :v', { SS: ['b', 'a'] }],
  ])('%s', async (ConditionExpression, value) => {
    const { put, get } = await withItem()
    const values = value && { ExpressionAttributeValues: { ':v': value } }

    await put(key('a'), { ConditionExpression, ...values })

    expect(await get('a')).toEqual(key('a'))
  })

  test('and maps and lists can be written by an update', async () => {
    const { run, get } = await withItem()

    await run('UpdateItem', {
      TableName,
      Key: key('a'),
      UpdateExpression: 'SET settings = :map, hosts = list_append(hosts, :list)',
      ConditionExpression: 'times = :one',
      ExpressionAttributeValues: { ':map': { M: {} }, ':list': list, ':one': { N: '1' } },
    })

    expect(await get('a')).toMatchObject({ settings: { M: {} }, hosts: { L: [{ S: 'a' }, { S: 'a' }] } })
  })
})
