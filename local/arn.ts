/** ARNs as AWS writes them; the partition follows from the region of the call. */

export interface Arn {
  readonly partition: string
  readonly service: string
  readonly region: string
  readonly account: string
  readonly resource: string
}

/** Throws RangeError on what is not an ARN. */
export function parseArn(text: string): Arn {
  const [, partition, service, region, account, resource] = ARN.exec(text) ?? []
  if (
    partition === undefined ||
    service === undefined ||
    region === undefined ||
    account === undefined ||
    resource === undefined
  )
    throw new RangeError(`not an ARN: ${text}`)
  return { partition, service, region, account, resource }
}

export function isArn(text: string): boolean {
  return ARN.test(text)
}

const ARN = /^arn:([^:\s]+):([^:\s]+):([^:\s]*):([^:\s]*):([^:].*)$/s

export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn'
  if (region.startsWith('us-gov-')) return 'aws-us-gov'
  if (region.startsWith('eusc-')) return 'aws-eusc'
  return 'aws'
}

/** The domain of the partition's endpoints. */
export function dnsSuffix(region: string): string {
  switch (partitionOf(region)) {
    case 'aws-cn':
      return 'amazonaws.com.cn'
    case 'aws-eusc':
      return 'amazonaws.eu'
    default:
      return 'amazonaws.com'
  }
}

/** Where the partition has its services without regions. https://docs.aws.amazon.com/general/latest/gr/iam-service.html */
export function globalRegion(region: string): string {
  return GLOBAL_REGIONS[partitionOf(region)] ?? region
}

const GLOBAL_REGIONS: Readonly<Record<string, string>> = {
  aws: 'us-east-1',
  'aws-cn': 'cn-north-1',
  'aws-us-gov': 'us-gov-west-1',
  'aws-eusc': 'eusc-de-east-1',
}

/** For a regional resource. */
export function regionalArn(service: string, region: string, account: string, resource: string): string {
  return `arn:${partitionOf(region)}:${service}:${region}:${account}:${resource}`
}

/** For a resource of a service without regions in its ARNs (iam, cloudfront, route53, s3); `region` gives the partition. */
export function globalArn(service: string, region: string, account: string, resource: string): string {
  return `arn:${partitionOf(region)}:${service}::${account}:${resource}`
}
