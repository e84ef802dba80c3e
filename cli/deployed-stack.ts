/** What the deployed stack is set to, read from one of its functions: nothing is assumed that the template says. */
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda'
import type { Stack } from '../lib/aws/stack.ts'
import { readEnvironment, runsEnvironment, stackEnvironment, stackOf } from '../lib/config.ts'
import type { Runs } from '../lib/runs.ts'
import { runsOf } from '../lib/wiring.ts'

export interface DeployedStack extends Runs {
  readonly stack: Stack
}

/** Rejects with the SDK's error when there is no such stack. */
export async function readDeployedStack(stage: string, region: string): Promise<DeployedStack> {
  const FunctionName = `irsa-${stage}-cluster-events`
  const command = new GetFunctionConfigurationCommand({ FunctionName })
  const { Environment } = await new LambdaClient({ region }).send(command)
  const environment = readEnvironment(
    { ...stackEnvironment, ...runsEnvironment },
    { ...Environment?.Variables, AWS_REGION: region },
  )
  return { ...runsOf(environment), stack: stackOf(environment) }
}
