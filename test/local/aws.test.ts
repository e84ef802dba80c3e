import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { GetRoleCommand, IAMClient, ListUsersCommand } from '@aws-sdk/client-iam'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type LocalAwsOptions, startLocalAws } from '../../local/aws.ts'

const region = 'eu-central-1'

function aDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'local-aws-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  return directory
}

async function started(options: Partial<LocalAwsOptions> = {}) {
  const aws = await startLocalAws({ speed: 1, directory: aDirectory(), ...options })
  onTestFinished(aws.stop)
  return aws
}

function clientOf<Client>(
  Type: new (options: object) => Client,
  { endpoint }: { readonly endpoint: string },
  accessKeyId = 'local',
): Client {
  const credentials = { accessKeyId, secretAccessKey: 'secret' }
  return new Type({ endpoint, region, credentials, maxAttempts: 1 })
}

/** A port that somebody else listens on. */
async function takenPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

describe('startLocalAws', () => {
  test('answers SDK clients on a free port of 127.0.0.1', async () => {
    const aws = await started()

    expect(aws.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(await clientOf(STSClient, aws).send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: '000000000000',
      Arn: 'arn:aws:iam::000000000000:user/local',
    })
  })

  test("makes the access key local the administrator of the stack's account, and tells others apart", async () => {
    const aws = await started({ account: '222222222222' })
    const accountOf = async (key: string) =>
      (await clientOf(STSClient, aws, key).send(new GetCallerIdentityCommand({}))).Account

    expect(await accountOf('local')).toBe('222222222222')
    expect(await accountOf('local-333333333333')).toBe('333333333333')
    await expect(accountOf('AKIAIOSFODNN7EXAMPLE')).rejects.toMatchObject({ name: 'InvalidClientTokenId' })
  })

  test('fails loudly where it does not have an operation', async () => {
    const aws = await started()

    await expect(clientOf(IAMClient, aws).send(new ListUsersCommand({}))).rejects.toMatchObject({
      name: 'NotInLocalMode',
      $metadata: { httpStatusCode: 501 },
    })
  })

  test('logs every call, and strikes with the faults that it is given', async () => {
    const aws = await started()
    const iam = clientOf(IAMClient, aws)
    await expect(iam.send(new GetRoleCommand({ RoleName: 'none' }))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
    })

    expect(aws.calls.list({ service: 'iam' })).toMatchObject([
      { operation: 'GetRole', input: { RoleName: 'none' }, error: { code: 'NoSuchEntity' } },
    ])
  })

  test('starts an AWS of its own each time', async () => {
    const [one, other] = [await started(), await started()]
    const role = {
      RoleName: 'app',
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: { Effect: 'Allow', Principal: { AWS: '000000000000' }, Action: 'sts:AssumeRole' },
      }),
    }
    const principal = { kind: 'administrator', account: '000000000000', arn: 'a' } as const
    await one.world.dispatch('iam', 'CreateRole', role, { principal, region, requestId: 'r' })
    one.clock.advance(60_000)

    await expect(
      clientOf(IAMClient, other).send(new GetRoleCommand({ RoleName: 'app' })),
    ).rejects.toMatchObject({ name: 'NoSuchEntityException' })
    expect(other.clock.offset()).toBe(0)
    expect(one.endpoint).not.toBe(other.endpoint)
  })

  test('rejects when the port is taken', async () => {
    const port = await takenPort()

    await expect(started({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })

  test('raises quotas as it is told', async () => {
    const aws = await started({ quotas: { 'iam:roles': 10_000 } })

    expect(aws.quotas.get('iam:roles')).toBe(10_000)
    expect(aws.world.quotas.get('iam:oidc-providers')).toBe(100)
  })

  test.each([
    ["beyond AWS's maximum", { 'iam:roles': 10_001 }],
    ["below AWS's default", { 'iam:roles': 999 }],
    ['that AWS does not have', { 'iam:colours': 5 }],
  ])('rejects a quota %s, and does not listen', async (_, quotas) => {
    // It would be the port that is taken, if it came to that.
    const port = await takenPort()

    await expect(started({ port, quotas })).rejects.toBeInstanceOf(RangeError)
  })
})

describe('stop', () => {
  test('ends connections and the port can be taken again', async () => {
    const first = await startLocalAws({ speed: 1, directory: aDirectory() })
    const port = Number(new URL(first.endpoint).port)
    await fetch(first.endpoint)

    await first.stop()

    await expect(fetch(first.endpoint)).rejects.toThrow()
    await expect(started({ port })).resolves.toMatchObject({ endpoint: first.endpoint })
  })

  test('leaves nothing that keeps the process alive, whatever was under way', async () => {
    const directory = aDirectory()
    const script = `
      import { startLocalAws } from ${JSON.stringify(new URL('../../local/aws.ts', import.meta.url).href)}
      const aws = await startLocalAws({ speed: 1, directory: ${JSON.stringify(directory)} })
      const principal = { kind: 'administrator', account: '000000000000', arn: 'a' }
      const call = { principal, region: 'eu-central-1', requestId: 'r' }
      const run = (service, operation, input) => aws.world.dispatch(service, operation, input, call)
      const { QueueUrl } = await run('sqs', 'CreateQueue', { QueueName: 'events' })
      void run('sqs', 'ReceiveMessage', { QueueUrl, WaitTimeSeconds: 20 })
      await run('events', 'PutRule', { Name: 'sweep', ScheduleExpression: 'rate(1 minute)' })
      await run('dynamodb', 'CreateTable', {
        TableName: 'registry',
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      })
      await fetch(aws.endpoint)
      await aws.stop()
      process.stdout.write('stopped')
    `

    // Killed, it would be an error.
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '--eval', script],
      { timeout: 50_000 },
    )

    expect(stdout).toBe('stopped')
  }, 60_000)
})
