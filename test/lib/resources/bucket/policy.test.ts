/** Whose the bucket policy is: the distribution’s, or of a public bucket its own. */
import { ListObjectVersionsCommand, PutBucketPolicyCommand } from '@aws-sdk/client-s3'
import { describe, expect, test } from 'vitest'
import { refusal, sent, sentNames } from '../../aws/sdk.ts'
import { BUCKET, golem } from '../golem.ts'
import { ADDRESS, BLOCKED, DISCOVERY, JWKS, theBucket } from './fixture.ts'

describe('of a private bucket', () => {
  test('never touches the bucket policy, which is the distribution’s', async () => {
    const { s3, bucket } = theBucket()

    await bucket.observe(golem())
    await bucket.create(golem())
    s3.on(ListObjectVersionsCommand).resolves({})
    await bucket.delete(golem())

    expect(sentNames(s3).filter((name) => name.includes('Policy'))).toEqual([])
  })
})

describe('a public bucket', () => {
  const cluster = golem({ hosting: { type: 's3' } })
  const OPEN = { ...BLOCKED, BlockPublicPolicy: false, RestrictPublicBuckets: false }

  test('is opened by its policy, for the two documents and over TLS, once its block is off', async () => {
    const { s3, bucket } = theBucket()

    await bucket.create(cluster)

    const written = sent(s3).filter(([name]) => name.startsWith('Put'))
    expect(written).toEqual([
      ['PutPublicAccessBlock', { ...ADDRESS, PublicAccessBlockConfiguration: OPEN }],
      ['PutBucketPolicy', expect.anything()],
    ])
    const [{ Policy = '' } = {}] = s3.commandCalls(PutBucketPolicyCommand).map(({ args }) => args[0].input)
    const [allow, deny] = JSON.parse(Policy).Statement
    expect(allow).toMatchObject({
      Effect: 'Allow',
      Principal: '*',
      Action: 's3:GetObject',
      Resource: [`arn:aws:s3:::${BUCKET}/${DISCOVERY}`, `arn:aws:s3:::${BUCKET}/${JWKS}`],
    })
    expect(deny).toMatchObject({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } })
  })

  test('is tried again while S3 does not know yet that the block is off', async () => {
    const { s3, bucket } = theBucket()
    const words = 'because public policies are prevented by the BlockPublicPolicy setting'
    s3.on(PutBucketPolicyCommand).rejects(refusal('AccessDenied', words, 403))

    await expect(bucket.create(cluster)).rejects.toMatchObject({ name: 'ConcurrentChange' })
  })
})
