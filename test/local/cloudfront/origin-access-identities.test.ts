import type {
  CreateCloudFrontOriginAccessIdentityResult,
  CreateDistributionResult,
} from '@aws-sdk/client-cloudfront'
import { describe, expect, test } from 'vitest'
import { distributionConfig, HOUR, type HostingFixture, hostingFixture, stranger } from '../hosting.ts'

async function newIdentity({ run }: HostingFixture, CallerReference = 'golem', Comment = 'golem') {
  const input = { CloudFrontOriginAccessIdentityConfig: { CallerReference, Comment } }
  const made = await run<CreateCloudFrontOriginAccessIdentityResult>(
    'cloudfront',
    'CreateCloudFrontOriginAccessIdentity',
    input,
  )
  return { id: made.CloudFrontOriginAccessIdentity?.Id ?? '', etag: made.ETag ?? '' }
}

function readingAs(id: string, more: object = {}) {
  const origin = {
    Id: 'bucket',
    DomainName: 'documents.s3.eu-central-1.amazonaws.com',
    S3OriginConfig: { OriginAccessIdentity: `origin-access-identity/cloudfront/${id}` },
    ...more,
  }
  return distributionConfig({ Origins: { Quantity: 1, Items: [origin] } })
}

function policyFor(id: string): string {
  const AWS = `arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity ${id}`
  const Statement = {
    Effect: 'Allow',
    Principal: { AWS },
    Action: 's3:GetObject',
    Resource: 'arn:aws:s3:::documents/*',
  }
  return JSON.stringify({ Version: '2012-10-17', Statement })
}

describe('an origin access identity', () => {
  test('is one for a reference and a comment, whoever asks again', async () => {
    const fixture = hostingFixture()
    const { id } = await newIdentity(fixture)

    expect((await newIdentity(fixture)).id).toBe(id)
    await expect(newIdentity(fixture, 'golem', 'other')).rejects.toMatchObject({
      code: 'CloudFrontOriginAccessIdentityAlreadyExists',
    })
  })

  test('reads the bucket whose policy names it, and no other does', async () => {
    const fixture = hostingFixture()
    const { run, createDistribution, clock, edge } = fixture
    const [named, other] = [await newIdentity(fixture), await newIdentity(fixture, 'other')]
    await run('s3', 'CreateBucket', {
      Bucket: 'documents',
      CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' },
    })
    await run('s3', 'PutObject', { Bucket: 'documents', Key: 'keys.json', Body: Buffer.from('{}') })
    await run('s3', 'PutBucketPolicy', { Bucket: 'documents', Policy: policyFor(named.id) })
    const made: CreateDistributionResult[] = []
    for (const { id } of [named, other])
      made.push(await createDistribution({ ...readingAs(id), CallerReference: id }))
    clock.advance(HOUR)

    const answers = await Promise.all(
      made.map(({ Distribution }) => edge.fetch(new URL(`https://${Distribution?.DomainName}/keys.json`))),
    )

    expect(answers.map(({ status }) => status)).toEqual([200, 403])
  })

  test('must exist for whoever names it, and stands beside no origin access control', async () => {
    const fixture = hostingFixture()
    const { id } = await newIdentity(fixture)
    await fixture.run('s3', 'CreateBucket', {
      Bucket: 'documents',
      CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' },
    })

    await expect(fixture.createDistribution(readingAs('E0'))).rejects.toMatchObject({
      code: 'InvalidOriginAccessIdentity',
    })
    await expect(fixture.createDistribution(readingAs(id), stranger)).rejects.toMatchObject({
      code: 'InvalidOriginAccessIdentity',
    })
    await expect(
      fixture.run('s3', 'PutBucketPolicy', { Bucket: 'documents', Policy: policyFor('E0') }),
    ).rejects.toMatchObject({ code: 'MalformedPolicy' })
  })

  test('is not deleted while a distribution reads as it', async () => {
    const fixture = hostingFixture()
    const { id: Id, etag: IfMatch } = await newIdentity(fixture)
    const remove = (identity: { Id: string; IfMatch: string }) =>
      fixture.run('cloudfront', 'DeleteCloudFrontOriginAccessIdentity', identity)
    await fixture.createDistribution(readingAs(Id))
    const unused = await newIdentity(fixture, 'unused')

    await expect(remove({ Id, IfMatch })).rejects.toMatchObject({
      code: 'CloudFrontOriginAccessIdentityInUse',
    })
    await remove({ Id: unused.id, IfMatch: unused.etag })
    await expect(
      fixture.run('cloudfront', 'GetCloudFrontOriginAccessIdentity', { Id: unused.id }),
    ).rejects.toMatchObject({ code: 'NoSuchCloudFrontOriginAccessIdentity' })
  })
})
