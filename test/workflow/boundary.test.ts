/** What no service account may do, whatever its role's policies say; and who may put what on the bus. */
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { CreateRoleCommand, GetRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { CreateStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn'
import { PurgeQueueCommand, SQSClient } from '@aws-sdk/client-sqs'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { REGION } from '../../cli/package-stack.ts'
import { exchangeToken, type SessionCredentials } from '../../cli/start/exchange.ts'
import { keysFromPems } from '../../lib/oidc/jwks.ts'
import { subjectOf } from '../../lib/oidc/subject.ts'
import { clusterNamed, newKeys, type Pipeline, POLL, roleFor, sharePipeline } from './pipeline.ts'

let pipeline: Pipeline
let pod: { readonly region: string; readonly credentials: SessionCredentials }

const ROLE_NAME = 'local_fenced_shop_cart'
const ROLE_ARN = `arn:aws:iam::000000000000:role/irsa/fenced/${ROLE_NAME}`
/** All that is tried below. */
const STATEMENTS = [
  {
    Effect: 'Allow',
    Action: ['dynamodb:*', 'events:*', 'iam:*', 'iam:PassRole', 'sqs:*', 'states:*', 'sts:*'],
    Resource: '*',
  },
]

beforeAll(async () => {
  pipeline = await sharePipeline()
  const { pem, privateKey } = newKeys()
  await pipeline.announce(clusterNamed('fenced', { serviceAccountKeys: [pem] }))
  await vi.waitFor(async () => expect(await pipeline.cluster('fenced')).toBeDefined(), POLL)
  await pipeline.request('fenced', roleFor('shop', 'cart'))
  await pipeline.runEnded('fenced')
  // The guard rails would refuse to ask for it.
  await new IAMClient({ region: REGION }).send(
    new PutRolePolicyCommand({
      RoleName: ROLE_NAME,
      PolicyName: 'irsa',
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: STATEMENTS }),
    }),
  )
  const [key] = keysFromPems([pem]).keys
  const claim = {
    issuer: 'https://irsa.fenced.gaws.gigantic.io',
    audience: 'sts.amazonaws.com',
    roleArn: ROLE_ARN,
    issuedAt: pipeline.aws.clock.now(),
  }
  const signer = { privateKey, kid: key?.kid ?? '', alg: 'ES256' }
  pod = {
    region: REGION,
    credentials: await exchangeToken(signer, claim, subjectOf('shop', 'cart'), REGION),
  }
})

afterAll(() => pipeline.stop())

describe('a pod whose role allows it everything', () => {
  test('may read identities', async () => {
    const { Role } = await new IAMClient(pod).send(new GetRoleCommand({ RoleName: ROLE_NAME }))

    expect(Role?.Arn).toBe(ROLE_ARN)
  })

  test.each([
    [
      'make a role',
      () =>
        new IAMClient(pod).send(
          new CreateRoleCommand({
            RoleName: 'mine',
            AssumeRolePolicyDocument: JSON.stringify({ Statement: [] }),
          }),
        ),
    ],
    [
      'pass a role to a service',
      () =>
        new SFNClient(pod).send(
          new CreateStateMachineCommand({
            name: 'mine',
            roleArn: ROLE_ARN,
            definition: JSON.stringify({ StartAt: 'It', States: { It: { Type: 'Succeed' } } }),
          }),
        ),
    ],
    [
      'read the registry',
      () => new DynamoDBClient(pod).send(new ScanCommand({ TableName: pipeline.outputs.RegistryName })),
    ],
    [
      'empty the dead letters',
      () => new SQSClient(pod).send(new PurgeQueueCommand({ QueueUrl: pipeline.outputs.DeadLettersUrl })),
    ],
    ['announce a cluster', () => putEvent(new EventBridgeClient(pod), 'me', 'Cluster Created')],
  ])('may not %s', async (_, act) => {
    await expect(act()).rejects.toMatchObject({
      name: expect.stringMatching(/^AccessDenied/),
      message: expect.stringContaining('explicit deny in a permissions boundary'),
    })
  })

  test('may not become a role of the stack', async () => {
    const RoleArn = 'arn:aws:iam::000000000000:role/irsa-local-settle-roles'
    const command = new AssumeRoleCommand({ RoleArn, RoleSessionName: 'me' })

    await expect(new STSClient(pod).send(command)).rejects.toMatchObject({ name: 'AccessDenied' })
  })
})

describe('the bus', () => {
  test('takes nothing in the pipeline’s name but from the pipeline', async () => {
    const administrator = new EventBridgeClient({ region: REGION })

    await expect(putEvent(administrator, 'irsa.provisioner', 'Role Ready')).rejects.toMatchObject({
      name: 'AccessDeniedException',
    })
  })
})

function putEvent(client: EventBridgeClient, Source: string, DetailType: string) {
  const EventBusName = pipeline.outputs.EventBusName
  return client.send(new PutEventsCommand({ Entries: [{ EventBusName, Source, DetailType, Detail: '{}' }] }))
}
