/** AWS::CloudWatch::*. */
import * as z from 'zod'
import { regionalArn } from '../../arn.ts'
import { unlessGone } from '../gone.ts'
import { document, flag, integer, number, tags, text } from '../properties.ts'
import { resourceType } from '../resource-type.ts'

const dimensions = z.array(z.strictObject({ Name: text, Value: text }))

const metricStat = z.strictObject({
  Metric: z.strictObject({
    Namespace: text.optional(),
    MetricName: text.optional(),
    Dimensions: dimensions.optional(),
  }),
  Period: integer,
  Stat: text,
  Unit: text.optional(),
})

const alarm = z.strictObject({
  AlarmName: text.optional(),
  AlarmDescription: text.optional(),
  ActionsEnabled: flag.optional(),
  AlarmActions: z.array(text).optional(),
  OKActions: z.array(text).optional(),
  InsufficientDataActions: z.array(text).optional(),
  ComparisonOperator: text,
  DatapointsToAlarm: integer.optional(),
  Dimensions: dimensions.optional(),
  EvaluateLowSampleCountPercentile: text.optional(),
  EvaluationPeriods: integer,
  ExtendedStatistic: text.optional(),
  MetricName: text.optional(),
  Metrics: z
    .array(
      z.strictObject({
        Id: text,
        AccountId: text.optional(),
        Expression: text.optional(),
        Label: text.optional(),
        MetricStat: metricStat.optional(),
        Period: integer.optional(),
        ReturnData: flag.optional(),
      }),
    )
    .optional(),
  Namespace: text.optional(),
  Period: integer.optional(),
  Statistic: z.enum(['Average', 'Maximum', 'Minimum', 'SampleCount', 'Sum']).optional(),
  Threshold: number.optional(),
  ThresholdMetricId: text.optional(),
  TreatMissingData: z.enum(['breaching', 'notBreaching', 'ignore', 'missing']).optional(),
  Unit: text.optional(),
  Tags: tags.optional(),
})

export const cloudwatchAlarm = resourceType<z.infer<typeof alarm>>({
  properties: alarm,
  attributes: ['Arn'],
  replacedBy: ['AlarmName'],
  nameProperty: 'AlarmName',
  async create(given, { request, generateName, claim, region, account }) {
    const AlarmName = given.AlarmName ?? generateName(255)
    await request('monitoring', 'PutMetricAlarm', { ...given, AlarmName })
    claim(AlarmName)
    return {
      physicalId: AlarmName,
      attributes: { Arn: regionalArn('cloudwatch', region, account, `alarm:${AlarmName}`) },
    }
  },
  async update({ physicalId: AlarmName, after, attributes }, { request }) {
    await request('monitoring', 'PutMetricAlarm', { ...after, AlarmName })
    return attributes
  },
  delete: ({ physicalId }, { request }) =>
    unlessGone(['ResourceNotFound'], () =>
      request('monitoring', 'DeleteAlarms', { AlarmNames: [physicalId] }),
    ),
})

const dashboard = z.strictObject({ DashboardName: text.optional(), DashboardBody: document })

export const cloudwatchDashboard = resourceType<z.infer<typeof dashboard>>({
  properties: dashboard,
  attributes: [],
  replacedBy: ['DashboardName'],
  nameProperty: 'DashboardName',
  async create(given, { request, generateName, claim }) {
    const DashboardName = given.DashboardName ?? generateName(255)
    await request('monitoring', 'PutDashboard', { ...given, DashboardName })
    claim(DashboardName)
    return { physicalId: DashboardName, attributes: {} }
  },
  async update({ physicalId: DashboardName, after, attributes }, { request }) {
    await request('monitoring', 'PutDashboard', { ...after, DashboardName })
    return attributes
  },
  delete: ({ physicalId }, { request }) =>
    unlessGone(['ResourceNotFound'], () =>
      request('monitoring', 'DeleteDashboards', { DashboardNames: [physicalId] }),
    ),
})
