import * as z from 'zod'
import { allow, catalogueEntry } from './entry.ts'

/** https://docs.fluentbit.io/manual/data-pipeline/outputs/cloudwatch; the agents of CloudWatch need the same. */
export const cloudWatchLogs = catalogueEntry({
  name: 'cloudwatch-logs',
  description: 'Fluent Bit, Fluentd or the CloudWatch agent: writes to the log groups whose names begin so.',
  parameters: z.strictObject({
    logGroupPrefix: z
      .string()
      .regex(/^[\w./#-]{1,400}$/, 'must be the beginning of the names of log groups')
      .describe('/kubernetes/golem/'),
  }),
  statements: ({ logGroupPrefix }, { partition, region, accountId }) => [
    ...allow(
      [
        'logs:CreateLogGroup',
        'logs:CreateLogStream',
        'logs:DescribeLogStreams',
        'logs:PutLogEvents',
        'logs:PutRetentionPolicy',
      ],
      // With the streams behind a colon, and the group itself.
      [`arn:${partition}:logs:${region}:${accountId}:log-group:${logGroupPrefix}*`],
    ),
    ...allow(['logs:DescribeLogGroups'], ['*']),
  ],
})
