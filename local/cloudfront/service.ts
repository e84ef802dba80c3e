/** Amazon CloudFront: standard distributions in front of S3 buckets. */
import type { Certificate } from '../acm/certificate.ts'
import type { PublicDns } from '../route53/dns.ts'
import type { Service } from '../service.ts'
import type { EdgeResponse, World } from '../world.ts'
import { cachePolicyOperations } from './cache-policies.ts'
import { checkConfig } from './config-rules.ts'
import { createDeployment } from './deployment.ts'
import type { Distribution, Distributions } from './distribution.ts'
import { distributionListOperations } from './distribution-lists.ts'
import { distributionTagOperations } from './distribution-tags.ts'
import { type CheckConfig, distributionOperations } from './distributions.ts'
import { createEdgeCache, type EdgeCache } from './edge-cache.ts'
import { invalidationOperations } from './invalidations.ts'
import {
  checkSharedControls,
  type OriginAccessControls,
  originAccessControlOperations,
} from './origin-access-controls.ts'
import { type OriginAccessIdentities, originAccessIdentityOperations } from './origin-access-identities.ts'
import { checkAliases, checkViewerCertificate, sameViewerSettings } from './viewer-certificate.ts'

export interface CloudFront {
  readonly service: Service
  readonly distributions: ReadonlyMap<string, Distribution>
  readonly cache: EdgeCache<EdgeResponse>
  /** ARNs of the distributions that use the ACM certificate. */
  readonly inUseBy: (certificateArn: string) => readonly string[]
}

/** `identities`: S3 knows them too, bucket policies name them. */
export function createCloudFront(
  world: World,
  dns: PublicDns,
  identities: OriginAccessIdentities,
  findCertificate: (arn: string) => Certificate | undefined,
): CloudFront {
  const distributions: Distributions = new Map()
  const controls: OriginAccessControls = new Map()
  const deployment = createDeployment(world, distributions)
  const cache = createEdgeCache<EdgeResponse>(world.clock)
  const check: CheckConfig = (config, call, own) => {
    checkConfig(config, { controls, identities }, call.principal.account)
    checkSharedControls(world, distributions, config, own)
    // A certificate that has expired since does not stop an update that leaves it alone.
    if (own && sameViewerSettings(own.config, config)) return
    checkViewerCertificate(
      config,
      findCertificate(config.ViewerCertificate?.ACMCertificateArn ?? ''),
      call.principal.account,
    )
    checkAliases(config, distributions, dns, own)
  }
  return {
    service: {
      name: 'cloudfront',
      operations: {
        ...distributionOperations(world, distributions, check, deployment),
        ...distributionListOperations(distributions, findCertificate),
        ...distributionTagOperations(distributions),
        ...invalidationOperations(world, distributions, new Map(), cache.evict),
        ...originAccessControlOperations(controls, distributions),
        ...originAccessIdentityOperations(identities, distributions),
        ...cachePolicyOperations(),
      },
    },
    distributions,
    cache,
    inUseBy: deployment.inUseBy,
  }
}
