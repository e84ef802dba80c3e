/** Accounts that are closed to the stack, by whoever administers them. */
import {
  DeleteRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam'
import { administratorOf } from '../../../cli/local-stack.ts'

const PROVISIONER = { RoleName: 'irsa-local-provisioner' }
const POLICY = { ...PROVISIONER, PolicyName: 'provisioner' }

/** Nothing that sessions of an hour are good for is left either. What it resolves to opens the account again. */
export async function lock(account: string): Promise<() => Promise<void>> {
  const iam = new IAMClient(administratorOf(account))
  const { Role } = await iam.send(new GetRoleCommand(PROVISIONER))
  const trust = decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')
  const { PolicyDocument: policy = '' } = await iam.send(new GetRolePolicyCommand(POLICY))
  const refusal = trust.replaceAll('"Allow"', '"Deny"')
  await iam.send(new UpdateAssumeRolePolicyCommand({ ...PROVISIONER, PolicyDocument: refusal }))
  await iam.send(new DeleteRolePolicyCommand(POLICY))
  return async () => {
    await iam.send(new UpdateAssumeRolePolicyCommand({ ...PROVISIONER, PolicyDocument: trust }))
    await iam.send(new PutRolePolicyCommand({ ...POLICY, PolicyDocument: decodeURIComponent(policy) }))
  }
}
