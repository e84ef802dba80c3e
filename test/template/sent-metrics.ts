/** The metrics that there are: those that AWS sends of what the stack has, and those that the functions measure. */
import { createHandler } from '../../lib/handler.ts'
import {
  countPublished,
  countRoleRetry,
  countThrottled,
  measureCertificate,
  measureQuota,
  measureTimeToIssuerReady,
  measureWaiting,
} from '../../lib/metrics.ts'
import { aContext } from '../lib/lambda-context.ts'
import { printed } from '../lib/printed.ts'

/** Whether a metric of that name has exactly these dimensions. */
export type IsSent = (namespace: string, metric: string, dimensions: readonly string[]) => boolean

export async function sentMetrics(): Promise<IsSent> {
  const measured = await ownMetrics()
  return (namespace, metric, dimensions) => {
    if (namespace === 'IrsaProvisioner') return measured.has([metric, ...dimensions.toSorted()].join(' '))
    const { dimension, metrics } = AWS_METRICS[namespace] ?? { dimension: '', metrics: [] }
    return metrics.includes(metric) && dimensions.join() === dimension
  }
}

const AWS_METRICS: Readonly<
  Record<string, { readonly dimension: string; readonly metrics: readonly string[] }>
> = {
  // https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
  'AWS/States': {
    dimension: 'StateMachineArn',
    metrics: [
      'ExecutionsStarted',
      'ExecutionsSucceeded',
      'ExecutionsFailed',
      'ExecutionsTimedOut',
      'ExecutionsAborted',
    ],
  },
  // https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
  'AWS/Lambda': { dimension: 'FunctionName', metrics: ['Invocations', 'Errors', 'Throttles', 'IteratorAge'] },
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
  'AWS/SQS': {
    dimension: 'QueueName',
    metrics: ['ApproximateNumberOfMessagesVisible', 'ApproximateAgeOfOldestMessage'],
  },
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
  'AWS/DynamoDB': { dimension: 'TableName', metrics: ['ReadThrottleEvents', 'WriteThrottleEvents'] },
}

/** By making every kind of measurement once: `RoleReady service`, `QuotaUsed quota service`. */
async function ownMetrics(): Promise<ReadonlySet<string>> {
  const output = printed()
  const about = { cluster: 'golem', accountId: '000000000000', issuer: 'https://i', generation: 1, run: 1 }
  const role = { ...about, namespace: 'n', serviceAccount: 's', roleArn: '' }
  const failure = { error: 'Throttled: no', remedy: 'Wait.' }
  await createHandler(async () => {
    countPublished('Role Ready', role)
    countPublished('Role Failed', { ...role, ...failure })
    countPublished('Provisioning Failed', { ...about, workflow: 'provision', step: 'bucket', ...failure })
    countPublished('Drift Found', { ...about, resource: 'bucket', differences: [] })
    countPublished('Orphan Found', { accountId: '', cluster: 'golem', resource: 'role', id: '' })
    measureTimeToIssuerReady('2026-01-31T12:00:00Z', new Date('2026-01-31T12:01:00Z'))
    countRoleRetry('RolePending')
    countThrottled()
    measureQuota('roles', { used: 1, allowed: 2 })
    measureCertificate({ cluster: 'golem', daysLeft: 1 })
    measureWaiting(1)
  })({}, aContext())
  return new Set(
    output.measured().flatMap(({ _aws }) => {
      const { CloudWatchMetrics } = _aws as {
        readonly CloudWatchMetrics: readonly {
          readonly Namespace: string
          readonly Dimensions: readonly (readonly string[])[]
          readonly Metrics: readonly { readonly Name: string }[]
        }[]
      }
      return CloudWatchMetrics.flatMap(({ Dimensions, Metrics }) =>
        Dimensions.flatMap((names) => Metrics.map(({ Name }) => [Name, ...names.toSorted()].join(' '))),
      )
    }),
  )
}
