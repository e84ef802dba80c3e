import { expect, test } from 'vitest'
import { eventBridgeClient, sfnClient, sqsClient } from '../../lib/aws/clients.ts'
import { documentClient } from '../../lib/aws/document-client.ts'
import { now } from '../../lib/clock.ts'
import { countPublished } from '../../lib/metrics.ts'
import { deadLettersOf, publisherOf, roleRunsOf, runsOf } from '../../lib/wiring.ts'

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
})
