/** From a function's environment to what lib/ works with: each with the clients of the stack's own region. */
import {
  eventBridgeClient,
  iamClient,
  lambdaClient,
  route53Client,
  sfnClient,
  sqsClient,
} from './aws/clients.ts'
import { documentClient } from './aws/document-client.ts'
import type { IamOf } from './aws/provisioner.ts'
import type { Stack } from './aws/stack.ts'
import type { Route53Of } from './aws/zone-sessions.ts'
import { now } from './clock.ts'
import type {
  auditEnvironment,
  deadLettersEnvironment,
  Environment,
  publisherEnvironment,
  queuesEnvironment,
  roleRunsEnvironment,
  runsEnvironment,
  tableEnvironment,
} from './config.ts'
import type { DeadLetters } from './dead-letters.ts'
import { AccountOutOfReach } from './errors.ts'
import type { Publisher } from './events/publish.ts'
import { countPublished } from './metrics.ts'
import type { Queues } from './ops/dead-letters.ts'
import type { IamIfOwn } from './ops/look-into.ts'
import type { RoleRuns } from './reconcile-role.ts'
import type { Table } from './registry/table.ts'
import type { Runs } from './runs.ts'

export function tableOf(environment: Environment<typeof tableEnvironment>): Table {
  return { documents: documentClient(environment.AWS_REGION), tableName: environment.TABLE_NAME }
}

export function auditOf(environment: Environment<typeof auditEnvironment>): Table {
  return { documents: documentClient(environment.AWS_REGION), tableName: environment.AUDIT_TABLE_NAME }
}

export function publisherOf(environment: Environment<typeof publisherEnvironment>): Publisher {
  return {
    eventBridge: eventBridgeClient(environment.AWS_REGION),
    eventBusName: environment.EVENT_BUS_NAME,
    onPublished: countPublished,
  }
}

export function runsOf(environment: Environment<typeof runsEnvironment>): Runs {
  return {
    table: tableOf(environment),
    sfn: sfnClient(environment.AWS_REGION),
    stateMachineArn: environment.PROVISION_CLUSTER_ARN,
    deprovisionArn: environment.DEPROVISION_CLUSTER_ARN,
  }
}

export function roleRunsOf(environment: Environment<typeof roleRunsEnvironment>): RoleRuns {
  return {
    table: tableOf(environment),
    sfn: sfnClient(environment.AWS_REGION),
    reconcileRoleArn: environment.RECONCILE_ROLE_ARN,
    now,
  }
}

export function deadLettersOf(environment: Environment<typeof deadLettersEnvironment>): DeadLetters {
  return { sqs: sqsClient(environment.AWS_REGION), queueUrl: environment.DEAD_LETTER_QUEUE_URL }
}

export function queuesOf(environment: Environment<typeof queuesEnvironment>, stack: Stack): Queues {
  return {
    sqs: sqsClient(environment.AWS_REGION),
    lambda: lambdaClient(environment.AWS_REGION),
    functionPrefix: `${stack.name}-`,
    urls: {
      'undelivered-events': environment.UNDELIVERED_EVENTS_QUEUE_URL,
      'dead-letters': environment.DEAD_LETTER_QUEUE_URL,
      'stream-failures': environment.STREAM_FAILURES_QUEUE_URL,
    },
  }
}

/** For a look that goes no further. Throws AccountOutOfReach. */
export function iamOfOwn({ accountId, partition }: Stack): IamOf {
  return (wanted) => {
    if (wanted !== accountId) throw new AccountOutOfReach(wanted)
    return iamClient(partition)
  }
}

/** The same of hosted zones. */
export function route53OfOwn(stack: Pick<Stack, 'accountId' | 'partition'>): Route53Of {
  return ({ accountId = stack.accountId }) => {
    if (accountId !== stack.accountId) throw new AccountOutOfReach(accountId)
    return route53Client(stack.partition)
  }
}

/** Whoever reads the stack has credentials of its account, and of no other: the functions' way into those is for making things only. */
export function iamIfOwn({ accountId, partition }: Stack): IamIfOwn {
  return (wanted) => (wanted === accountId ? iamClient(partition) : undefined)
}
