/** Accounts beside the stack's: what is rolled out there, and what the roles there open. */
import {
  CloudFormationClient,
  DeleteStackCommand,
  waitUntilStackDeleteComplete,
} from '@aws-sdk/client-cloudformation'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { administratorOf } from '../../../cli/local-stack.ts'
import { type MemberParameters, rollOutMemberAccount } from '../../../cli/member-account.ts'
import { REGION, STAGE } from '../../../cli/package-stack.ts'
import { exchangeToken } from '../../../cli/start/exchange.ts'
import { isNamedError, undefinedIf } from '../../../lib/aws/errors.ts'
import { keysFromPems } from '../../../lib/oidc/jwks.ts'
import { ACCOUNT, DOMAIN, type Keys, type Pipeline } from '../pipeline.ts'

export const MEMBER = '111122223333'
export const BYSTANDER = '444455556666'

/** As its administrator lets the stack in; who shares the stack may have done so before. */
export async function rollOut(account: string, parameters: MemberParameters = {}): Promise<void> {
  await rollOutMemberAccount(account, ACCOUNT, parameters).catch(
    undefinedIf(isNamedError('AlreadyExistsException'), 'cloudformation:CreateStack'),
  )
}

/** What was rolled out for its hosted zones goes: the next one who shares the stack opens others. */
export async function closeZoneAccount(account: string): Promise<void> {
  const client = new CloudFormationClient(administratorOf(account))
  const stack = { StackName: `irsa-${STAGE}-zone` }
  await client.send(new DeleteStackCommand(stack))
  await waitUntilStackDeleteComplete({ client, maxWaitTime: 60, minDelay: 1, maxDelay: 1 }, stack)
}

/** The account that a pod's credentials are of; rejects with STS's error. */
export async function accountOpened(
  { aws }: Pipeline,
  keys: Keys,
  { cluster, roleArn }: { readonly cluster: string; readonly roleArn: string },
  subject: string,
): Promise<string | undefined> {
  const [key] = keysFromPems([keys.pem]).keys
  const signer = { privateKey: keys.privateKey, kid: key?.kid ?? '', alg: 'ES256' }
  const issuer = `https://irsa.${cluster}.${DOMAIN}`
  const claim = { issuer, audience: 'sts.amazonaws.com', roleArn, issuedAt: aws.clock.now() }
  const credentials = await exchangeToken(signer, claim, subject, REGION)
  const { Account } = await new STSClient({ region: REGION, credentials }).send(
    new GetCallerIdentityCommand({}),
  )
  return Account
}
