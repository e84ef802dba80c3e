import { expect, test } from 'vitest'
import { eventBridgeClient, iamClient, lambdaClient, sfnClient, sqsClient } from '../../lib/aws/clients.ts'
import { documentClient } from '../../lib/aws/document-client.ts'
import { now } from '../../lib/clock.ts'
import { countPublished } from '../../lib/metrics.ts'
import { deadLettersOf, iamIfOwn, publisherOf, queuesOf, roleRunsOf, runsOf } from '../../lib/wiring.ts'
import { STACK } from './resources/golem.ts'

const AWS_REGION = 'eu-west-3'
const TABLE = { documents: documentClient(AWS_REGION), tableName: 'registry' }

test('what a function works with is what its environment names, in the region of the stack', () => {
  const table = { AWS_REGION, TABLE_NAME: 'registry' }

  expect(
    runsOf({
      ...table,
      PROVISION_CLUSTER_ARN: 'arn:provision-cluster',
      DEPROVISION_CLUSTER_ARN: 'arn:deprovision-cluster',
    }),
  ).toEqual({
    table: TABLE,
    sfn: sfnClient(AWS_REGION),
    stateMachineArn: 'arn:provision-cluster',
    deprovisionArn: 'arn:deprovision-cluster',
  })
  expect(roleRunsOf({ ...table, RECONCILE_ROLE_ARN: 'arn:reconcile-role' })).toEqual({
    table: TABLE,
    sfn: sfnClient(AWS_REGION),
    reconcileRoleArn: 'arn:reconcile-role',
    now,
  })
  expect(publisherOf({ AWS_REGION, EVENT_BUS_NAME: 'irsa-dev' })).toEqual({
    eventBridge: eventBridgeClient(AWS_REGION),
    eventBusName: 'irsa-dev',
    onPublished: countPublished,
  })
  expect(deadLettersOf({ AWS_REGION, DEAD_LETTER_QUEUE_URL: 'https://sqs/dead-letters' })).toEqual({
    sqs: sqsClient(AWS_REGION),
    queueUrl: 'https://sqs/dead-letters',
  })
  const queueUrls = {
    DEAD_LETTER_QUEUE_URL: 'https://sqs/dead-letters',
    UNDELIVERED_EVENTS_QUEUE_URL: 'https://sqs/undelivered-events',
    STREAM_FAILURES_QUEUE_URL: 'https://sqs/stream-failures',
  }
  expect(queuesOf({ AWS_REGION, ...queueUrls }, STACK)).toEqual({
    sqs: sqsClient(AWS_REGION),
    lambda: lambdaClient(AWS_REGION),
    functionPrefix: 'irsa-dev-',
    urls: {
      'undelivered-events': 'https://sqs/undelivered-events',
      'dead-letters': 'https://sqs/dead-letters',
      'stream-failures': 'https://sqs/stream-failures',
    },
  })
})

test('IAM is looked into in the stack’s own account only', () => {
  expect(iamIfOwn(STACK)(STACK.accountId)).toBe(iamClient(STACK.partition))
  expect(iamIfOwn(STACK)('111122223333')).toBeUndefined()
})
