/** AWS::Logs::*. */
import * as z from 'zod'
import { regionalArn } from '../../arn.ts'
import { flag, integer, number, tags, text } from '../properties.ts'
import { recordType } from './record.ts'

const logGroup = z.strictObject({
  LogGroupName: text.optional(),
  LogGroupClass: z.enum(['STANDARD', 'INFREQUENT_ACCESS', 'DELIVERY']).optional(),
  RetentionInDays: integer.optional(),
  KmsKeyId: text.optional(),
  DeletionProtectionEnabled: flag.optional(),
  Tags: tags.optional(),
})

export const logsLogGroup = recordType<z.infer<typeof logGroup>>({
  properties: logGroup,
  attributes: ['Arn'],
  replacedBy: ['LogGroupName'],
  nameProperty: 'LogGroupName',
  physicalId: ({ LogGroupName }, { generateName }) => LogGroupName ?? generateName(512),
  attributesOf: (name, _, { region, account }) => ({
    Arn: regionalArn('logs', region, account, `log-group:${name}:*`),
  }),
})

const metricFilter = z.strictObject({
  FilterName: text.optional(),
  FilterPattern: text,
  LogGroupName: text,
  ApplyOnTransformedLogs: flag.optional(),
  MetricTransformations: z
    .array(
      z.strictObject({
        MetricName: text,
        MetricNamespace: text,
        MetricValue: text,
        DefaultValue: number.optional(),
        Unit: text.optional(),
        Dimensions: z.array(z.strictObject({ Key: text, Value: text })).optional(),
      }),
    )
    .length(1),
})

export const logsMetricFilter = recordType<z.infer<typeof metricFilter>>({
  properties: metricFilter,
  attributes: [],
  replacedBy: ['FilterName', 'LogGroupName'],
  physicalId: ({ FilterName }, { generateName }) => FilterName ?? generateName(512),
})
