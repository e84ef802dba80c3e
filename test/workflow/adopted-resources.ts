/** The parameter `adoptedResources` of the stack while it runs: what others make has ARNs that nobody knows before. */
import { GetRolePolicyCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { GetFunctionConfigurationCommand, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda'
import { ADOPTED_RESOURCES, REGION, STAGE } from '../../cli/package-stack.ts'
import { iamClient, lambdaClient } from '../../lib/aws/clients.ts'
import { partitionOf } from '../../lib/aws/partitions.ts'
import type { Statement } from '../template/packaged.ts'

/** As a deployment with the parameter naming these, too, would leave it; `inPolicy`: if IAM knew of others. */
export async function nameAdopted(arns: readonly string[], inPolicy = arns): Promise<void> {
  const FunctionName = `irsa-${STAGE}-adopt`
  const lambda = lambdaClient(REGION)
  const known = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }))
  const Variables = {
    ...known.Environment?.Variables,
    ADOPTED_RESOURCES: [ADOPTED_RESOURCES, ...arns].join(','),
  }
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }))
  const address = { RoleName: known.Role?.split('/')[1], PolicyName: 'adopt' }
  const iam = iamClient(partitionOf(REGION))
  const { PolicyDocument = '' } = await iam.send(new GetRolePolicyCommand(address))
  const document: { readonly Statement: readonly Statement[] } = JSON.parse(
    decodeURIComponent(PolicyDocument),
  )
  const narrowed = document.Statement.map((statement) =>
    statement.Sid === 'TagAdoptedResources'
      ? { ...statement, Resource: [ADOPTED_RESOURCES, ...inPolicy] }
      : statement,
  )
  await iam.send(
    new PutRolePolicyCommand({
      ...address,
      PolicyDocument: JSON.stringify({ ...document, Statement: narrowed }),
    }),
  )
}
