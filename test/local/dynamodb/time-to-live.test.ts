import { describe, expect, test } from 'vitest'
import { type DynamodbFixture, dynamodbFixture, HOUR, key, SECOND } from './fixture.ts'

const TableName = 'registry'
const StreamSpecification = { StreamEnabled: true, StreamViewType: 'OLD_IMAGE' } as const

function specification(Enabled: boolean, AttributeName = 'expires') {
  return { TableName, TimeToLiveSpecification: { Enabled, AttributeName } }
}

function inSeconds({ clock }: DynamodbFixture, seconds: number) {
  return { N: String(Math.floor(clock.now().getTime() / 1000) + seconds) }
}

/** What the passing of time sets off takes several turns of the event loop. */
async function pass({ clock }: DynamodbFixture, milliseconds: number) {
  await clock.pass(milliseconds)
  for (let turn = 0; turn < 60; turn += 1) await clock.settle()
}

describe('time to live', () => {
  test('takes items away after their time, and the stream says who did it', async () => {
    const fixture = await dynamodbFixture()
    const { run, put, get, records } = fixture
    const stream = await fixture.createTable({ StreamSpecification })
    await run('UpdateTimeToLive', specification(true))
    const expires = inSeconds(fixture, 3600)
    await put({ ...key('short'), expires })
    await put({ ...key('long'), expires: inSeconds(fixture, 7200) })
    await put({ ...key('text'), expires: { S: '1' } })
    await put(key('none'))

    await pass(fixture, HOUR + 30 * SECOND)
    expect(await get('short')).toBeDefined()
    await pass(fixture, 30 * SECOND)

    expect(await get('short')).toBeUndefined()
    expect(await get('long')).toBeDefined()
    expect((await records(stream)).at(-1)).toMatchObject({
      eventName: 'REMOVE',
      userIdentity: { Type: 'Service', PrincipalId: 'dynamodb.amazonaws.com' },
      dynamodb: { OldImage: { ...key('short'), expires } },
    })
    await pass(fixture, HOUR)
    expect(await get('long')).toBeUndefined()
    expect(await get('text')).toBeDefined()
    expect(await get('none')).toBeDefined()
  })

  test('lets an item live that has been given more time', async () => {
    const fixture = await dynamodbFixture()
    await fixture.createTable()
    await fixture.run('UpdateTimeToLive', specification(true))
    await fixture.put({ ...key('a'), expires: inSeconds(fixture, 60) })
    await fixture.put({ ...key('a'), expires: inSeconds(fixture, 7200) })

    await pass(fixture, HOUR)
    expect(await fixture.get('a')).toBeDefined()
    await pass(fixture, 2 * HOUR)
    expect(await fixture.get('a')).toBeUndefined()
  })

  test('sees items that were there before it, but not those that expired over five years ago', async () => {
    const fixture = await dynamodbFixture()
    await fixture.createTable()
    await fixture.put({ ...key('recent'), expires: inSeconds(fixture, -3600) })
    await fixture.put({ ...key('ancient'), expires: { N: '1' } })

    await fixture.run('UpdateTimeToLive', specification(true))
    await pass(fixture, SECOND)

    expect(await fixture.get('recent')).toBeUndefined()
    expect(await fixture.get('ancient')).toBeDefined()
  })

  test('is described, and disabled under the same attribute only', async () => {
    const { createTable, run } = await dynamodbFixture()
    await createTable()
    const refusal = (message: string) => ({ code: 'ValidationException', message })

    expect(await run('DescribeTimeToLive', { TableName })).toEqual({
      TimeToLiveDescription: { TimeToLiveStatus: 'DISABLED' },
    })
    await expect(run('UpdateTimeToLive', specification(false))).rejects.toMatchObject(
      refusal('TimeToLive is already disabled'),
    )
    await run('UpdateTimeToLive', specification(true))
    expect(await run('DescribeTimeToLive', { TableName })).toEqual({
      TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED', AttributeName: 'expires' },
    })
    await expect(run('UpdateTimeToLive', specification(true))).rejects.toMatchObject(
      refusal('TimeToLive is already enabled'),
    )
    await expect(run('UpdateTimeToLive', specification(false, 'other'))).rejects.toMatchObject(
      refusal('TimeToLive is active on a different AttributeName: current AttributeName is expires'),
    )
  })

  test('ends with its table', async () => {
    const fixture = await dynamodbFixture()
    await fixture.createTable()
    await fixture.run('UpdateTimeToLive', specification(true))
    await fixture.put({ ...key('a'), expires: inSeconds(fixture, 60) })

    await fixture.run('DeleteTable', { TableName })
    await pass(fixture, HOUR)
    await fixture.createTable()

    expect(await fixture.run('Scan', { TableName })).toMatchObject({ Count: 0 })
  })
})
