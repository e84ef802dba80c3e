/**
 * What differs between AWS's partitions, in one table. One deployment serves one partition: nothing can be
 * assumed, trusted or aliased across them. The ISO partitions are not here: their STS reaches no public issuer.
 */
import { InvalidInput } from '../errors.ts'

export interface Partition {
  /** The second part of every ARN. */
  readonly name: 'aws' | 'aws-cn' | 'aws-us-gov' | 'aws-eusc'
  /** The form of its regions' names, as in the SDK's endpoint rules: a new region needs no release of ours. */
  readonly regions: RegExp
  /** Of service endpoints: `s3.<region>.<dnsSuffix>`. */
  readonly dnsSuffix: string
  /** `aud` of the tokens unless the cluster says otherwise: what the SDKs' and the webhook's documentation uses there. */
  readonly audience: string
  /** Where the control planes of the services without regions are signed for. */
  readonly iamRegion: string
  readonly route53Region: string
  /** CloudFront's control plane, and the region of the certificates that it takes. Undefined: no use for an issuer (`hasCloudFront`). */
  readonly cloudFrontRegion: string | undefined
  readonly hosting: readonly HostingType[]
}

export type HostingType = 'dedicated' | 'shared' | 's3' | 'external'

export const PARTITIONS: readonly Partition[] = [
  {
    name: 'aws',
    regions: /^(us|eu|ap|sa|ca|me|af|il|mx)-[a-z]+-[1-9]\d?$/,
    dnsSuffix: 'amazonaws.com',
    audience: 'sts.amazonaws.com',
    iamRegion: 'us-east-1',
    route53Region: 'us-east-1',
    cloudFrontRegion: 'us-east-1',
    hosting: ['dedicated', 'shared', 'external'],
  },
  {
    // CloudFront is here, but ACM makes no certificates for it, and every alias needs an ICP recordal.
    // https://docs.amazonaws.cn/en_us/aws/latest/userguide/cloudfront.html
    name: 'aws-cn',
    regions: /^cn-[a-z]+-[1-9]\d?$/,
    dnsSuffix: 'amazonaws.com.cn',
    audience: 'sts.amazonaws.com.cn',
    iamRegion: 'cn-north-1',
    route53Region: 'cn-northwest-1',
    cloudFrontRegion: undefined,
    hosting: ['s3', 'external'],
  },
  {
    name: 'aws-us-gov',
    regions: /^us-gov-[a-z]+-[1-9]\d?$/,
    dnsSuffix: 'amazonaws.com',
    audience: 'sts.amazonaws.com',
    iamRegion: 'us-gov-west-1',
    route53Region: 'us-gov-west-1',
    cloudFrontRegion: undefined,
    hosting: ['s3', 'external'],
  },
  {
    name: 'aws-eusc',
    regions: /^eusc-de-[a-z]+-[1-9]\d?$/,
    dnsSuffix: 'amazonaws.eu',
    audience: 'sts.amazonaws.com',
    iamRegion: 'eusc-de-east-1',
    route53Region: 'eusc-de-east-1',
    cloudFrontRegion: undefined,
    hosting: ['s3', 'external'],
  },
]

/** Whether issuers are served from it: else there is nothing of CloudFront's or ACM's to make, to look at or to count. */
export function hasCloudFront({ cloudFrontRegion }: Partition): boolean {
  return cloudFrontRegion !== undefined
}

/** The partition that a region belongs to, whether or not we know the region. Throws InvalidInput for no region's name. */
export function partitionOf(region: string): Partition {
  const partition = PARTITIONS.find((candidate) => candidate.regions.test(region))
  if (partition === undefined)
    throw new InvalidInput(`${shown(region)} is not the name of a region that we serve.`)
  return partition
}

/** What has another form could be anything, a secret too. */
function shown(region: string): string {
  return /^[a-z0-9-]{1,32}$/.test(region) ? region : 'This'
}
