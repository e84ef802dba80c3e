/** Every name that we give in AWS, computed: what was made is found again without any record of it. */
import { createHash } from 'node:crypto'
import type { Stack } from './stack.ts'

/** Of every issuer of ours: certificates, records and providers begin so. */
export const ISSUER_HOST_PREFIX = 'irsa.'

/**
 * What the host that clusters share is recorded as, beside the clusters, and named and tagged by. No cluster can be called so: it is no
 * DNS label.
 */
export const SHARED_HOST = '_shared'

/** Ownership is also in the names, so every one has the stage: two stages can share an account. */
type Named = Pick<Stack, 'stage' | 'name'>

/**
 * `irsa-<stage>-<cluster, cut>-<8 hex>-<account>-<region>-an`: in the account-regional namespace nobody else can ever have
 * the name, not even after the bucket is deleted. At most 63 characters. The bucket that clusters share has neither cluster nor hash, and so
 * a name that no cluster's bucket can have: policies name it.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/gpbucketnamespaces.html
 */
export function bucketName(stack: Pick<Stack, 'stage' | 'accountId' | 'region'>, cluster: string): string {
  const namespace = hasAccountNamespace(stack.region) ? '-an' : ''
  const suffix = `-${stack.accountId}-${stack.region}${namespace}`
  const prefix = bucketPrefix(stack)
  if (cluster === SHARED_HOST) return `${prefix}shared-issuers${suffix}`
  const hash = shortHash(8, stack.stage, cluster)
  const room = MAX_BUCKET_CHARACTERS - `-${stack.accountId}-${stack.region}-an`.length - prefix.length - 9
  return `${prefix}${cluster.slice(0, room).replace(/-+$/, '')}-${hash}${suffix}`
}

export function bucketPrefix({ stage }: Pick<Stack, 'stage'>): string {
  return `irsa-${stage}-`
}

const MAX_BUCKET_CHARACTERS = 63

/** Of others, by name: `*` stands for any characters. */
export function isAdoptable({ adoptedBuckets }: Pick<Stack, 'adoptedBuckets'>, bucket: string): boolean {
  return adoptedBuckets.some((pattern) => {
    const parts = pattern.split('*').map((part) => part.replaceAll('.', '\\.'))
    return new RegExp(`^${parts.join('.*')}$`).test(bucket)
  })
}

/** Of issuers that are public buckets. */
export function bucketHost({ region, partition }: Pick<Stack, 'region' | 'partition'>): string {
  return `s3.${region}.${partition.dnsSuffix}`
}

/** Elsewhere the name is in the global namespace, where another account may hold it. */
export function hasAccountNamespace(region: string): boolean {
  return region !== 'me-south-1' && region !== 'me-central-1'
}

/** The regional name: the global one redirects for as long as a new bucket is not known everywhere. */
export function bucketDomainName({ region, partition }: Pick<Stack, 'region' | 'partition'>, bucket: string) {
  return `${bucket}.s3.${region}.${partition.dnsSuffix}`
}

/** Every domain name that a bucket in the stack's region has. */
export function bucketDomainNames(stack: Pick<Stack, 'region' | 'partition'>, bucket: string): string[] {
  return s3Hosts(stack).map((host) => `${bucket}${host}`)
}

function s3Hosts({ region, partition }: Pick<Stack, 'region' | 'partition'>): string[] {
  return [`s3.${region}`, `s3-${region}`, 's3'].map((host) => `.${host}.${partition.dnsSuffix}`)
}

/** The bucket in the stack's region that a domain name of S3 is of; undefined for any other. */
export function bucketOfDomainName(
  stack: Pick<Stack, 'region' | 'partition'>,
  domainName: string,
): string | undefined {
  const host = s3Hosts(stack).find((end) => domainName.endsWith(end))
  const bucket = host && domainName.slice(0, -host.length)
  return bucket !== undefined && /^[a-z0-9][a-z0-9.-]+$/.test(bucket) ? bucket : undefined
}

/**
 * `<stage>_<cluster>_<namespace>_<serviceAccount>`; no part can hold `_`. Over IAM's 64 characters the first 51, `_` and
 * 12 hex of the SHA-256 of the whole.
 */
export function roleName(
  stack: Pick<Stack, 'stage'>,
  { cluster, namespace, serviceAccount }: RoleSubject,
): string {
  const whole = [stack.stage, cluster, namespace, serviceAccount].join('_')
  if (whole.length <= MAX_ROLE_CHARACTERS) return whole
  return `${whole.slice(0, 51)}_${createHash('sha256').update(whole).digest('hex').slice(0, 12)}`
}

const MAX_ROLE_CHARACTERS = 64

interface RoleSubject {
  readonly cluster: string
  readonly namespace: string
  readonly serviceAccount: string
}

/** A role belongs to the cluster in its path, and goes with it. */
export function rolePath(stack: Pick<Stack, 'rolePath'>, cluster: string): string {
  return `${stack.rolePath}${cluster}/`
}

export function roleArn(partition: string, accountId: string, path: string, name: string): string {
  return `arn:${partition}:iam::${accountId}:role${path}${name}`
}

/** The same in every account; the template of the member accounts has it too. */
export function boundaryName(stack: Pick<Stack, 'stage'>): string {
  return `irsa-${stack.stage}-boundary`
}

export function boundaryArn(stack: Pick<Stack, 'stage' | 'partition'>, accountId: string): string {
  return `arn:${stack.partition.name}:iam::${accountId}:policy/${boundaryName(stack)}`
}

/** What the pipeline is in accounts other than the stack's. */
export function provisionerRoleArn(stack: Pick<Stack, 'stage' | 'partition'>, accountId: string): string {
  return `arn:${stack.partition.name}:iam::${accountId}:role/irsa-${stack.stage}-provisioner`
}

/** What the pipeline is in accounts that have hosted zones for it. */
export function zonesRoleArn(stack: Pick<Stack, 'stage' | 'partition'>, accountId: string): string {
  return `arn:${stack.partition.name}:iam::${accountId}:role/irsa-${stack.stage}-zones`
}

/** Whose sessions write into the bucket that clusters share. */
export function sharedDocumentsRoleArn({
  stage,
  partition,
  accountId,
}: Pick<Stack, 'stage' | 'partition' | 'accountId'>): string {
  return `arn:${partition.name}:iam::${accountId}:role/irsa-${stage}-shared-documents`
}

/** On the distribution: lists show it, so it is a second mark to find ours by. At most 128 characters. */
export function distributionComment(stack: Named, cluster: string): string {
  return `irsa ${stack.name} ${cluster}`.slice(0, 128)
}

export function distributionArn(stack: Pick<Stack, 'accountId' | 'partition'>, id: string): string {
  return `arn:${stack.partition.name}:cloudfront::${stack.accountId}:distribution/${id}`
}

/** Undefined when the comment is not of this stack. */
export function clusterOfComment(stack: Named, comment: string): string | undefined {
  const start = distributionComment(stack, '')
  return comment.startsWith(start) ? comment.slice(start.length) : undefined
}

/**
 * CloudFront makes one distribution for one reference, and a reference that was ever used stays used. So the certificate is
 * in it, for a cluster that comes back under its old name, and `replaced`, the ID of a recorded one that somebody deleted.
 */
export function callerReference(
  stack: Named,
  cluster: string,
  certificateArn: string,
  replaced: string,
): string {
  return `irsa-${shortHash(32, stack.name, cluster, certificateArn, replaced)}`
}

/** ACM gives the same certificate for the same token for an hour; `replaced` is the ARN of the one that failed. */
export function certificateToken(stack: Named, issuer: string, replaced: string): string {
  return shortHash(32, stack.name, issuer, replaced)
}

/** Unambiguous whatever the parts hold. */
function shortHash(characters: number, ...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, characters)
}

export interface RoleArn {
  readonly partition: string
  readonly accountId: string
  readonly roleName: string
}

/** Undefined for what is no ARN of a role. */
export function parseRoleArn(arn: string): RoleArn | undefined {
  const [, partition, accountId, roleName] =
    /^arn:([a-z-]+):iam::(\d{12}):role\/(?:[^/]+\/)*([^/]+)$/.exec(arn) ?? []
  if (partition === undefined || accountId === undefined || roleName === undefined) return undefined
  return { partition, accountId, roleName }
}

export const ROLE_ARN_FAULT = 'must be arn:<partition>:iam::<account>:role/<path and name>'
