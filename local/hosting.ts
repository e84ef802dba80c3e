/** S3, ACM, CloudFront and Route 53, which only together serve an issuer: each sees what it needs of the others. */
import { createAcm } from './acm/service.ts'
import type { OriginAccessIdentities } from './cloudfront/origin-access-identities.ts'
import { createCloudFront } from './cloudfront/service.ts'
import { createEdge } from './edge.ts'
import { createRoute53 } from './route53/service.ts'
import { createS3 } from './s3/service.ts'
import type { Service } from './service.ts'
import type { Dns, Edge, World } from './world.ts'

export interface Hosting {
  readonly services: readonly Service[]
  readonly edge: Edge
  readonly dns: Dns
  /** Open: whoever starts the embedded AWS puts there what the rest of the internet is to have. */
  readonly sites: Map<string, string>
}

export function createHosting(world: World): Hosting {
  const identities: OriginAccessIdentities = new Map()
  const s3 = createS3(world, (id) => identities.has(id))
  const { service: route53, dns } = createRoute53(world)
  // A certificate is in use by distributions, and a distribution needs a certificate.
  const acm = createAcm(world, dns, (arn) => cloudFront.inUseBy(arn))
  const cloudFront = createCloudFront(world, dns, identities, acm.certificate)
  const sites = new Map<string, string>()
  const edge = createEdge(world, {
    dns,
    distributions: cloudFront.distributions,
    cache: cloudFront.cache,
    certificate: acm.certificate,
    read: s3.read,
    sites,
  })
  return { services: [s3.service, acm.service, cloudFront.service, route53], edge, dns, sites }
}
