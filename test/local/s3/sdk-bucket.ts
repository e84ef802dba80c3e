/** A bucket of an embedded AWS, spoken to by an SDK client. */
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { onTestFinished } from 'vitest'
import { startLocalAws } from '../../../local/aws.ts'
import { ACCOUNT, REGION } from '../hosting.ts'

export const Bucket = 'documents'

/** The canonical user that the bucket and all in it belong to. */
export const OWNER_ID = createHash('sha256').update(ACCOUNT).digest('hex')

/** The body of each object is its key. */
export async function bucketWith(...keys: readonly string[]): Promise<S3Client> {
  const directory = mkdtempSync(join(tmpdir(), 'local-aws-'))
  const aws = await startLocalAws({ speed: 1000, directory })
  const client = new S3Client({
    endpoint: aws.endpoint,
    region: REGION,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    forcePathStyle: true,
    maxAttempts: 1,
  })
  onTestFinished(async () => {
    client.destroy()
    await aws.stop()
    rmSync(directory, { recursive: true })
  })
  const CreateBucketConfiguration = { LocationConstraint: REGION } as const
  await client.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }))
  for (const Key of keys) await client.send(new PutObjectCommand({ Bucket, Key, Body: Key }))
  return client
}
