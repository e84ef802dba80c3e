/** From a function's environment to what lib/ works with: each with the clients of the stack's own region. */
import { eventBridgeClient, sfnClient, sqsClient } from './aws/clients.ts'
import { documentClient } from './aws/document-client.ts'
import { now } from './clock.ts'
import type {
  auditEnvironment,
  deadLettersEnvironment,
  Environment,
  publisherEnvironment,
  roleRunsEnvironment,
  runsEnvironment,
  tableEnvironment,
} from './config.ts'
import type { DeadLetters } from './dead-letters.ts'
import type { Publisher } from './events/publish.ts'
import { countPublished } from './metrics.ts'
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
