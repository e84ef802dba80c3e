/**
 * The bucket of an issuer's two documents, and the documents. Private: only the distribution reads it, and the bucket policy
 * that lets it in is the distribution's (distribution/bucket-policy.ts). Where there is no CloudFront the documents are public, and
 * the policy is the bucket's own (bucket/public-policy.ts). Of a cluster with shared hosting only the documents are its own (bucket/shared.ts).
 */
import { isDeepStrictEqual } from 'node:util'
import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  DeleteBucketCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { type BucketOwner, bucketAddress, findBucket, IN_ANOTHER_ACCOUNT } from '../aws/buckets.ts'
import { isAlreadyExists, isNoSuchBucket, isTakenElsewhere, translate, undefinedIf } from '../aws/errors.ts'
import { bucketDomainName, hasAccountNamespace } from '../aws/names.ts'
import type { Stack } from '../aws/stack.ts'
import { desiredTags, type Tags, tagList } from '../aws/tags.ts'
import { type Cluster, jwksKeyOf, type StepOutputs } from '../cluster.ts'
import { differencesBetween } from '../difference.ts'
import { BucketNotOurs, ConcurrentChange } from '../errors.ts'
import type { Difference, Observed, Resource } from '../resource.ts'
import { documentDifferences, documentsOf, findDocument, publishDocument } from './bucket/documents.ts'
import { publicPolicy } from './bucket/public-policy.ts'
import { type BucketSetting, bucketSettings } from './bucket/settings.ts'
import { type SharedBucketClients, sharedDocuments } from './bucket/shared.ts'
import { deleteVersions } from './bucket/versions.ts'

type Outputs = StepOutputs['bucket']

export interface BucketClients extends SharedBucketClients {
  /** Of the stack's region. */
  readonly s3: S3Client
}

/** Every verb throws BucketNotOurs when the name belongs to a bucket of another account, or to one without our tags. */
export function bucketResource(clients: BucketClients, stack: Stack): Resource<Cluster, Outputs> {
  const shared = sharedDocuments(clients, stack)
  const own = {
    observe: (cluster: Cluster) => observeBucket(clients.s3, stack, cluster),
    create: (cluster: Cluster) => createBucket(clients.s3, stack, cluster),
    delete: (cluster: Cluster) => deleteBucket(clients.s3, stack, cluster),
  }
  const resourceOf = ({ hosting }: Cluster) => (hosting.type === 'shared' ? shared : own)
  return {
    observe: (cluster) => resourceOf(cluster).observe(cluster),
    create: (cluster) => resourceOf(cluster).create(cluster),
    delete: (cluster) => resourceOf(cluster).delete(cluster),
  }
}

async function observeBucket(s3: S3Client, stack: Stack, cluster: Cluster): Promise<Observed<Outputs>> {
  const tags = await findBucket(s3, stack, cluster)
  if (tags === undefined) return { status: 'absent' }
  const address = bucketAddress(stack, cluster)
  const documents = documentsOf(cluster)
  const [settings, found] = await Promise.all([
    settingDifferences(settingsOf(s3, stack, cluster, tags)),
    Promise.all(documents.map(({ key }) => findDocument(s3, address, key))),
  ])
  if (cluster.keepsHost && found.every((document) => document === undefined)) return { status: 'absent' }
  const [jwks] = found
  const outputs = {
    bucket: address.Bucket,
    region: stack.region,
    domainName: bucketDomainName(stack, address.Bucket),
    kids: cluster.keys.map(({ kid }) => kid),
    ...(jwks && { jwksVersion: jwks.version }),
  }
  return { status: 'ready', outputs, differences: [...settings, ...documentDifferences(documents, found)] }
}

function settingsOf(s3: S3Client, stack: Stack, cluster: Cluster, observed: Tags): readonly BucketSetting[] {
  const address = bucketAddress(stack, cluster)
  const tags = { desired: desiredTags(stack, cluster), observed }
  const policy =
    cluster.hosting.type === 's3'
      ? publicPolicy(stack.partition.name, { bucket: address.Bucket, jwksKey: jwksKeyOf(cluster) })
      : undefined
  const settings = bucketSettings(s3, address, tags, policy)
  return cluster.adopted?.isOpen ? settings.filter(({ closes }) => !closes) : settings
}

async function settingDifferences(settings: readonly BucketSetting[]): Promise<Difference[]> {
  const observed = await Promise.all(settings.map((setting) => setting.read()))
  return settings.flatMap(({ field, desired }, index) => differencesBetween(desired, observed[index], field))
}

async function createBucket(s3: S3Client, stack: Stack, cluster: Cluster): Promise<undefined> {
  const address = bucketAddress(stack, cluster)
  const desired = desiredTags(stack, cluster)
  const observed = (await findBucket(s3, stack, cluster)) ?? (await claimBucket(s3, stack, cluster, desired))
  const settings = settingsOf(s3, stack, cluster, observed)
  const values = await Promise.all(settings.map((setting) => setting.read()))
  // One after the other: S3 answers OperationAborted to two changes of one bucket at a time.
  for (const [index, setting] of settings.entries())
    if (!isDeepStrictEqual(setting.desired, values[index])) await setting.write()
  for (const document of documentsOf(cluster)) await publishDocument(s3, address, document)
  return undefined
}

/** Ours from its first moment: the tags are in the creating call. Returns its tags. */
async function claimBucket(s3: S3Client, stack: Stack, cluster: Cluster, tags: Tags): Promise<Tags> {
  const { Bucket } = bucketAddress(stack, cluster)
  const command = new CreateBucketCommand({
    Bucket,
    ...(isInNamespace(stack, cluster) && { BucketNamespace: 'account-regional' }),
    ObjectOwnership: 'BucketOwnerEnforced',
    CreateBucketConfiguration: { ...locationOf(stack.region), Tags: tagList(tags) },
  })
  try {
    await s3.send(command)
    return tags
  } catch (cause) {
    if (isTakenElsewhere(cause)) throw new BucketNotOurs(Bucket, IN_ANOTHER_ACCOUNT, { cause })
    if (!isAlreadyExists(cause)) return translate('s3:CreateBucket')(cause)
    // Made since we looked: by our own call whose answer was lost, or by somebody else.
    const found = await findBucket(s3, stack, cluster)
    if (found === undefined)
      throw new ConcurrentChange(`s3:CreateBucket: ${Bucket} came and went.`, { cause })
    return found
  }
}

/** The name of an adopted one, which somebody has deleted since, is in the global namespace. */
function isInNamespace({ region }: Stack, { adopted }: Cluster): boolean {
  return adopted?.bucket === undefined && hasAccountNamespace(region)
}

/** us-east-1 is the one region that is not named: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html */
function locationOf(region: string) {
  // Regions are newer than the SDK's list of them.
  return region === 'us-east-1' ? {} : { LocationConstraint: region as BucketLocationConstraint }
}

/** Of a cluster that was adopted after a run had begun, both: the adopted one, and the one that the run made. */
async function deleteBucket(s3: S3Client, stack: Stack, cluster: Cluster): Promise<void> {
  if (cluster.adopted?.bucket !== undefined) await emptyAndDelete(s3, stack, { cluster: cluster.cluster })
  await emptyAndDelete(s3, stack, cluster)
}

async function emptyAndDelete(
  s3: S3Client,
  stack: Stack,
  owner: BucketOwner & Pick<Cluster, 'keepsHost'>,
): Promise<void> {
  if ((await findBucket(s3, stack, owner)) === undefined) return
  const address = bucketAddress(stack, owner)
  await deleteVersions(s3, address)
  // Somebody else who got its name would have the host serve documents of his own.
  if (owner.keepsHost) return
  await s3.send(new DeleteBucketCommand(address)).catch(undefinedIf(isNoSuchBucket, 's3:DeleteBucket'))
}
