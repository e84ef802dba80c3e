/** What a cluster has of the host that it shares: documents below its name, and edges that forget its former keys. */
import { createHash } from 'node:crypto'
import {
  CloudFrontClient,
  CreateInvalidationCommand,
  GetDistributionCommand,
  GetInvalidationCommand,
  ListDistributionsCommand,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-cloudfront'
import {
  GetBucketTaggingCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { mockClient } from 'aws-sdk-client-mock'
import { describe, expect, test } from 'vitest'
import { discoveryDocument } from '../../../lib/oidc/discovery.ts'
import { jwksDocument } from '../../../lib/oidc/jwks.ts'
import { bucketResource } from '../../../lib/resources/bucket.ts'
import { distributionResource } from '../../../lib/resources/distribution.ts'
import { refusal, sent, sentNames } from '../aws/sdk.ts'
import { EC_KID } from '../oidc/keys.ts'
import { DISTRIBUTION_ARN, golem, STACK } from './golem.ts'

const BUCKET = 'irsa-dev-shared-issuers-000000000000-eu-central-1-an'
const ADDRESS = { Bucket: BUCKET, ExpectedBucketOwner: '000000000000' }
const ISSUER = 'https://irsa.shared.gigantic.io/golem'
const TAGS = [
  { Key: 'irsa:cluster', Value: '_shared' },
  { Key: 'irsa:stack', Value: 'irsa-dev' },
]
const JWKS = { Key: 'golem/openid/v1/jwks', Body: jwksDocument(golem().keys) }
const DISCOVERY = { Key: 'golem/.well-known/openid-configuration', Body: discoveryDocument(ISSUER) }

function sharing(changes: Parameters<typeof golem>[0] = {}) {
  return golem({ issuer: ISSUER, hosting: { type: 'shared' }, ...changes })
}

function storedAs({ Body }: typeof JWKS) {
  return {
    ChecksumSHA256: createHash('sha256').update(Body).digest('base64'),
    ContentType: 'application/json',
    CacheControl: 'public, max-age=60',
  }
}

describe('documents', () => {
  function theDocuments() {
    const clients = {
      s3: new S3Client({ region: 'eu-central-1' }),
      writer: new S3Client({ region: 'eu-central-1' }),
    }
    const [s3, writer] = [mockClient(clients.s3), mockClient(clients.writer)]
    s3.onAnyCommand().rejects(refusal('NotFound', 'no', 404))
    writer.onAnyCommand().resolves({})
    s3.on(GetBucketTaggingCommand).resolves({ TagSet: TAGS })
    for (const document of [JWKS, DISCOVERY])
      s3.on(HeadObjectCommand, { Key: document.Key }).resolves({
        ETag: '"1"',
        VersionId: 'v',
        ...storedAs(document),
      })
    const writers: string[] = []
    const s3For = (cluster: string) => {
      writers.push(cluster)
      return clients.writer
    }
    return { s3, writer, writers, bucket: bucketResource({ s3: clients.s3, s3For }, STACK) }
  }

  test('are there, below the cluster’s name in the bucket of the host', async () => {
    const { bucket, s3, writers } = theDocuments()

    expect(await bucket.observe(sharing())).toEqual({
      status: 'ready',
      outputs: {
        bucket: BUCKET,
        region: 'eu-central-1',
        domainName: `${BUCKET}.s3.eu-central-1.amazonaws.com`,
        kids: [EC_KID],
        jwksVersion: 'v/1',
      },
      differences: [],
    })
    expect(sentNames(s3)).toEqual(['GetBucketTagging', 'HeadObject', 'HeadObject'])
    expect(writers).toEqual([])
  })

  test('are absent with the bucket, and when neither is there', async () => {
    const { bucket, s3 } = theDocuments()
    s3.on(HeadObjectCommand).rejects(refusal('NotFound', 'no', 404))
    expect(await bucket.observe(sharing())).toEqual({ status: 'absent' })

    s3.on(GetBucketTaggingCommand).rejects(refusal('NoSuchBucket', 'no', 404))
    expect(await bucket.observe(sharing())).toEqual({ status: 'absent' })
    await expect(bucket.create(sharing())).rejects.toMatchObject({ name: 'ConcurrentChange' })
    await expect(bucket.delete(sharing())).resolves.toBeUndefined()
  })

  test('that somebody changed are a difference, and put right by who may write for this cluster only', async () => {
    const { bucket, s3, writer, writers } = theDocuments()
    s3.on(HeadObjectCommand, { Key: JWKS.Key }).resolves({
      ETag: '"x"',
      ...storedAs(JWKS),
      ChecksumSHA256: 'x',
    })

    expect(await bucket.observe(sharing())).toMatchObject({
      differences: [{ field: `Objects.${JWKS.Key}.ChecksumSHA256`, observed: 'x' }],
    })
    await bucket.create(sharing())

    expect(writers).toEqual(['golem'])
    expect(sent(writer)).toEqual([['PutObject', { ...ADDRESS, ...JWKS, ...storedAs(JWKS), IfMatch: '"x"' }]])
    expect(sentNames(s3)).not.toContain('PutObject')
  })

  test('go with every version of what is below the cluster’s name, and nothing of a cluster whose name begins so', async () => {
    const { bucket, s3, writer } = theDocuments()
    s3.on(ListObjectVersionsCommand).resolves({
      Versions: [{ Key: JWKS.Key, VersionId: 'v1' }],
      DeleteMarkers: [{ Key: JWKS.Key, VersionId: 'v2' }],
    })

    await bucket.delete(sharing())

    expect(sent(s3).at(-1)).toEqual(['ListObjectVersions', { ...ADDRESS, Prefix: 'golem/' }])
    const Objects = ['v1', 'v2'].map((VersionId) => ({ Key: JWKS.Key, VersionId }))
    expect(sent(writer)).toEqual([['DeleteObjects', { ...ADDRESS, Delete: { Objects, Quiet: true } }]])
  })

  test('are not written into a bucket that is not the host’s', async () => {
    const { bucket, s3, writer } = theDocuments()
    s3.on(GetBucketTaggingCommand).resolves({ TagSet: [] })

    for (const act of [bucket.observe, bucket.create, bucket.delete])
      await expect(act(sharing())).rejects.toMatchObject({ name: 'BucketNotOurs' })
    expect(sent(writer)).toEqual([])
    expect(s3.commandCalls(PutObjectCommand)).toEqual([])
  })
})

describe('edges', () => {
  const distribution = {
    distributionId: 'E1',
    distributionArn: DISTRIBUTION_ARN,
    domainName: 'd1.cloudfront.net',
  }
  const withVersions = (inBucket: string, served?: string, hint?: Record<string, string>) =>
    sharing({
      hint,
      outputs: {
        bucket: { bucket: BUCKET, region: 'eu-central-1', domainName: 'd', kids: [], jwksVersion: inBucket },
        distribution: { ...distribution, ...(served !== undefined && { jwksVersion: served }) },
      },
    })
  const BATCH = {
    CallerReference: 'golem/v2/etag',
    Paths: { Quantity: 1, Items: ['/golem/openid/v1/jwks'] },
  }

  function theEdges() {
    const client = new CloudFrontClient({ region: 'us-east-1' })
    const cloudFront = mockClient(client)
    const config = {
      CallerReference: 'r',
      Comment: '',
      Enabled: true,
      Origins: undefined,
      DefaultCacheBehavior: undefined,
    }
    cloudFront.on(GetDistributionCommand).resolves({
      ETag: '1',
      Distribution: {
        Id: 'E1',
        ARN: DISTRIBUTION_ARN,
        DomainName: 'd1.cloudfront.net',
        Status: 'InProgress',
        LastModifiedTime: new Date(0),
        InProgressInvalidationBatches: 0,
        DistributionConfig: config,
      },
    })
    cloudFront.on(ListTagsForResourceCommand).resolves({ Tags: { Items: TAGS } })
    const resource = distributionResource(
      { cloudFront: client, s3: new S3Client({ region: 'eu-central-1' }) },
      STACK,
    )
    return { cloudFront, edges: resource }
  }

  test('are looked at by two calls, whatever else is changed of the distribution', async () => {
    const { cloudFront, edges } = theEdges()

    expect(await edges.observe(withVersions('v2/etag', 'v2/etag'))).toEqual({
      status: 'ready',
      outputs: { ...distribution, jwksVersion: 'v2/etag' },
      differences: [],
    })
    expect(sentNames(cloudFront)).toEqual(['GetDistribution', 'ListTagsForResource'])
  })

  test('forget the cluster’s former keys by their path, by a reference that no other cluster can have', async () => {
    const { cloudFront, edges } = theEdges()
    const Invalidation = { Id: 'I1', Status: 'Completed', CreateTime: undefined, InvalidationBatch: BATCH }
    cloudFront.on(CreateInvalidationCommand).resolves({ Invalidation })
    cloudFront.on(GetInvalidationCommand).resolves({ Invalidation })

    expect(await edges.create(withVersions('v2/etag', 'v1/etag'))).toEqual({ invalidationId: 'I1' })

    expect(sent(cloudFront).at(-1)).toEqual([
      'CreateInvalidation',
      { DistributionId: 'E1', InvalidationBatch: BATCH },
    ])
    expect(await edges.observe(withVersions('v2/etag', 'v1/etag', { invalidationId: 'I1' }))).toMatchObject({
      outputs: { jwksVersion: 'v2/etag' },
      differences: [],
    })
  })

  test('are pending while the host has no distribution', async () => {
    const { cloudFront, edges } = theEdges()
    cloudFront.on(ListDistributionsCommand).resolves({ DistributionList: undefined })

    expect(await edges.observe(sharing())).toMatchObject({ status: 'pending' })
  })

  test('stay when the cluster goes', async () => {
    const { cloudFront, edges } = theEdges()

    await edges.delete(withVersions('v2/etag'))

    expect(sent(cloudFront)).toEqual([])
  })
})
