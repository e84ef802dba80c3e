/**
 * AWS CloudFormation: makes what a template says through the other services' own APIs, so that a deployed stack
 * is as real as anything else in the embedded AWS.
 */
import { globalArn } from '../arn.ts'
import type { Principal, Service } from '../service.ts'
import type { World } from '../world.ts'
import type { Deployer } from './context.ts'
import { type Stacks, stackNamed } from './stack.ts'
import { beginCreation, beginDeletion, beginUpdate } from './stack-changes.ts'
import { stackOperations } from './stack-operations.ts'
import { stackResourceViewOperations } from './stack-resource-views.ts'
import { stackViewOperations } from './stack-views.ts'
import { parseTemplate } from './template.ts'
import { templateSummaryOperations } from './template-summary.ts'

export interface Cloudformation {
  readonly service: Service
  readonly deploy: Deploy
}

export interface DeployOptions {
  readonly stackName: string
  /** Parsed JSON, or the text of JSON or YAML. */
  readonly template: unknown
  readonly region: string
  readonly parameters?: Readonly<Record<string, string>>
  /** The package of a function by its S3Key. */
  readonly artefacts: (s3Key: string) => Uint8Array
}

/**
 * Creates the stack in the stack's own account as its administrator, or updates it if it is there, and waits until all of it works.
 * Rejects with AwsError (ValidationError, NotInLocalMode) before anything is made, or with DeploymentFailed after the rollback.
 */
export type Deploy = (
  options: DeployOptions,
) => Promise<{ readonly outputs: Readonly<Record<string, string>> }>

export function createCloudformation(world: World): Cloudformation {
  const stacks: Stacks = new Map()
  return {
    service: {
      name: 'cloudformation',
      operations: {
        ...stackOperations(world, stacks),
        ...stackViewOperations(stacks),
        ...stackResourceViewOperations(stacks),
        ...templateSummaryOperations(stacks),
      },
    },
    deploy: (options) => deploy(world, stacks, options),
  }
}

async function deploy(
  world: World,
  stacks: Stacks,
  { stackName, template, region, parameters = {}, artefacts }: DeployOptions,
): ReturnType<Deploy> {
  const principal = administrator(world.account, region)
  const deployer: Deployer = { world, principal, code: async ({ key }) => artefacts(key) }
  const body = typeof template === 'string' ? template : JSON.stringify(template)
  const wanted = { template: parseTemplate(body), parameters, capabilities: ALL_CAPABILITIES }
  const failed = stackNamed(stacks, stackName, { account: world.account, region })
  // Nothing is left in it, and it cannot be updated.
  if (failed?.status === 'ROLLBACK_COMPLETE') await beginDeletion(failed, deployer).done
  const existing = stackNamed(stacks, stackName, { account: world.account, region })
  const { stack, done } = existing
    ? beginUpdate(stacks, existing, wanted, deployer)
    : beginCreation(stacks, stackName, region, wanted, deployer)
  await done
  return { outputs: Object.fromEntries(stack.outputs.map(({ key, value }) => [key, value])) }
}

const ALL_CAPABILITIES = ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'] as const

/** Whom the access key `local` stands for. */
function administrator(account: string, region: string): Principal {
  return { kind: 'administrator', account, arn: globalArn('iam', region, account, 'user/local') }
}
