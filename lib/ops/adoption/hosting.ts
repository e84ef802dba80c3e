/** A distribution that others made, with the bucket behind it and the certificate before it: which of them are for the issuer alone. */
import { findAdoptableBucket, otherKeys } from '../../aws/buckets.ts'
import { type CertificateUse, readCertificateUse } from '../../aws/certificates.ts'
import { type Distribution, distributionsInFrontOf } from '../../aws/distributions.ts'
import { bucketDomainNames, bucketName, bucketOfDomainName, isAdoptable } from '../../aws/names.ts'
import type { Stack } from '../../aws/stack.ts'
import type { AdoptableThing, Left, Look, Looking } from './found.ts'

export interface SoughtIssuer {
  readonly cluster: string
  readonly host: string
  /** Their paths below it. */
  readonly documents: readonly string[]
}

export async function lookAtHosting(
  looking: Looking,
  { cluster, host, documents }: SoughtIssuer,
  distribution: Distribution,
): Promise<Look> {
  const { config } = distribution
  const [origin] = config.Origins?.Items ?? []
  const bucket = await lookAtBucket(looking, cluster, distribution, documents)
  const certificate = await lookAtCertificate(looking, host, distribution)
  const identity = origin?.S3OriginConfig?.OriginAccessIdentity ?? ''
  const what = `serves ${host} from ${origin?.DomainName ?? 'nowhere'}`
  const thing = { resource: 'distribution', arn: distribution.arn, id: distribution.arn, what } as const
  return {
    things: [...bucket.things, ...certificate.things, { ...thing, tags: distribution.tags }],
    left: [
      ...certificate.left,
      ...(identity === ''
        ? []
        : [{ what: identity, why: 'nothing reads as it any more after the run: delete it yourself' }]),
    ],
    obstacles: [...otherUses(host, distribution), ...bucket.obstacles],
    adopted: { audiences: [], ...bucket.adopted },
    keys: [],
  }
}

/** What would end with the form that a distribution of ours has. */
function otherUses(host: string, { arn, config }: Distribution): string[] {
  const others = (config.Aliases?.Items ?? []).filter((alias) => alias !== host)
  const uses = [
    ...others.map((alias) => `serves ${alias} too`),
    ...((config.CacheBehaviors?.Quantity ?? 0) > 0 ? ['has cache behaviours for other paths'] : []),
    ...((config.Origins?.Quantity ?? 0) > 1 ? ['has several origins'] : []),
    ...(config.Enabled ? [] : ['is disabled']),
  ]
  return uses.map((use) => `The distribution ${arn} ${use}: it is not the issuer's alone.`)
}

type BucketLook = Pick<Look, 'things' | 'obstacles'> & { readonly adopted: { readonly bucket?: string } }

async function lookAtBucket(
  looking: Looking,
  cluster: string,
  distribution: Distribution,
  documents: readonly string[],
): Promise<BucketLook> {
  const { s3, stack } = looking
  const [origin] = distribution.config.Origins?.Items ?? []
  const domainName = origin?.DomainName ?? ''
  const bucket = bucketOfDomainName(stack, domainName)
  if (bucket === undefined)
    return {
      things: [],
      obstacles: [`The origin ${domainName} is no S3 bucket in ${stack.region}.`],
      adopted: {},
    }
  // By its name it is ours: the functions may use it, and find it.
  const isComputed = bucket === bucketName(stack, cluster)
  const arn = `arn:${stack.partition.name}:s3:::${bucket}`
  const thing = { resource: 'bucket', arn, id: bucket, what: 'has the documents' } as const
  if (!isComputed && !isAdoptable(stack, bucket))
    return { things: [{ ...thing, tags: {} }], obstacles: [notAllowed(stack, bucket)], adopted: {} }
  const found = await findAdoptableBucket(s3, stack, bucket)
  if ('fault' in found)
    return { things: [], obstacles: [`The bucket ${bucket}: ${found.fault}.`], adopted: {} }
  const prefix = origin?.OriginPath ?? ''
  const known = documents.flatMap((path) => [path, `${prefix}/${path}`.slice(1)])
  const obstacles = await otherUsesOf(looking, bucket, distribution.id, new Set(known))
  return {
    things: [{ ...thing, tags: found.tags }],
    obstacles,
    adopted: isComputed ? {} : { bucket },
  }
}

/** It goes with the cluster, and all that is in it. */
async function otherUsesOf(
  { s3, cloudFront, stack }: Looking,
  bucket: string,
  distributionId: string,
  known: ReadonlySet<string>,
): Promise<string[]> {
  const readers = await distributionsInFrontOf(cloudFront, new Set(bucketDomainNames(stack, bucket)))
  const others = readers.filter((id) => id !== distributionId)
  const keys = await otherKeys(s3, { Bucket: bucket, ExpectedBucketOwner: stack.accountId }, known)
  const uses = [
    ...others.map((id) => `is read by the distribution ${id}, too`),
    ...(keys.length === 0 ? [] : [`has other objects, ${keys[0]} for one`]),
  ]
  return uses.map((use) => `The bucket ${bucket} ${use}: it is not the issuer's alone.`)
}

/** The functions may not touch it, and so nobody needs to look into it. */
function notAllowed(stack: Stack, bucket: string): string {
  const param = [...stack.adoptedBuckets, bucket].join(',')
  return `The stack may not use the bucket ${bucket}: deploy it with --param='adoptedBuckets=${param}'.`
}

/** One that is for more, or that ACM cannot renew by DNS, is left; the run requests one of ours and has the distribution use it. */
async function lookAtCertificate(
  { acm, stack }: Looking,
  host: string,
  { arn: distributionArn, config }: Distribution,
): Promise<{ readonly things: readonly AdoptableThing[]; readonly left: readonly Left[] }> {
  const arn = config.ViewerCertificate?.ACMCertificateArn
  if (arn === undefined) return { things: [], left: [] }
  const found = await readCertificateUse(acm, arn)
  if (found === undefined) return { things: [], left: [] }
  const why = whyNot(found, host, distributionArn)
  if (why !== undefined)
    return { things: [], left: [{ what: arn, why: `${why}: ${stack.name} gets one of its own` }] }
  const what = `is for ${host}, ${found.status}`
  return { things: [{ resource: 'certificate', arn, id: arn, what, tags: found.tags }], left: [] }
}

function whyNot(found: CertificateUse, host: string, distributionArn: string): string | undefined {
  const { names, validatedBy, status, inUseBy } = found
  if (names.length !== 1 || names[0] !== host) return `it is for ${names.join(', ')}`
  if (validatedBy !== 'DNS') return 'ACM does not renew it by a record in the DNS'
  if (status !== 'ISSUED') return `it is ${status}`
  const others = inUseBy.filter((user) => user !== distributionArn)
  return others.length === 0 ? undefined : `${others.join(', ')} uses it, too`
}
