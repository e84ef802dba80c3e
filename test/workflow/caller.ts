/** Who calls the API as somebody else than the administrator. */
import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { AssumeRoleCommand } from '@aws-sdk/client-sts'
import { vi } from 'vitest'
import { REGION } from '../../cli/package-stack.ts'
import { iamClient, stsClient } from '../../lib/aws/clients.ts'
import { partitionOf } from '../../lib/aws/partitions.ts'
import { signedBy } from '../local/apigateway/fixture.ts'
import { type Pipeline, POLL } from './pipeline.ts'

/** Headers of a call that a session of a new role has signed. */
export async function roleSession(
  pipeline: Pipeline,
  RoleName: string,
): Promise<Readonly<Record<string, string>>> {
  const iam = iamClient(partitionOf(REGION))
  const statement = {
    Effect: 'Allow',
    Principal: { AWS: 'arn:aws:iam::000000000000:root' },
    Action: 'sts:AssumeRole',
  }
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }))
  const Resource = `arn:aws:execute-api:${REGION}:000000000000:${pipeline.outputs.HttpApiId}/*`
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource }],
  })
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'api', PolicyDocument }))
  const { Credentials } = await stsClient(REGION).send(
    new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: 'me' }),
  )
  const headers = signedBy(Credentials?.AccessKeyId ?? '')
  await vi.waitUntil(
    async () => (await pipeline.ask('GET', '/catalogue', undefined, headers)).status === 200,
    POLL,
  )
  return headers
}
