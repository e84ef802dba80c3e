/** What a person who looks around asks of a bucket, through an SDK client. */
import {
  DeletePublicAccessBlockCommand,
  GetBucketAclCommand,
  GetBucketCorsCommand,
  GetBucketLoggingCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketPolicyStatusCommand,
  GetBucketReplicationCommand,
  GetBucketWebsiteCommand,
  PutBucketPolicyCommand,
} from '@aws-sdk/client-s3'
import { describe, expect, test } from 'vitest'
import { ACCOUNT, hostingFixture } from '../hosting.ts'
import { Bucket, bucketWith, OWNER_ID } from './sdk-bucket.ts'

describe('a bucket', () => {
  test('belongs to its owner alone', async () => {
    const client = await bucketWith()
    expect(await client.send(new GetBucketAclCommand({ Bucket }))).toMatchObject({
      Owner: { ID: OWNER_ID },
      Grants: [{ Grantee: { ID: OWNER_ID, Type: 'CanonicalUser' }, Permission: 'FULL_CONTROL' }],
    })
  })

  test('is public when its policy lets everyone in', async () => {
    const client = await bucketWith()
    const status = async () => {
      const { PolicyStatus } = await client.send(new GetBucketPolicyStatusCommand({ Bucket }))
      return PolicyStatus
    }
    const put = (Principal: unknown) => {
      const Resource = `arn:aws:s3:::${Bucket}/*`
      const Statement = [{ Effect: 'Allow', Principal, Action: 's3:GetObject', Resource }]
      const Policy = JSON.stringify({ Version: '2012-10-17', Statement })
      return client.send(new PutBucketPolicyCommand({ Bucket, Policy }))
    }
    await expect(status()).rejects.toMatchObject({ name: 'NoSuchBucketPolicy' })

    await put({ AWS: ACCOUNT })
    expect(await status()).toEqual({ IsPublic: false })
    await client.send(new DeletePublicAccessBlockCommand({ Bucket }))
    await put('*')
    expect(await status()).toEqual({ IsPublic: true })
  })

  test('notifies nobody and keeps no log', async () => {
    const client = await bucketWith()
    const notification = await client.send(new GetBucketNotificationConfigurationCommand({ Bucket }))
    expect(Object.keys(notification)).toEqual(['$metadata'])
    const logging = await client.send(new GetBucketLoggingCommand({ Bucket }))
    expect(Object.keys(logging)).toEqual(['$metadata'])
    await expect(client.send(new GetBucketLoggingCommand({ Bucket: 'none' }))).rejects.toMatchObject({
      name: 'NoSuchBucket',
    })
  })

  test('has no website, no CORS and no replication', async () => {
    const client = await bucketWith()
    const missing = (name: string) => ({ name, $metadata: { httpStatusCode: 404 } })

    await expect(client.send(new GetBucketWebsiteCommand({ Bucket }))).rejects.toMatchObject(
      missing('NoSuchWebsiteConfiguration'),
    )
    await expect(client.send(new GetBucketCorsCommand({ Bucket }))).rejects.toMatchObject(
      missing('NoSuchCORSConfiguration'),
    )
    await expect(client.send(new GetBucketReplicationCommand({ Bucket }))).rejects.toMatchObject(
      missing('ReplicationConfigurationNotFoundError'),
    )
  })

  test.each([
    ['GetBucketAcl', 's3:GetBucketAcl'],
    ['GetBucketPolicyStatus', 's3:GetBucketPolicyStatus'],
    ['GetBucketNotificationConfiguration', 's3:GetBucketNotification'],
    ['GetBucketLogging', 's3:GetBucketLogging'],
    ['GetBucketWebsite', 's3:GetBucketWebsite'],
    ['GetBucketCors', 's3:GetBucketCORS'],
    ['GetBucketReplication', 's3:GetReplicationConfiguration'],
  ])('is asked of IAM by %s as %s', (operation, action) => {
    expect(hostingFixture().asks('s3', operation, { Bucket })).toMatchObject([
      { action, resource: `arn:aws:s3:::${Bucket}` },
    ])
  })
})
