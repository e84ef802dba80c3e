/** Who runs the command line. */
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { stsClient } from '../lib/aws/clients.ts'

/** As role requests and the audit record it: `iam:` and the ARN that the AWS credentials in the environment belong to. */
export async function readCaller(region: string): Promise<string> {
  const { Arn } = await stsClient(region).send(new GetCallerIdentityCommand({}))
  return `iam:${Arn}`
}
