/** Facts from https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html and API_PutMetricAlarm.html */
import type { DescribeAlarmHistoryOutput, DescribeAlarmsOutput } from '@aws-sdk/client-cloudwatch'
import { describe, expect, test } from 'vitest'
import { cloudWatchFixture, REGION } from './fixture.ts'

const ALARM = {
  AlarmName: 'failed',
  Namespace: 'Test',
  MetricName: 'Failed',
  Dimensions: [{ Name: 'machine', Value: 'm' }],
  Statistic: 'Sum',
  Period: 60,
  EvaluationPeriods: 1,
  Threshold: 0,
  ComparisonOperator: 'GreaterThanThreshold',
}
const ARN = `arn:aws:cloudwatch:${REGION}:000000000000:alarm:failed`

async function theAlarm(changes: object = {}) {
  const fixture = cloudWatchFixture()
  await fixture.send('PutMetricAlarm', { ...ALARM, ...changes })
  const described = async (input: object = {}) =>
    (await fixture.send<DescribeAlarmsOutput>('DescribeAlarms', input)).MetricAlarms ?? []
  return {
    ...fixture,
    described,
    state: async () => (await described())[0]?.StateValue,
  }
}

describe('an alarm', () => {
  test('goes off when the threshold is crossed, and ends when the period is over', async () => {
    const { measure, clock, state } = await theAlarm({ TreatMissingData: 'notBreaching' })
    measure(0)
    expect(await state()).toBe('OK')

    measure(1)
    expect(await state()).toBe('ALARM')

    clock.advance(61_000)
    expect(await state()).toBe('OK')
  })

  test.each([
    ['another value', { values: [0] }],
    ['other dimensions', { dimensions: { machine: 'n' } }],
    ['more dimensions', { dimensions: { machine: 'm', stage: 's' } }],
    ['another region', { region: 'eu-west-1' }],
    ['another account', { account: '111122223333' }],
    ['another namespace', { namespace: 'Other' }],
  ])('does not go off for %s', async (_, more) => {
    const { measure, state } = await theAlarm({ TreatMissingData: 'notBreaching' })

    measure(1, more)

    expect(await state()).toBe('OK')
  })

  test.each([
    ['breaching', 'ALARM'],
    ['notBreaching', 'OK'],
    ['missing', 'INSUFFICIENT_DATA'],
  ])('without data that are %s is %s', async (TreatMissingData, expected) => {
    const { state } = await theAlarm({ TreatMissingData })

    expect(await state()).toBe(expected)
  })

  test('keeps its state without data if it ignores them', async () => {
    const { measure, clock, state } = await theAlarm({ TreatMissingData: 'ignore' })
    expect(await state()).toBe('INSUFFICIENT_DATA')
    measure(1)

    clock.advance(3_600_000)

    expect(await state()).toBe('ALARM')
  })

  test('goes off only when enough periods have crossed', async () => {
    const more = { EvaluationPeriods: 3, DatapointsToAlarm: 2, TreatMissingData: 'notBreaching' }
    const { measure, clock, state } = await theAlarm(more)
    measure(1)
    expect(await state()).toBe('OK')

    clock.advance(60_000)
    measure(1)

    expect(await state()).toBe('ALARM')
  })

  test.each([
    ['GreaterThanThreshold', [1, 2]],
    ['GreaterThanOrEqualToThreshold', [0, 1]],
    ['LessThanThreshold', [1, 0]],
    ['LessThanOrEqualToThreshold', [2, 1]],
  ])('compares with %s', async (ComparisonOperator, [quiet, loud]) => {
    for (const [value, expected] of [
      [quiet, 'OK'],
      [loud, 'ALARM'],
    ] as const) {
      const { measure, state } = await theAlarm({ ComparisonOperator, Threshold: 1 })
      measure(value ?? 0)
      expect(await state()).toBe(expected)
    }
  })

  test('tells its history, the latest first', async () => {
    const { measure, send, clock } = await theAlarm({ TreatMissingData: 'notBreaching' })
    clock.advance(1000)
    measure(1)

    const { AlarmHistoryItems } = await send<DescribeAlarmHistoryOutput>('DescribeAlarmHistory', {
      AlarmName: 'failed',
    })

    expect(AlarmHistoryItems).toMatchObject([
      { HistoryItemType: 'StateUpdate', HistorySummary: 'Alarm updated from INSUFFICIENT_DATA to ALARM' },
      { HistoryItemType: 'ConfigurationUpdate', HistorySummary: 'Alarm "failed" created' },
    ])
  })

  test('that is put again keeps its state', async () => {
    const { measure, send, described } = await theAlarm({ TreatMissingData: 'ignore' })
    measure(1)

    await send('PutMetricAlarm', { ...ALARM, TreatMissingData: 'ignore', AlarmDescription: 'new' })

    expect(await described()).toMatchObject([{ StateValue: 'ALARM', AlarmDescription: 'new', AlarmArn: ARN }])
  })

  test('can be set to a state until it is evaluated again', async () => {
    const { send, state } = await theAlarm({ TreatMissingData: 'ignore' })

    await send('SetAlarmState', { AlarmName: 'failed', StateValue: 'OK', StateReason: 'a test' })

    expect(await state()).toBe('OK')
  })
})

describe('alarms', () => {
  test('are described by name, prefix and state, in pages', async () => {
    const { send, described } = await theAlarm({ TreatMissingData: 'notBreaching' })
    await send('PutMetricAlarm', { ...ALARM, AlarmName: 'other', TreatMissingData: 'breaching' })
    const names = async (input: object) => (await described(input)).map(({ AlarmName }) => AlarmName)

    expect(await names({})).toEqual(['failed', 'other'])
    expect(await names({ AlarmNames: ['other'] })).toEqual(['other'])
    expect(await names({ AlarmNamePrefix: 'fa' })).toEqual(['failed'])
    expect(await names({ StateValue: 'ALARM' })).toEqual(['other'])
    expect(await names({ AlarmTypes: ['CompositeAlarm'] })).toEqual([])
    const first = await send<DescribeAlarmsOutput>('DescribeAlarms', { MaxRecords: 1 })
    expect(await names({ MaxRecords: 1, NextToken: first.NextToken })).toEqual(['other'])
  })

  test('are deleted all or none', async () => {
    const { send, described } = await theAlarm()

    await expect(send('DeleteAlarms', { AlarmNames: ['failed', 'nope'] })).rejects.toMatchObject({
      code: 'ResourceNotFound',
    })
    expect(await described()).toHaveLength(1)

    await send('DeleteAlarms', { AlarmNames: ['failed'] })
    expect(await described()).toEqual([])
  })

  test.each([
    ['no statistic', { Statistic: undefined }],
    ['a statistic that is none', { Statistic: 'Median' }],
    ['no threshold', { Threshold: undefined }],
    ['no metric', { MetricName: undefined }],
    ['a period of 45 seconds', { Period: 45 }],
    ['no period to evaluate', { EvaluationPeriods: 0 }],
    ['more than a day', { Period: 300, EvaluationPeriods: 289 }],
    ['more datapoints than periods', { DatapointsToAlarm: 2 }],
    ['an unknown treatment of missing data', { TreatMissingData: 'good' }],
    ['a description that is too long', { AlarmDescription: 'x'.repeat(1025) }],
  ])('with %s are refused', async (_, changes) => {
    await expect(theAlarm(changes)).rejects.toMatchObject({ code: 'ValidationError' })
  })

  test.each([
    ['mathematics', { Metrics: [] }],
    ['percentiles', { ExtendedStatistic: 'p90' }],
    ['anomaly bands', { ComparisonOperator: 'LessThanLowerThreshold' }],
    ['tags', { Tags: [] }],
  ])('with %s are not in local mode', async (_, changes) => {
    await expect(theAlarm(changes)).rejects.toMatchObject({ code: 'NotInLocalMode' })
  })

  test.each([
    ['PutMetricAlarm', { AlarmName: 'failed' }, ARN],
    ['SetAlarmState', { AlarmName: 'failed' }, ARN],
    ['DeleteAlarms', { AlarmNames: ['failed'] }, ARN],
    ['DescribeAlarmHistory', { AlarmName: 'failed' }, ARN],
    ['DescribeAlarms', {}, ARN.replace('failed', '*')],
  ])('%s asks IAM about the alarm', async (operation, input, resource) => {
    const { asks } = cloudWatchFixture()

    expect(asks(operation, input)).toEqual([{ action: `cloudwatch:${operation}`, resource }])
  })
})
