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
import { keysFromPems } from '../../../lib/oidc/jwks.ts'
import { subjectOf } from '../../../lib/oidc/subject.ts'
import { ACCOUNT, DOMAIN, type Keys } from '../pipeline.ts'

export const MEMBER = '111122223333'
export const BYSTANDER = '444455556666'

/** As its administrator lets the stack in. */
export function rollOut(account: string, parameters: MemberParameters = {}): Promise<void> {
  return rollOutMemberAccount(account, ACCOUNT, parameters)
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
  keys: Keys,
  cluster: string,
  roleArn: string,
  namespace: string,
  serviceAccount: string,
): Promise<string | undefined> {
  const [key] = keysFromPems([keys.pem]).keys
  const signer = { privateKey: keys.privateKey, kid: key?.kid ?? '', alg: 'ES256' }
  const claim = { issuer: `https://irsa.${cluster}.${DOMAIN}`, audience: 'sts.amazonaws.com', roleArn }
  const credentials = await exchangeToken(signer, claim, subjectOf(namespace, serviceAccount), REGION)
  const { Account } = await new STSClient({ region: REGION, credentials }).send(
    new GetCallerIdentityCommand({}),
  )
  return Account
}
