/** AWS::CloudWatch::Alarm and Dashboard. */
import { describe, expect, test } from 'vitest'
import { AwsError } from '../../../../local/errors.ts'
import { lifeOf } from './lifecycle.ts'

const ALARM = {
  AlarmName: 'failed',
  Namespace: 'AWS/States',
  MetricName: 'ExecutionsFailed',
  Dimensions: [{ Name: 'StateMachineArn', Value: 'arn:machine' }],
  Statistic: 'Sum',
  Period: 60,
  EvaluationPeriods: 1,
  Threshold: 0,
  ComparisonOperator: 'GreaterThanThreshold',
}
const PUT = 'monitoring PutMetricAlarm'

describe('AWS::CloudWatch::Alarm', () => {
  test('is put, put again and deleted', async () => {
    const { created, updated, deleted, values } = await lifeOf({
      type: 'AWS::CloudWatch::Alarm',
      properties: ALARM,
      changed: { ...ALARM, Threshold: '5' },
      answers: { [PUT]: () => ({}), 'monitoring DeleteAlarms': () => ({}) },
      attributes: ['Arn'],
    })

    expect(created).toEqual([[PUT, ALARM]])
    expect(updated).toEqual([[PUT, { ...ALARM, Threshold: 5 }]])
    expect(deleted).toEqual([['monitoring DeleteAlarms', { AlarmNames: ['failed'] }]])
    expect(values).toEqual({
      Ref: 'failed',
      Arn: 'arn:aws:cloudwatch:eu-central-1:000000000000:alarm:failed',
    })
  })

  test('that somebody has deleted is no obstacle to deleting the stack', async () => {
    const gone = () => {
      throw new AwsError('ResourceNotFound', 'no', 404)
    }
    const answers = { [PUT]: () => ({}), 'monitoring DeleteAlarms': gone }

    await expect(
      lifeOf({ type: 'AWS::CloudWatch::Alarm', properties: ALARM, answers }),
    ).resolves.toBeDefined()
  })

  test.each([
    ['an unknown property', { ...ALARM, Treshold: 1 }],
    ['an unknown treatment of missing data', { ...ALARM, TreatMissingData: 'good' }],
    ['no operator', { ...ALARM, ComparisonOperator: undefined }],
  ])('with %s is refused', async (_, properties) => {
    await expect(lifeOf({ type: 'AWS::CloudWatch::Alarm', properties })).rejects.toThrow(/\bIt\b/)
  })
})

test('AWS::CloudWatch::Dashboard is put, put again and deleted', async () => {
  const put = 'monitoring PutDashboard'
  const { created, updated, deleted, values } = await lifeOf({
    type: 'AWS::CloudWatch::Dashboard',
    properties: { DashboardName: 'd', DashboardBody: '{"widgets":[]}' },
    changed: { DashboardName: 'd', DashboardBody: '{"widgets":[1]}' },
    answers: { [put]: () => ({}), 'monitoring DeleteDashboards': () => ({}) },
  })

  expect(created).toEqual([[put, { DashboardName: 'd', DashboardBody: '{"widgets":[]}' }]])
  expect(updated).toEqual([[put, { DashboardName: 'd', DashboardBody: '{"widgets":[1]}' }]])
  expect(deleted).toEqual([['monitoring DeleteDashboards', { DashboardNames: ['d'] }]])
  expect(values).toEqual({ Ref: 'd' })
})
