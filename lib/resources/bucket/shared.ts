/**
 * The documents of one cluster among those of others, in the bucket that the shared host owns with all of its settings. What is written
 * and what is deleted is below the cluster's own prefix, with credentials that reach no further.
 */
import type { S3Client } from '@aws-sdk/client-s3'
import { bucketAddress, findBucket } from '../../aws/buckets.ts'
import { bucketDomainName, SHARED_HOST } from '../../aws/names.ts'
import type { Stack } from '../../aws/stack.ts'
import type { Cluster, StepOutputs } from '../../cluster.ts'
import { ConcurrentChange } from '../../errors.ts'
import type { Observed, Resource } from '../../resource.ts'
import { documentDifferences, documentsOf, findDocument, publishDocument } from './documents.ts'
import { deleteVersions } from './versions.ts'

export interface SharedBucketClients {
  readonly s3: S3Client
  /** What may write below the cluster's prefix in the shared bucket, and nowhere else. Not for those who look only. */
  readonly s3For?: (cluster: string) => S3Client
}

const HOST = { cluster: SHARED_HOST }

export function sharedDocuments(
  { s3, s3For }: SharedBucketClients,
  stack: Stack,
): Resource<Cluster, StepOutputs['bucket']> {
  const address = bucketAddress(stack, HOST)
  return {
    observe: (cluster) => observeDocuments(s3, stack, cluster),
    async create(cluster) {
      if ((await findBucket(s3, stack, HOST)) === undefined)
        throw new ConcurrentChange('The bucket of the shared host went away after it was made.')
      const writer = s3For?.(cluster.cluster)
      for (const document of documentsOf(cluster)) await publishDocument(s3, address, document, writer)
      return undefined
    },
    async delete({ cluster }) {
      if ((await findBucket(s3, stack, HOST)) === undefined) return
      await deleteVersions(s3, address, { prefix: `${cluster}/`, ...(s3For && { writer: s3For(cluster) }) })
    },
  }
}

async function observeDocuments(
  s3: S3Client,
  stack: Stack,
  cluster: Cluster,
): Promise<Observed<StepOutputs['bucket']>> {
  if ((await findBucket(s3, stack, HOST)) === undefined) return { status: 'absent' }
  const address = bucketAddress(stack, HOST)
  const documents = documentsOf(cluster)
  const found = await Promise.all(documents.map(({ key }) => findDocument(s3, address, key)))
  if (found.every((document) => document === undefined)) return { status: 'absent' }
  const outputs = {
    bucket: address.Bucket,
    region: stack.region,
    domainName: bucketDomainName(stack, address.Bucket),
    kids: cluster.keys.map(({ kid }) => kid),
    ...(found[0] && { jwksVersion: found[0].version }),
  }
  return { status: 'ready', outputs, differences: documentDifferences(documents, found) }
}
