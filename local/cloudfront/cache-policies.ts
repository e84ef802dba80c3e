/**
 * AWS's managed cache policies; local mode has no others.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
 */
import type {
  CachePolicy,
  GetCachePolicyRequest,
  GetCachePolicyResult,
  ListCachePoliciesRequest,
  ListCachePoliciesResult,
} from '@aws-sdk/client-cloudfront'
import { globalArn } from '../arn.ts'
import { AwsError } from '../errors.ts'
import { operation } from '../service.ts'

/** How long the edge keeps what an origin answers, in seconds. */
export interface TimesToLive {
  readonly minimum: number
  readonly default: number
  readonly maximum: number
}

export function managedCachePolicy(id: string): TimesToLive | undefined {
  return MANAGED.find((policy) => policy.id === id)
}

const YEAR_SECONDS = 31_536_000

const MANAGED = [
  {
    id: '658327ea-f89d-4fab-a63d-7e88639e58f6',
    name: 'Managed-CachingOptimized',
    comment: 'Policy with caching enabled. Supports Gzip and Brotli compression.',
    minimum: 1,
    default: 86_400,
    maximum: YEAR_SECONDS,
  },
  {
    id: 'b2884449-e4de-46a7-ac36-70bc7f1ddd6d',
    name: 'Managed-CachingOptimizedForUncompressedObjects',
    comment: 'Default policy when compression is disabled',
    minimum: 1,
    default: 86_400,
    maximum: YEAR_SECONDS,
  },
  {
    id: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
    name: 'Managed-CachingDisabled',
    comment: 'Policy with caching disabled',
    minimum: 0,
    default: 0,
    maximum: 0,
  },
  {
    id: '83da9c7e-98b4-4e11-a168-04f0df8e2c65',
    name: 'UseOriginCacheControlHeaders',
    comment: 'Policy for origins that return Cache-Control headers',
    minimum: 0,
    default: 0,
    maximum: YEAR_SECONDS,
  },
]

export function cachePolicyOperations() {
  return {
    GetCachePolicy: operation<GetCachePolicyRequest, GetCachePolicyResult>({
      run: ({ Id }) => {
        const policy = MANAGED.find(({ id }) => id === Id)
        if (!policy)
          throw new AwsError('NoSuchCachePolicy', 'The specified cache policy does not exist.', 404)
        return { CachePolicy: describePolicy(policy), ETag: 'E23ZP02F085DFQ' }
      },
      asks: ({ Id }, call) => [
        {
          action: 'cloudfront:GetCachePolicy',
          resource: globalArn('cloudfront', call.region, call.principal.account, `cache-policy/${Id}`),
        },
      ],
    }),
    ListCachePolicies: operation<ListCachePoliciesRequest, ListCachePoliciesResult>({
      run: ({ Type }) => {
        const policies = Type === 'custom' ? [] : MANAGED
        return {
          CachePolicyList: {
            MaxItems: 100,
            Quantity: policies.length,
            Items: policies.map((policy) => ({ Type: 'managed', CachePolicy: describePolicy(policy) })),
          },
        }
      },
      asks: () => [{ action: 'cloudfront:ListCachePolicies', resource: '*' }],
    }),
  }
}

function describePolicy(policy: (typeof MANAGED)[number]): CachePolicy {
  return {
    Id: policy.id,
    LastModifiedTime: new Date('2020-07-22T00:00:00Z'),
    CachePolicyConfig: {
      Comment: policy.comment,
      Name: policy.name,
      MinTTL: policy.minimum,
      DefaultTTL: policy.default,
      MaxTTL: policy.maximum,
    },
  }
}
