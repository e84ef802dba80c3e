/**
 * What we decide of a distribution: everything that says what is served, to whom and how. The rest (logs, a web ACL) is
 * the account's own affair: it is kept, and is no difference.
 */

import type { DistributionConfig } from '@aws-sdk/client-cloudfront'
import { bucketAddress } from '../../aws/buckets.ts'
import { bucketDomainName, distributionComment } from '../../aws/names.ts'
import type { Stack } from '../../aws/stack.ts'
import type { Cluster } from '../../cluster.ts'
import { differencesBetween } from '../../difference.ts'
import { isRecord } from '../../is-record.ts'
import { issuerHost } from '../../oidc/issuer.ts'
import type { Difference } from '../../resource.ts'

/** In the form in which CloudFront answers, with its defaults spelt out: an update must have them all. */
export type OwnedConfig = Omit<DistributionConfig, 'CallerReference'> & {
  readonly DefaultCacheBehavior: NonNullable<DistributionConfig['DefaultCacheBehavior']>
}

/** Without a certificate in the record (nothing but a removal comes that far) that one field is left open. */
export function ownedConfig(stack: Stack, cluster: Cluster): OwnedConfig {
  return {
    Comment: distributionComment(stack, cluster.cluster),
    Enabled: true,
    Aliases: { Quantity: 1, Items: [issuerHost(cluster.issuer)] },
    DefaultRootObject: '',
    Origins: { Quantity: 1, Items: [origin(stack, cluster)] },
    OriginGroups: { Quantity: 0 },
    DefaultCacheBehavior: cacheBehavior(),
    CacheBehaviors: { Quantity: 0 },
    CustomErrorResponses: { Quantity: 0 },
    // STS asks from every region, and has 5 seconds.
    PriceClass: 'PriceClass_All',
    ViewerCertificate: {
      ...(cluster.outputs.certificate && { ACMCertificateArn: cluster.outputs.certificate.certificateArn }),
      SSLSupportMethod: 'sni-only',
      // Never one that requires TLS 1.3: IAM then wants a thumbprint.
      // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html
      MinimumProtocolVersion: 'TLSv1.2_2021',
    },
    Restrictions: { GeoRestriction: { RestrictionType: 'none', Quantity: 0 } },
    HttpVersion: 'http2and3',
    IsIPV6Enabled: true,
    ContinuousDeploymentPolicyId: '',
  }
}

const ORIGIN_ID = 'bucket'

function origin(stack: Stack, cluster: Cluster) {
  return {
    Id: ORIGIN_ID,
    DomainName: bucketDomainName(stack, bucketAddress(stack, cluster).Bucket),
    OriginPath: '',
    CustomHeaders: { Quantity: 0 },
    S3OriginConfig: { OriginAccessIdentity: '' },
    ConnectionAttempts: 3,
    ConnectionTimeout: 10, // seconds
    OriginShield: { Enabled: false },
    OriginAccessControlId: stack.originAccessControlId,
  }
}

/** Managed-CachingOptimized: the path alone is the key, and the documents' Cache-Control says for how long. */
const CACHE_POLICY_ID = '658327ea-f89d-4fab-a63d-7e88639e58f6'

function cacheBehavior(): OwnedConfig['DefaultCacheBehavior'] {
  return {
    TargetOriginId: ORIGIN_ID,
    TrustedSigners: { Enabled: false, Quantity: 0 },
    TrustedKeyGroups: { Enabled: false, Quantity: 0 },
    ViewerProtocolPolicy: 'https-only',
    AllowedMethods: {
      Quantity: 2,
      Items: ['GET', 'HEAD'],
      CachedMethods: { Quantity: 2, Items: ['GET', 'HEAD'] },
    },
    SmoothStreaming: false,
    Compress: false,
    // Code at the edge could answer with other keys.
    LambdaFunctionAssociations: { Quantity: 0 },
    FunctionAssociations: { Quantity: 0 },
    FieldLevelEncryptionId: '',
    CachePolicyId: CACHE_POLICY_ID,
    // None: one that passes the viewer's Host on breaks the signature for the bucket.
    OriginRequestPolicyId: undefined,
  }
}

export function configDifferences(owned: OwnedConfig, observed: DistributionConfig): Difference[] {
  return differencesBetween(owned, ownedPart(owned, observed), 'DistributionConfig')
}

/** `observed`, cut down to what `owned` decides, and in its spelling: to be compared with it. */
function ownedPart(owned: unknown, observed: unknown): unknown {
  // CloudFront leaves some of what is empty out.
  if (observed === undefined && isEmpty(owned)) return owned
  if (Array.isArray(owned) && Array.isArray(observed)) {
    const items = observed.map((item, index) => ownedPart(owned[index], item))
    return items.every((item) => typeof item === 'string') ? items.toSorted() : items
  }
  if (!isRecord(owned) || !isRecord(observed)) return observed
  return Object.fromEntries(Object.keys(owned).map((name) => [name, ownedPart(owned[name], observed[name])]))
}

/** The update that brings `observed` back and leaves what is not ours. */
export function restoredConfig(owned: OwnedConfig, observed: DistributionConfig): DistributionConfig {
  return {
    ...observed,
    ...owned,
    DefaultCacheBehavior: {
      ...observed.DefaultCacheBehavior,
      ...owned.DefaultCacheBehavior,
      // What stood in the place of a cache policy must go with it.
      ForwardedValues: undefined,
      MinTTL: undefined,
      DefaultTTL: undefined,
      MaxTTL: undefined,
    },
  }
}

function isEmpty(value: unknown): boolean {
  if (isRecord(value)) return Object.values(value).every(isEmpty)
  return value === '' || value === 0 || value === false
}
