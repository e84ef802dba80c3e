/** Which stack a command is about: the options that all have, and what they mean to the SDK. */
import { CloudFormationClient } from '@aws-sdk/client-cloudformation'
import type { Command } from 'commander'
import { partitionOf } from '../../lib/aws/partitions.ts'
import type { Auditing } from '../../lib/ops/auditing.ts'
import { readCaller } from '../caller.ts'
import { type DeployedStack, readDeployedStack } from '../deployed-stack.ts'
import { UnusableInput } from '../failure.ts'
import { localEnvironment } from '../local-environment.ts'
import { STAGE } from '../package-stack.ts'

export interface ConnectionOptions {
  readonly stage?: string
  readonly region?: string
  readonly profile?: string
  readonly endpointUrl?: string
  readonly json?: true
}

export function withConnection(command: Command): Command {
  return command
    .option('--stage <stage>', 'of the deployed stack (IRSA_STAGE; in local mode: local)')
    .option('--region <region>', 'of the stack (AWS_REGION, or as the profile says)')
    .option('--profile <name>', 'of the AWS configuration files (AWS_PROFILE)')
    .option('--endpoint-url <url>', 'of local mode (AWS_ENDPOINT_URL)')
    .option('--json', 'print one JSON document and nothing else')
}

/** Rejects with UnusableInput, StackNotFound, and InvalidInput for what is no region. */
export async function connect(options: ConnectionOptions): Promise<DeployedStack> {
  point(process.env, options)
  const stage = options.stage ?? process.env.IRSA_STAGE ?? (isLocal(process.env) ? STAGE : undefined)
  if (stage === undefined)
    throw new UnusableInput('Which stack is meant? Name it with --stage or IRSA_STAGE.')
  const region = await readRegion()
  // Else what is found wrong with it is that a host has no address.
  partitionOf(region)
  return readDeployedStack(stage, region)
}

type Environment = Record<string, string | undefined>

/** SDK clients read the environment, wherever they are made. Local mode takes any access key: nobody needs to have set one. */
export function point(environment: Environment, { region, profile, endpointUrl }: ConnectionOptions): void {
  if (endpointUrl !== undefined) environment.AWS_ENDPOINT_URL = endpointUrl
  if (profile !== undefined) environment.AWS_PROFILE = profile
  const given = region ?? environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION
  if (given !== undefined) environment.AWS_REGION = given
  if (!isLocal(environment)) return
  for (const [name, value] of Object.entries(localEnvironment(environment.AWS_ENDPOINT_URL ?? '')))
    environment[name] ??= value
}

/** As AWS's own tools name this machine. */
function isLocal({ AWS_ENDPOINT_URL: endpoint }: Environment): boolean {
  return endpoint !== undefined && /^https?:\/\/(127\.\d+\.\d+\.\d+|localhost|\[::1\])(:|\/|$)/.test(endpoint)
}

/** What answers in the place of the public internet; undefined at AWS. */
export function localEndpoint(): string | undefined {
  const { AWS_ENDPOINT_URL: endpoint } = process.env
  return isLocal(process.env) ? endpoint?.replace('//localhost', '//127.0.0.1') : undefined
}

/** Who runs the command, as STS knows them. */
export async function auditingOf({ audit, now, stack }: DeployedStack): Promise<Auditing> {
  return { audit, now, who: await readCaller(stack.region) }
}

async function readRegion(): Promise<string> {
  try {
    return await new CloudFormationClient({}).config.region()
  } catch (cause) {
    throw new UnusableInput('In which region is the stack? Name it with --region or AWS_REGION.', { cause })
  }
}
