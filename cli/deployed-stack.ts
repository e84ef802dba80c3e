/** The deployed stack: what it has, by its outputs; what it is set to, by one of its functions. Nothing is assumed that the template says. */
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation'
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda'
import * as z from 'zod'
import { eventBridgeClient, lambdaClient, sfnClient, sqsClient } from '../lib/aws/clients.ts'
import { documentClient } from '../lib/aws/document-client.ts'
import type { Stack } from '../lib/aws/stack.ts'
import { now } from '../lib/clock.ts'
import { readEnvironment, stackEnvironment, stackOf } from '../lib/config.ts'
import type { Queues } from '../lib/ops/dead-letters.ts'
import type { Workflows } from '../lib/ops/executions.ts'
import type { Keeping } from '../lib/ops/left-behind.ts'
import type { Replaying } from '../lib/ops/replay.ts'
import type { Table } from '../lib/registry/table.ts'

export interface DeployedStack extends Replaying, Workflows {
  readonly stack: Stack
  readonly audit: Table
  readonly queues: Queues
  readonly eventBridge: EventBridgeClient
  readonly eventBusName: string
  readonly keeping: Keeping
}

/** There is none of that name in this account and region. */
export class StackNotFound extends Error {
  override readonly name = 'StackNotFound'
  readonly remedy =
    'Check --stage, --region and --profile (or AWS_PROFILE); `npm run deploy` deploys it, `npm run local` starts local mode.'
  constructor(stackName: string, region: string) {
    super(`There is no stack ${stackName} in ${region} of this account.`)
  }
}

const outputs = z.object({
  RegistryName: z.string(),
  AuditName: z.string(),
  EventBusName: z.string(),
  ServerlessDeploymentBucketName: z.string(),
  ProvisionClusterArn: z.string(),
  DeprovisionClusterArn: z.string(),
  ReconcileRoleArn: z.string(),
  UndeliveredEventsUrl: z.string(),
  DeadLettersUrl: z.string(),
  StreamFailuresUrl: z.string(),
})

/** Rejects with StackNotFound, and with the SDK's errors. */
export async function readDeployedStack(stage: string, region: string): Promise<DeployedStack> {
  const stackName = `irsa-${stage}`
  const known = outputs.parse(await readOutputs(stackName, region))
  return {
    stack: await readSettings(stackName, region),
    table: { documents: documentClient(region), tableName: known.RegistryName },
    audit: { documents: documentClient(region), tableName: known.AuditName },
    sfn: sfnClient(region),
    stateMachineArn: known.ProvisionClusterArn,
    deprovisionArn: known.DeprovisionClusterArn,
    reconcileRoleArn: known.ReconcileRoleArn,
    now,
    stateMachineArns: [known.ProvisionClusterArn, known.DeprovisionClusterArn, known.ReconcileRoleArn],
    queues: {
      sqs: sqsClient(region),
      lambda: lambdaClient(region),
      functionPrefix: `${stackName}-`,
      urls: {
        'undelivered-events': known.UndeliveredEventsUrl,
        'dead-letters': known.DeadLettersUrl,
        'stream-failures': known.StreamFailuresUrl,
      },
    },
    eventBridge: eventBridgeClient(region),
    eventBusName: known.EventBusName,
    keeping: {
      registry: known.RegistryName,
      audit: known.AuditName,
      deploymentBucket: known.ServerlessDeploymentBucketName,
    },
  }
}

async function readOutputs(StackName: string, region: string): Promise<Readonly<Record<string, unknown>>> {
  const client = new CloudFormationClient({ region })
  const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName })).catch(missing)
  const [stack] = Stacks
  if (stack === undefined) throw new StackNotFound(StackName, region)
  return Object.fromEntries(
    (stack.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]),
  )
}

/** CloudFormation has no error of its own for it. */
function missing(error: unknown): { readonly Stacks?: undefined } {
  if (error instanceof Error && /^Stack .* does not exist$/.test(error.message)) return {}
  throw error
}

async function readSettings(stackName: string, region: string): Promise<Stack> {
  const command = new GetFunctionConfigurationCommand({ FunctionName: `${stackName}-cluster-events` })
  const { Environment } = await lambdaClient(region).send(command)
  return stackOf(readEnvironment(stackEnvironment, { ...Environment?.Variables, AWS_REGION: region }))
}
