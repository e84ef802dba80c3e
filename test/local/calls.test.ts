import { describe, expect, it } from 'vitest'
import { type CallRecord, createCallLog } from '../../local/calls.ts'
import { AwsError } from '../../local/errors.ts'

describe('createCallLog', () => {
  it('lists the calls that fit every part of a filter, in order', () => {
    const log = createCallLog()
    log.record(aCall({ service: 'iam', operation: 'CreateRole', account: '1' }))
    log.record(aCall({ service: 'iam', operation: 'CreateRole', account: '2' }))
    log.record(aCall({ service: 'iam', operation: 'GetRole', account: '1' }))

    expect(log.list({ service: 'iam', account: '1' }).map(({ operation }) => operation)).toEqual([
      'CreateRole',
      'GetRole',
    ])
    expect(log.list({ service: 'sts' })).toEqual([])
    expect(log.list()).toHaveLength(3)
  })

  it('keeps the error of a refused call', () => {
    const log = createCallLog()
    log.record(aCall({ error: new AwsError('NoSuchEntity', 'gone') }))

    expect(log.list().map(({ error }) => error?.code)).toEqual(['NoSuchEntity'])
  })

  it('forgets the oldest calls beyond twice its limit and says how many', () => {
    const log = createCallLog(10)
    for (let n = 1; n <= 25; n++) log.record(aCall({ input: { n } }))

    expect(log.forgotten()).toBe(10)
    expect(log.list().map(({ input }) => input)).toEqual(
      Array.from({ length: 15 }, (_, index) => ({ n: index + 11 })),
    )
  })

  it('starts afresh after clear', () => {
    const log = createCallLog(1)
    for (let n = 0; n < 3; n++) log.record(aCall({}))

    log.clear()

    expect(log.list()).toEqual([])
    expect(log.forgotten()).toBe(0)
  })
})

function aCall(own: Partial<CallRecord>): CallRecord {
  return {
    time: new Date('2026-01-01T00:00:00Z'),
    service: 'sqs',
    operation: 'SendMessage',
    account: '000000000000',
    region: 'eu-central-1',
    principal: 'arn:aws:iam::000000000000:user/local',
    input: {},
    error: undefined,
    ...own,
  }
}
