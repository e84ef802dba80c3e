/** A permission that is missing fails the step that needs it, and says which one; `npm run audit:permissions` tries them all. */
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { REGION } from '../../cli/package-stack.ts'
import { takeAway } from '../permissions/take-away.ts'
import { ACCOUNT, clusterNamed, type Pipeline, POLL, sharePipeline } from './pipeline.ts'

let pipeline: Pipeline

beforeAll(async () => {
  pipeline = await sharePipeline()
})

afterAll(() => pipeline.stop())

test('a function that lacks one permission fails with AccessDenied for action and resource, and goes on with it', async () => {
  const giveBack = await takeAway({
    account: ACCOUNT,
    roleName: await roleNameOf('provider'),
    sid: 'NewProviders',
    action: 'iam:CreateOpenIDConnectProvider',
  })

  await pipeline.announce(clusterNamed('powerless'))

  expect(await pipeline.runEnded('powerless')).toMatchObject({ status: 'FAILED', error: 'AccessDenied' })
  await expect
    .poll(() => pipeline.cluster('powerless'), POLL)
    .toMatchObject({
      lastError: {
        step: 'provider',
        error: 'AccessDenied',
        message: expect.stringMatching(
          /not authorized to perform: iam:CreateOpenIDConnectProvider on resource: arn:aws:iam::000000000000:oidc-provider\/irsa\.powerless\.gaws\.gigantic\.io /,
        ),
      },
    })

  await giveBack()
  await pipeline.redrive('powerless-1')

  expect(await pipeline.runEnded('powerless')).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1 })
})

async function roleNameOf(functionName: string): Promise<string> {
  const command = new GetFunctionConfigurationCommand({ FunctionName: `irsa-local-${functionName}` })
  const { Role = '' } = await new LambdaClient({ region: REGION }).send(command)
  return Role.split('/').at(-1) ?? ''
}
