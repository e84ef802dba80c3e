/** AWS::CloudWatch::*. */
import * as z from 'zod'
import { regionalArn } from '../../arn.ts'
import { document, flag, integer, number, tags, text } from '../properties.ts'
import { recordType } from './record.ts'

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

export const cloudwatchAlarm = recordType<z.infer<typeof alarm>>({
  properties: alarm,
  attributes: ['Arn'],
  replacedBy: ['AlarmName'],
  nameProperty: 'AlarmName',
  physicalId: ({ AlarmName }, { generateName }) => AlarmName ?? generateName(255),
  attributesOf: (name, _, { region, account }) => ({
    Arn: regionalArn('cloudwatch', region, account, `alarm:${name}`),
  }),
})

const dashboard = z.strictObject({ DashboardName: text.optional(), DashboardBody: document })

export const cloudwatchDashboard = recordType<z.infer<typeof dashboard>>({
  properties: dashboard,
  attributes: [],
  replacedBy: ['DashboardName'],
  nameProperty: 'DashboardName',
  physicalId: ({ DashboardName }, { generateName }) => DashboardName ?? generateName(255),
})
