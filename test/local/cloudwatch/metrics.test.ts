import type {
  GetMetricDataOutput,
  GetMetricStatisticsOutput,
  ListMetricsOutput,
} from '@aws-sdk/client-cloudwatch'
import { describe, expect, test } from 'vitest'
import { readEmbedded } from '../../../local/cloudwatch/embedded.ts'
import { cloudWatchFixture, REGION } from './fixture.ts'

const METRIC = {
  Namespace: 'Test',
  MetricName: 'Failed',
  Dimensions: [{ Name: 'machine', Value: 'm' }],
}

describe('statistics', () => {
  function theHour() {
    const fixture = cloudWatchFixture()
    const start = new Date(Math.ceil(fixture.clock.now().getTime() / 3_600_000) * 3_600_000)
    const at = (seconds: number) => new Date(start.getTime() + seconds * 1000)
    for (const [seconds, value] of [
      [0, 1],
      [59, 3],
      [60, 10],
      [3599, 2],
    ] as const)
      fixture.measure(value, { time: at(seconds) })
    return { ...fixture, at }
  }

  test('are of whole periods, the first second of each included', async () => {
    const { send, at } = theHour()

    const { Datapoints } = await send<GetMetricStatisticsOutput>('GetMetricStatistics', {
      ...METRIC,
      StartTime: at(0),
      EndTime: at(3600),
      Period: 60,
      Statistics: ['Sum', 'Average', 'Minimum', 'Maximum', 'SampleCount'],
    })

    expect(Datapoints).toEqual([
      { Timestamp: at(0), Unit: 'Count', Sum: 4, Average: 2, Minimum: 1, Maximum: 3, SampleCount: 2 },
      { Timestamp: at(60), Unit: 'Count', Sum: 10, Average: 10, Minimum: 10, Maximum: 10, SampleCount: 1 },
      { Timestamp: at(3540), Unit: 'Count', Sum: 2, Average: 2, Minimum: 2, Maximum: 2, SampleCount: 1 },
    ])
  })

  test('may be percentiles', async () => {
    const { send, at } = theHour()

    const { Datapoints } = await send<GetMetricStatisticsOutput>('GetMetricStatistics', {
      ...METRIC,
      StartTime: at(0),
      EndTime: at(3600),
      Period: 3600,
      ExtendedStatistics: ['p50', 'p100'],
    })

    expect(Datapoints).toMatchObject([{ ExtendedStatistics: { p50: 2.5, p100: 10 } }])
  })

  test('of several metrics come together, the latest first', async () => {
    const { send, at } = theHour()
    const query = (Id: string, Stat: string) => ({ Id, MetricStat: { Metric: METRIC, Period: 60, Stat } })

    const { MetricDataResults } = await send<GetMetricDataOutput>('GetMetricData', {
      MetricDataQueries: [query('a', 'Sum'), query('b', 'Maximum')],
      StartTime: at(0),
      EndTime: at(120),
    })

    expect(MetricDataResults).toMatchObject([
      { Id: 'a', Timestamps: [at(60), at(0)], Values: [10, 4] },
      { Id: 'b', Values: [10, 3] },
    ])
  })

  test('of a metric that nobody measured are none', async () => {
    const { send, at } = theHour()
    const range = { StartTime: at(0), EndTime: at(60), Period: 60, Statistics: ['Sum'] }

    expect(await send('GetMetricStatistics', { ...METRIC, MetricName: 'Other', ...range })).toMatchObject({
      Datapoints: [],
    })
  })

  test('by expressions are not in local mode', async () => {
    const { send, at } = theHour()
    const MetricDataQueries = [{ Id: 'a', Expression: "SEARCH('x', 'Sum', 60)" }]

    await expect(
      send('GetMetricData', { MetricDataQueries, StartTime: at(0), EndTime: at(60) }),
    ).rejects.toMatchObject({ code: 'NotInLocalMode' })
  })
})

test('metrics are listed by namespace, name and dimensions, of the region and account only', async () => {
  const { send, measure } = cloudWatchFixture()
  measure(1)
  measure(1, { name: 'Succeeded', dimensions: {} })
  measure(1, { region: 'eu-west-1', name: 'Elsewhere' })
  const names = async (input: object) =>
    (await send<ListMetricsOutput>('ListMetrics', input)).Metrics?.map(({ MetricName }) => MetricName)

  expect(await names({})).toEqual(['Failed', 'Succeeded'])
  expect(await names({ MetricName: 'Failed' })).toEqual(['Failed'])
  expect(await names({ Namespace: 'Other' })).toEqual([])
  expect(await names({ Dimensions: [{ Name: 'machine' }] })).toEqual(['Failed'])
  expect(await names({ Dimensions: [{ Name: 'machine', Value: 'n' }] })).toEqual([])
})

test('what is sampled has a value whenever somebody looks', async () => {
  const { send, view, clock } = cloudWatchFixture()
  let depth = 0
  const about = { account: '000000000000', region: REGION, namespace: 'Test', name: 'Depth', dimensions: {} }
  view.sample(() => [{ ...about, values: [depth], unit: 'Count', time: clock.now() }])
  depth = 7

  expect(
    await send<GetMetricStatisticsOutput>('GetMetricStatistics', {
      Namespace: 'Test',
      MetricName: 'Depth',
      StartTime: new Date(clock.now().getTime() - 60_000),
      EndTime: new Date(clock.now().getTime() + 60_000),
      Period: 3600,
      Statistics: ['Maximum'],
    }),
  ).toMatchObject({ Datapoints: [{ Maximum: 7 }] })
})

describe('PutMetricData', () => {
  test('is measured like everything else', async () => {
    const { send } = cloudWatchFixture()

    await send('PutMetricData', { Namespace: 'Own', MetricData: [{ MetricName: 'X', Value: 1 }] })

    expect(await send('ListMetrics', { Namespace: 'Own' })).toEqual({
      Metrics: [{ Namespace: 'Own', MetricName: 'X', Dimensions: [] }],
    })
  })

  test('may not pretend to be AWS', async () => {
    const input = { Namespace: 'AWS/States', MetricData: [{ MetricName: 'X', Value: 1 }] }

    await expect(cloudWatchFixture().send('PutMetricData', input)).rejects.toMatchObject({
      code: 'ValidationError',
    })
  })
})

describe('a line of a log', () => {
  const where = { account: '000000000000', region: REGION }
  const line = (more: object = {}) =>
    JSON.stringify({
      _aws: {
        Timestamp: 1_769_860_800_000,
        CloudWatchMetrics: [
          {
            Namespace: 'Own',
            Dimensions: [['service'], ['service', 'error']],
            Metrics: [{ Name: 'Failed', Unit: 'Count' }, { Name: 'Seconds' }],
          },
        ],
      },
      service: 's',
      error: 'E',
      Failed: 1,
      Seconds: [1, 2],
      ...more,
    })

  test('in the Embedded Metric Format is a value for each set of dimensions', () => {
    const time = new Date(1_769_860_800_000)
    const failed = { ...where, namespace: 'Own', name: 'Failed', values: [1], unit: 'Count', time }
    const seconds = { ...where, namespace: 'Own', name: 'Seconds', values: [1, 2], unit: 'None', time }

    expect(readEmbedded(line(), where)).toEqual([
      { ...failed, dimensions: { service: 's' } },
      { ...failed, dimensions: { service: 's', error: 'E' } },
      { ...seconds, dimensions: { service: 's' } },
      { ...seconds, dimensions: { service: 's', error: 'E' } },
    ])
  })

  test.each([
    ['no JSON', '{"_aws":'],
    ['another form', '{"_aws":{}}'],
    ['no number', line({ Failed: 'many', Seconds: 'few' })],
  ])('with %s is none', (_, text) => {
    expect(readEmbedded(text, where)).toEqual([])
  })
})
