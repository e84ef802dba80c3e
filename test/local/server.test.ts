import { request } from 'node:http'
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3'
import { afterEach, describe, expect, it } from 'vitest'
import { AwsError } from '../../local/errors.ts'
import { EdgeError } from '../../local/world.ts'
import { type Answers, administrator, type ServeOptions, type Serving, serve } from './serve.ts'
import { sdkClient } from './wire/sdk-clients.ts'

const started: Serving[] = []

afterEach(async () => {
  await Promise.all(started.splice(0).map((serving) => serving.stop()))
})

describe('startServer', () => {
  it('answers the call of an SDK client as the principal of its access key', async () => {
    const { endpoint } = await aServer({
      sts: {
        GetCallerIdentity: (_input, { principal }) => ({ Account: principal.account, Arn: principal.arn }),
      },
    })

    expect(await sdkClient('sts', endpoint).send('GetCallerIdentity', {})).toEqual({
      Account: '000000000000',
      Arn: administrator.arn,
    })
  })

  it.each([
    ['iam', 'ListRoles', 'InvalidClientTokenId', 403],
    ['dynamodb', 'ListTables', 'UnrecognizedClientException', 400],
    ['s3', 'ListBuckets', 'InvalidAccessKeyId', 403],
    ['route53', 'ListHostedZones', 'InvalidClientTokenId', 403],
    ['sqs', 'ListQueues', 'InvalidClientTokenId', 403],
    ['lambda', 'ListFunctions', 'UnrecognizedClientException', 403],
  ])('refuses an unknown access key in the words of %s', async (service, operation, name, httpStatusCode) => {
    const { endpoint, calls } = await aServer({ [service]: { [operation]: () => ({}) } })

    const refused = await sdkClient(service, endpoint, { accessKeyId: 'nobody' })
      .send(operation, {})
      .catch((error) => error)

    expect(refused).toMatchObject({ name, $metadata: { httpStatusCode } })
    expect(calls.list()).toMatchObject([
      { service, operation, principal: 'anonymous', error: { code: name } },
    ])
  })

  it.each([
    ['acm', 'ExportCertificate', { CertificateArn: 'a', Passphrase: new Uint8Array(4) }],
    ['iam', 'ListUsers', {}],
    ['cloudfront', 'ListFunctions', {}],
    ['lambda', 'ListLayers', {}],
    ['sqs', 'ListQueues', {}],
  ])('says that local mode does not have %s %s', async (service, operation, input) => {
    const { endpoint } = await aServer({})

    const refused = await sdkClient(service, endpoint)
      .send(operation, input)
      .catch((error) => error)

    expect(refused).toMatchObject({
      name: 'NotInLocalMode',
      message: `Local mode does not have ${service} ${operation}.`,
      $metadata: { httpStatusCode: 501 },
    })
  })

  it('refuses input without a required member before the operation sees it, and logs that', async () => {
    const { endpoint, calls } = await aServer({ iam: { GetRole: () => ({}) } })

    const refused = await sdkClient('iam', endpoint)
      .send('GetRole', {})
      .catch((error) => error)

    expect(refused).toMatchObject({
      name: 'ValidationError',
      message:
        "1 validation error detected: Value null at 'roleName' failed to satisfy constraint: Member must not be null",
    })
    expect(calls.list()).toMatchObject([{ principal: administrator.arn, error: { code: 'ValidationError' } }])
  })

  it('gives every answer a request id, the same that the operation sees', async () => {
    const seen: string[] = []
    const { endpoint } = await aServer({
      iam: {
        ListRoles: (_input, { requestId }) => {
          seen.push(requestId)
          throw new AwsError('ServiceFailure', 'no', 500)
        },
      },
    })

    const refused = await sdkClient('iam', endpoint)
      .send('ListRoles', {})
      .catch((error) => error)

    expect(refused.$metadata.requestId).toBe(seen[0])
    expect(seen[0]).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('takes an unsigned call only where AWS does', async () => {
    const { endpoint } = await aServer({
      sts: {
        AssumeRoleWithWebIdentity: (_input, { principal }) => ({
          SubjectFromWebIdentityToken: principal.kind,
        }),
        GetCallerIdentity: () => ({}),
      },
    })
    const form = (action: string) =>
      `Action=${action}&Version=2011-06-15&RoleArn=a&RoleSessionName=b&WebIdentityToken=c`

    const open = await http(endpoint, { method: 'POST', body: form('AssumeRoleWithWebIdentity') })
    const closed = await http(endpoint, { method: 'POST', body: form('GetCallerIdentity') })

    expect(open).toMatchObject({ status: 200, body: expect.stringContaining('>anonymous<') })
    expect(closed).toMatchObject({ status: 403, body: expect.stringContaining('MissingAuthenticationToken') })
  })

  it.each([
    ['s3.eu-central-1.amazonaws.com', '/public/a/b.json'],
    ['public.s3.eu-central-1.amazonaws.com', '/a/b.json'],
    ['s3.cn-north-1.amazonaws.com.cn', '/public/a/b.json'],
  ])('reads an object for anybody from %s, leaving it to the bucket policy', async (host, path) => {
    const { endpoint } = await aServer({
      s3: {
        GetObject: ({ Bucket, Key }, { principal, region }) => ({
          Body: Buffer.from([Bucket, Key, principal.kind, region].join(' ')),
        }),
      },
    })

    const { status, body } = await http(endpoint, { host, path })

    expect(status).toBe(200)
    expect(body).toBe(`public a/b.json anonymous ${host.includes('cn-') ? 'cn-north-1' : 'eu-central-1'}`)
  })

  it('fetches any other host from the emulated internet', async () => {
    const fetched: string[] = []
    const { endpoint, calls } = await aServer(
      {},
      {
        edge: {
          fetch: async (url) => {
            fetched.push(url.href)
            return {
              status: 403,
              headers: { 'x-cache': 'Miss from cloudfront' },
              body: Buffer.from('denied'),
            }
          },
        },
      },
    )

    const answer = await http(endpoint, { host: 'irsa.example.com:4566', path: '/.well-known/x%20y?z=1' })

    expect(fetched).toEqual(['https://irsa.example.com/.well-known/x%20y?z=1'])
    expect(answer).toMatchObject({
      status: 403,
      headers: { 'x-cache': 'Miss from cloudfront' },
      body: 'denied',
    })
    expect(calls.list()).toEqual([])
  })

  it('answers 502 with the reason when nothing is served at the host', async () => {
    const edge = {
      fetch: () => Promise.reject(new EdgeError('irsa.example.com has no address')),
    }
    const { endpoint } = await aServer({}, { edge })

    expect(await http(endpoint, { host: 'irsa.example.com' })).toMatchObject({
      status: 502,
      body: 'irsa.example.com has no address\n',
    })
  })

  it.each([
    ['a host that is none', { host: '[::' }],
    ['a host with a space', { host: 'irsa example.com' }],
  ])('refuses %s with 400', async (_, sent) => {
    const { endpoint } = await aServer({})

    expect(await http(endpoint, sent)).toMatchObject({ status: 400, body: 'Bad Request\n' })
  })

  it('fetches with the method that it was asked with', async () => {
    const edge = {
      fetch: async (_: URL, method = '') => ({ status: 200, headers: {}, body: Buffer.from(method) }),
    }
    const { endpoint } = await aServer({}, { edge })

    expect(await http(endpoint, { method: 'DELETE', host: 'irsa.example.com' })).toMatchObject({
      body: 'DELETE',
    })
  })

  it('answers HEAD with the headers of GET and no body', async () => {
    const edge = {
      fetch: async () => ({ status: 200, headers: { etag: '"e"' }, body: Buffer.from('12345') }),
    }
    const { endpoint } = await aServer({}, { edge })

    expect(await http(endpoint, { method: 'HEAD', host: 'irsa.example.com' })).toMatchObject({
      status: 200,
      headers: { etag: '"e"', 'content-length': '5' },
      body: '',
    })
  })

  it('ends kept and busy connections at once when it closes', async () => {
    let arrived: () => void = () => undefined
    const busy = new Promise<void>((resolve) => {
      arrived = resolve
    })
    const serving = await serve({
      s3: {
        ListBuckets: () => {
          arrived()
          return new Promise(() => undefined)
        },
      },
    })
    const client = new S3Client({
      region: 'us-east-1',
      endpoint: serving.endpoint,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      maxAttempts: 1,
    })
    const waiting = client.send(new ListBucketsCommand()).catch((error) => error.code)
    await busy

    await serving.stop()

    expect(await waiting).toBe('ECONNRESET')
    client.destroy()
  })
})

async function aServer(answers: Answers, options?: ServeOptions): Promise<Serving> {
  const serving = await serve(answers, options)
  started.push(serving)
  return serving
}

interface Sent {
  readonly method?: string
  readonly host?: string
  readonly path?: string
  readonly body?: string
}

/** `fetch` would not let a caller name the host. */
function http(
  endpoint: string,
  { method = 'GET', host = '127.0.0.1', path = '/', body }: Sent,
): Promise<{ status: number | undefined; headers: object; body: string }> {
  const headers = { host, ...(body && { 'content-type': 'application/x-www-form-urlencoded' }) }
  return new Promise((resolve, reject) => {
    const outgoing = request(endpoint, { method, path, headers }, async (incoming) => {
      const chunks = await incoming.toArray()
      resolve({
        status: incoming.statusCode,
        headers: incoming.headers,
        body: Buffer.concat(chunks).toString(),
      })
    })
    outgoing.on('error', reject).end(body)
  })
}
