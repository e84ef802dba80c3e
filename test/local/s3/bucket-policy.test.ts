import { describe, expect, test } from 'vitest'
import { ACCOUNT, hostingFixture, OTHER_ACCOUNT, REGION, stack, stranger } from '../hosting.ts'

const Bucket = 'documents'
const arn = `arn:aws:s3:::${Bucket}`
const role = `arn:aws:iam::${ACCOUNT}:role/reader`

const read = {
  Effect: 'Allow',
  Principal: { Service: 'cloudfront.amazonaws.com' },
  Action: 's3:GetObject',
  Resource: `${arn}/*`,
  Condition: { StringEquals: { 'AWS:SourceArn': `arn:aws:cloudfront::${ACCOUNT}:distribution/E1` } },
}
const everyone = { ...read, Principal: '*', Condition: undefined }

async function bucketFixture() {
  const { run, asks } = hostingFixture({ roles: [role] })
  await run('s3', 'CreateBucket', { Bucket, CreateBucketConfiguration: { LocationConstraint: REGION } })
  const put = (...Statement: object[]) =>
    run('s3', 'PutBucketPolicy', { Bucket, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) })
  const policy = async (): Promise<unknown> => {
    const { Policy } = await run<{ Policy: string }>('s3', 'GetBucketPolicy', { Bucket })
    return JSON.parse(Policy)
  }
  return { run, asks, put, policy }
}

describe('PutBucketPolicy', () => {
  test('gives the policy back in its own form: lists of one as text, accounts as their root, no white space', async () => {
    const { run } = await bucketFixture()
    const Policy = JSON.stringify(
      {
        Statement: [
          {
            Resource: [`${arn}/*`],
            Action: ['s3:GetObject'],
            Principal: { AWS: [OTHER_ACCOUNT] },
            Effect: 'Allow',
            Condition: { Bool: { 'aws:SecureTransport': [true] } },
            Sid: 'Read',
          },
        ],
        Version: '2012-10-17',
      },
      null,
      2,
    )
    await run('s3', 'PutBucketPolicy', { Bucket, Policy })

    expect(await run('s3', 'GetBucketPolicy', { Bucket })).toEqual({
      Policy:
        '{"Version":"2012-10-17","Statement":[{"Sid":"Read","Effect":"Allow",' +
        `"Principal":{"AWS":"arn:aws:iam::${OTHER_ACCOUNT}:root"},"Action":"s3:GetObject",` +
        `"Resource":"${arn}/*","Condition":{"Bool":{"aws:SecureTransport":"true"}}}]}`,
    })
  })

  test.each([
    ['is not JSON', '{', /must be valid JSON/],
    ['has an unknown element', JSON.stringify({ Version: '2012-10-17', Statements: [] }), /./],
    [
      'has an unknown version',
      JSON.stringify({ Version: '2020-01-01', Statement: [read] }),
      /valid version string/,
    ],
    ['has no statement', JSON.stringify({ Version: '2012-10-17', Statement: [] }), /./],
  ])('refuses a document that %s', async (_, Policy, message) => {
    const { run } = await bucketFixture()
    await expect(run('s3', 'PutBucketPolicy', { Bucket, Policy })).rejects.toMatchObject({
      code: 'MalformedPolicy',
      status: 400,
      message: expect.stringMatching(message),
    })
  })

  test.each([
    ['no principal', { Principal: undefined }, 'Missing required field Principal'],
    ['no action', { Action: undefined }, 'Missing required field Action'],
    ['no resource', { Resource: undefined }, 'Missing required field Resource'],
    ['an action of another service', { Action: 'iam:GetRole' }, 'Policy has invalid action'],
    ['another bucket', { Resource: 'arn:aws:s3:::other/*' }, 'Policy has invalid resource'],
    ['a bucket whose name begins alike', { Resource: `${arn}-two/*` }, 'Policy has invalid resource'],
    ['every resource', { Resource: '*' }, 'Policy has invalid resource'],
    [
      'an object action on the bucket',
      { Resource: arn },
      'Action does not apply to any resource(s) in statement',
    ],
    [
      'a bucket action on objects',
      { Action: 's3:ListBucket' },
      'Action does not apply to any resource(s) in statement',
    ],
    ['a role that does not exist', { Principal: { AWS: `${role}2` } }, 'Invalid principal in policy'],
    ['a principal that is none', { Principal: { AWS: 'me' } }, 'Invalid principal in policy'],
    ['an unknown kind of principal', { Principal: { Team: 'a' } }, 'Invalid principal in policy'],
    ['a service that is none', { Principal: { Service: 'cloudfront' } }, 'Invalid principal in policy'],
  ])('refuses a statement with %s', async (_, change, message) => {
    const { put } = await bucketFixture()
    await expect(put({ ...read, ...change })).rejects.toMatchObject({ code: 'MalformedPolicy', message })
  })

  test('refuses a document of more than 20 KB', async () => {
    const { put } = await bucketFixture()
    await expect(put({ ...read, Sid: 'a'.repeat(20_480) })).rejects.toMatchObject({
      code: 'PolicyTooLarge',
    })
  })

  test('takes roles that exist, accounts, and both kinds of resource', async () => {
    const { put } = await bucketFixture()
    await put(
      { ...read, Principal: { AWS: [role, `arn:aws:iam::${OTHER_ACCOUNT}:root`] } },
      { ...read, Action: 's3:*', Resource: [arn, `${arn}/*`], Effect: 'Deny', Principal: '*' },
    )
  })
})

describe('a public policy', () => {
  test('is refused while BlockPublicPolicy stands', async () => {
    const { run, put } = await bucketFixture()
    await expect(put(everyone)).rejects.toMatchObject({
      code: 'AccessDenied',
      status: 403,
      message: expect.stringContaining('BlockPublicPolicy'),
    })

    await run('s3', 'PutPublicAccessBlock', { Bucket, PublicAccessBlockConfiguration: {} })
    await put(everyone)
  })

  test.each([
    ['everyone as AWS principal', { Principal: { AWS: '*' } }],
    ['everyone but one', { Principal: undefined, NotPrincipal: { AWS: OTHER_ACCOUNT } }],
    ['a condition that narrows nothing', { Condition: { StringLike: { 'aws:SourceArn': 'arn:aws:*' } } }],
    ['a condition on something else', { Condition: { Bool: { 'aws:SecureTransport': 'true' } } }],
    ['every address', { Condition: { IpAddress: { 'aws:SourceIp': '0.0.0.0/0' } } }],
  ])('is one with %s', async (_, change) => {
    const { put } = await bucketFixture()
    await expect(put({ ...everyone, ...change })).rejects.toMatchObject({ code: 'AccessDenied' })
  })

  test.each([
    ['a service principal', read],
    ['an account', { ...everyone, Principal: { AWS: OTHER_ACCOUNT } }],
    ['a fixed organisation', { ...everyone, Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } }],
    ['a denial to everyone', { ...everyone, Effect: 'Deny' }],
  ])('is none with %s', async (_, statement) => {
    const { put, policy } = await bucketFixture()
    await put(statement)
    expect(await policy()).toMatchObject({ Statement: [{ Effect: statement.Effect }] })
  })

  test('lets no other account in once RestrictPublicBuckets stands', async () => {
    const { run, asks, put } = await bucketFixture()
    const block = (RestrictPublicBuckets: boolean) =>
      run('s3', 'PutPublicAccessBlock', {
        Bucket,
        PublicAccessBlockConfiguration: { RestrictPublicBuckets },
      })
    await block(false)
    await put(everyone)
    const policyFor = (call = stranger) => asks('s3', 'GetBucketPolicy', { Bucket }, call)[0]?.resourcePolicy
    expect(policyFor()).toBeDefined()

    await block(true)

    expect(policyFor()).toBeUndefined()
    expect(policyFor(stack)).toBeDefined()
  })
})

describe('DeleteBucketPolicy', () => {
  test('takes it away, and says nothing when there is none', async () => {
    const { run, put } = await bucketFixture()
    await put(read)
    await run('s3', 'DeleteBucketPolicy', { Bucket })
    await run('s3', 'DeleteBucketPolicy', { Bucket })
    await expect(run('s3', 'GetBucketPolicy', { Bucket })).rejects.toMatchObject({
      code: 'NoSuchBucketPolicy',
    })
  })
})
