/** How much of AWS's quotas the stack's account uses: whatever else is in it counts too. */
import {
  GetAccountSummaryCommand,
  type IAMClient,
  ListOpenIDConnectProvidersCommand,
} from '@aws-sdk/client-iam'
import { paginateListBuckets, type S3Client } from '@aws-sdk/client-s3'
import type { ServiceQuotasClient } from '@aws-sdk/client-service-quotas'
import type { CloudFrontLists } from './aws/cloudfront-lists.ts'
import { hasOriginAccessControl } from './aws/distributions.ts'
import { translate } from './aws/errors.ts'
import { allItems } from './aws/pages.ts'
import { hasCloudFront } from './aws/partitions.ts'
import { readQuota, type SoughtQuota } from './aws/service-quotas.ts'
import type { Stack } from './aws/stack.ts'

/** What a cluster or a role uses up. */
export const QUOTAS = [
  'roles',
  'oidc-providers',
  'certificates',
  'distributions',
  'distributions-per-origin-access-control',
  'buckets',
] as const

export type QuotaName = (typeof QUOTAS)[number]

/** Those that a cluster can use up where the stack is. */
export function quotasOf({ partition }: Pick<Stack, 'partition'>): readonly QuotaName[] {
  return hasCloudFront(partition) ? QUOTAS : QUOTAS.filter((name) => !OF_CLOUDFRONT.has(name))
}

const OF_CLOUDFRONT: ReadonlySet<QuotaName> = new Set([
  'certificates',
  'distributions',
  'distributions-per-origin-access-control',
])

export interface QuotaUse {
  readonly used: number
  readonly allowed: number
}

export interface Counting extends CloudFrontLists {
  readonly stack: Pick<Stack, 'originAccessControlId'>
  readonly iam: IAMClient
  readonly s3: S3Client
  readonly serviceQuotas: ServiceQuotasClient
}

export async function readQuotaUse(counting: Counting, name: QuotaName): Promise<QuotaUse> {
  if (name === 'roles') return readRoleUse(counting)
  const { count, ...sought } = COUNTED[name]
  const [used, allowed] = await Promise.all([count(counting), readQuota(counting.serviceQuotas, sought)])
  return { used, allowed }
}

/** IAM keeps count of its thousands of roles, so nobody has to list them. */
async function readRoleUse({ iam }: Counting): Promise<QuotaUse> {
  const { SummaryMap = {} } = await iam
    .send(new GetAccountSummaryCommand({}))
    .catch(translate('iam:GetAccountSummary'))
  const { Roles: used, RolesQuota: allowed } = SummaryMap
  if (used === undefined || allowed === undefined)
    throw new TypeError('IAM answered without the number of roles.')
  return { used, allowed }
}

type Count = (counting: Counting) => Promise<number>

const COUNTED: Readonly<Record<Exclude<QuotaName, 'roles'>, SoughtQuota & { readonly count: Count }>> = {
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
  'oidc-providers': { service: 'iam', quota: 'L-858F3967', default: 100, count: countProviders },
  // https://docs.aws.amazon.com/acm/latest/userguide/acm-limits.html
  certificates: {
    service: 'acm',
    quota: 'L-F141DD1D',
    default: 2500,
    count: async ({ certificates }) => (await certificates).length,
  },
  // https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
  distributions: {
    service: 'cloudfront',
    quota: 'L-24B04930',
    default: 500,
    count: async ({ distributions }) => (await distributions).length,
  },
  'distributions-per-origin-access-control': {
    service: 'cloudfront',
    quota: 'Distributions associated with the same origin access control',
    default: 100,
    count: countDistributionsOfStack,
  },
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/BucketRestrictions.html
  buckets: { service: 's3', quota: 'L-DC2B2D3D', default: 10_000, count: countBuckets },
}

/** IAM answers all of them in one page. */
async function countProviders({ iam }: Counting): Promise<number> {
  const { OpenIDConnectProviderList = [] } = await iam
    .send(new ListOpenIDConnectProvidersCommand({}))
    .catch(translate('iam:ListOpenIDConnectProviders'))
  return OpenIDConnectProviderList.length
}

async function countDistributionsOfStack({ distributions, stack }: Counting): Promise<number> {
  return (await distributions).filter((one) => hasOriginAccessControl(one, stack)).length
}

async function countBuckets({ s3 }: Counting): Promise<number> {
  const pages = paginateListBuckets({ client: s3, pageSize: 1000 }, {})
  return (await allItems('s3:ListBuckets', pages, (page) => page.Buckets)).length
}
