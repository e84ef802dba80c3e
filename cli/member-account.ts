/** Other accounts than the stack's, made ready for it: what their administrators would roll out to them. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  CloudFormationClient,
  CreateStackCommand,
  waitUntilStackCreateComplete,
} from '@aws-sdk/client-cloudformation'
import { administratorOf } from './local-stack.ts'
import { EXTERNAL_ID, REGION, ROLE_TAG_KEYS, STAGE } from './package-stack.ts'

export interface MemberParameters {
  readonly ExternalId?: string
  readonly OrganizationId?: string
}

/** For clusters, by the stack in the embedded AWS. Rejects with the SDK's error if the stack cannot be made, or is there. */
export async function rollOutMemberAccount(
  accountId: string,
  stackAccountId: string,
  more: MemberParameters = {},
  region = REGION,
): Promise<void> {
  const parameters = { StackAccountId: stackAccountId, RoleTagKeys: ROLE_TAG_KEYS, ...more }
  await rollOut('member', administratorOf(accountId, region), parameters)
}

/** For the hosted zones with these ARNs. */
export async function rollOutZoneAccount(
  accountId: string,
  stackAccountId: string,
  hostedZones: readonly string[],
): Promise<void> {
  const parameters = { StackAccountId: stackAccountId, HostedZones: hostedZones.join(',') }
  await rollOut('zone', administratorOf(accountId), parameters)
}

async function rollOut(
  kind: 'member' | 'zone',
  administrator: ReturnType<typeof administratorOf>,
  parameters: Readonly<Record<string, string>>,
): Promise<void> {
  const client = new CloudFormationClient(administrator)
  const StackName = `irsa-${STAGE}-${kind}`
  const values = { Stage: STAGE, ExternalId: EXTERNAL_ID, ...parameters }
  await client.send(
    new CreateStackCommand({
      StackName,
      TemplateBody: readFileSync(join(import.meta.dirname, `../serverless/${kind}-account.yml`), 'utf8'),
      Capabilities: ['CAPABILITY_NAMED_IAM'],
      Parameters: Object.entries(values).map(([ParameterKey, ParameterValue]) => ({
        ParameterKey,
        ParameterValue,
      })),
    }),
  )
  const patience = { client, maxWaitTime: 60, minDelay: 1, maxDelay: 1 } // seconds
  await waitUntilStackCreateComplete(patience, { StackName })
}
