/** The embedded AWS with the packaged stack deployed. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateHostedZoneCommand, Route53Client } from '@aws-sdk/client-route-53'
import { route53Client } from '../lib/aws/clients.ts'
import { partitionOf } from '../lib/aws/partitions.ts'
import { type LocalAws, type LocalAwsOptions, startLocalAws } from '../local/aws.ts'
import { REGION, STAGE, type StackPackage } from './package-stack.ts'

export interface LocalStack {
  readonly aws: LocalAws
  readonly outputs: Readonly<Record<string, string>>
  readonly stop: () => Promise<void>
}

export type LocalStackOptions = Pick<
  LocalAwsOptions,
  'port' | 'region' | 'speed' | 'quotas' | 'organization' | 'requireAuth' | 'noteGrants'
>

/** Rejects if the port is taken or the deployment fails; nothing is left running then. */
export async function startLocalStack(
  { template, artefact, cacheDirectory }: StackPackage,
  options: LocalStackOptions,
): Promise<LocalStack> {
  const directory = mkdtempSync(join(tmpdir(), 'irsa-'))
  const forget = () => rmSync(directory, { recursive: true, force: true })
  // Whatever ends the process: functions' code and logs are of no use afterwards.
  process.once('exit', forget)
  const aws = await startLocalAws({ ...options, directory, cacheDirectory }).catch((error: unknown) => {
    end()
    throw error
  })
  const stop = async () => {
    await aws.stop()
    end()
  }
  function end(): void {
    process.off('exit', forget)
    forget()
  }
  try {
    // What is packaged deploys in every partition.
    const { region = REGION } = options
    const stack = { stackName: `irsa-${STAGE}`, template, region, artefacts: artefact }
    const { outputs } = await aws.cloudformation.deploy(stack)
    return { aws, outputs, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** What a client is made with that is the administrator of an account. */
export function administratorOf(accountId: string, region = REGION) {
  return { region, credentials: { accessKeyId: `local-${accountId}`, secretAccessKey: 'local' } }
}

/** A public zone in another account; resolves with its ARN. */
export async function createHostedZoneIn(accountId: string, name: string): Promise<string> {
  const command = new CreateHostedZoneCommand({ Name: name, CallerReference: name })
  const { HostedZone } = await new Route53Client(administratorOf(accountId, 'us-east-1')).send(command)
  return `arn:aws:route53::${HostedZone?.Id?.replace(/^\//, ':')}`
}

/** A public zone in the stack's account, for issuers to be in. */
export async function createHostedZone(name: string, region = REGION): Promise<void> {
  const command = new CreateHostedZoneCommand({ Name: name, CallerReference: name })
  await route53Client(partitionOf(region)).send(command)
}
