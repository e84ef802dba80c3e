/** Another account than the stack's, made ready for clusters: what its administrators would roll out to it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  CloudFormationClient,
  CreateStackCommand,
  waitUntilStackCreateComplete,
} from '@aws-sdk/client-cloudformation'
import { administratorOf } from './local-stack.ts'
import { EXTERNAL_ID, REGION, ROLE_TAG_KEYS, STAGE } from './package-stack.ts'

const TEMPLATE = join(import.meta.dirname, '../serverless/member-account.yml')
const STACK_NAME = `irsa-${STAGE}-member`

export interface MemberParameters {
  readonly ExternalId?: string
  readonly OrganizationId?: string
}

/** For the stack in the embedded AWS. Rejects with the SDK's error if the stack cannot be made, or is there. */
export async function rollOutMemberAccount(
  accountId: string,
  stackAccountId: string,
  more: MemberParameters = {},
  region = REGION,
): Promise<void> {
  const client = new CloudFormationClient(administratorOf(accountId, region))
  const ours = {
    Stage: STAGE,
    StackAccountId: stackAccountId,
    ExternalId: EXTERNAL_ID,
    RoleTagKeys: ROLE_TAG_KEYS,
  }
  const values = { ...ours, ...more }
  await client.send(
    new CreateStackCommand({
      StackName: STACK_NAME,
      TemplateBody: readFileSync(TEMPLATE, 'utf8'),
      Capabilities: ['CAPABILITY_NAMED_IAM'],
      Parameters: Object.entries(values).map(([ParameterKey, ParameterValue]) => ({
        ParameterKey,
        ParameterValue,
      })),
    }),
  )
  const patience = { client, maxWaitTime: 60, minDelay: 1, maxDelay: 1 } // seconds
  await waitUntilStackCreateComplete(patience, { StackName: STACK_NAME })
}
