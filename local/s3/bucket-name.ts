/**
 * Which names a bucket may have.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/gpbucketnamespaces.html
 */
import { AwsError } from '../errors.ts'
import type { Bucket } from './bucket.ts'

/** Throws `InvalidBucketName` unless the name fits the rules and the namespace it is asked for in. */
export function checkBucketName(name: string, { account, region, namespace }: Owner): void {
  if (!isBucketName(name)) throw invalidBucketName()
  if (namespace === 'account-regional') {
    if (REGIONS_WITHOUT_NAMESPACE.has(region))
      throw new AwsError('InvalidRequest', `Account regional namespaces are not available in ${region}.`)
    const suffix = `-${account}-${region}-an`
    if (!name.endsWith(suffix) || name.length === suffix.length) throw invalidBucketName()
  } else if (ACCOUNT_REGIONAL.test(name)) {
    throw invalidBucketName()
  }
}

type Owner = Pick<Bucket, 'account' | 'region' | 'namespace'>

const REGIONS_WITHOUT_NAMESPACE: ReadonlySet<string> = new Set(['me-south-1', 'me-central-1'])
const ACCOUNT_REGIONAL = /-\d{12}-[a-z]+(-[a-z]+)+-\d+-an$/
const RESERVED_PREFIX = /^(xn--|sthree-|amzn-s3-demo-)/
const RESERVED_SUFFIX = /(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/

function isBucketName(name: string): boolean {
  return (
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) &&
    !name.includes('..') &&
    !/^\d+\.\d+\.\d+\.\d+$/.test(name) &&
    !RESERVED_PREFIX.test(name) &&
    !RESERVED_SUFFIX.test(name)
  )
}

function invalidBucketName(): AwsError {
  return new AwsError('InvalidBucketName', 'The specified bucket is not valid.')
}
