/** One action less in one statement of a role of the deployed stack, or of a member account's. */
import { isDeepStrictEqual } from 'node:util'
import {
  GetRolePolicyCommand,
  IAMClient,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam'
import { administratorOf } from '../../cli/local-stack.ts'
import type { Grant } from '../../local/policy/grants.ts'
import type { Statement } from '../template/packaged.ts'

/** Returns how to give it back. */
export async function takeAway({
  account,
  roleName: RoleName,
  sid,
  action,
}: Grant): Promise<() => Promise<void>> {
  const iam = new IAMClient(administratorOf(account))
  const { PolicyNames: [PolicyName] = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }))
  const { PolicyDocument = '' } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }))
  const whole = decodeURIComponent(PolicyDocument)
  const put = async (document: string) => {
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: document }))
  }
  const { Statement, ...rest } = JSON.parse(whole) as { readonly Statement: readonly Statement[] }
  const narrowed = Statement.flatMap((statement) => {
    const Action = [statement.Action].flat().filter((one) => statement.Sid !== sid || one !== action)
    if (Action.length === 0) return []
    return Action.length === [statement.Action].flat().length ? statement : { ...statement, Action }
  })
  if (isDeepStrictEqual(narrowed, Statement)) throw new Error(`${RoleName} has no ${action} in ${sid}.`)
  await put(JSON.stringify({ ...rest, Statement: narrowed }))
  return () => put(whole)
}
