/** How a configuration reaches the edges, and what lingers after it: always later than the API call that asks for it. */
import type { Timer } from '../clock.ts'
import type { World } from '../world.ts'
import type { Distribution, Distributions } from './distribution.ts'

export interface Deployment {
  /** The written configuration is served once it is Deployed; the old one until then. */
  readonly begin: (distribution: Distribution) => void
  /** For a distribution that was deleted. */
  readonly release: (distribution: Distribution) => void
  /** ARNs of the distributions that ACM counts as users of the certificate. */
  readonly inUseBy: (certificateArn: string) => readonly string[]
}

/** "A few minutes": https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/distribution-web-values-returned.html */
const DEPLOYED_AFTER_MILLISECONDS = 180_000
const LISTED_AFTER_MILLISECONDS = 5_000
/** ACM hears of a deleted distribution late: https://github.com/hashicorp/terraform-provider-aws/issues/3866 */
const CERTIFICATE_RELEASED_AFTER_MILLISECONDS = 30_000

export function createDeployment({ clock }: World, distributions: Distributions): Deployment {
  const underWay = new Map<string, Timer>()
  const released = new Set<Distribution>()
  return {
    begin(distribution) {
      distribution.status = 'InProgress'
      distribution.lastModified = clock.now()
      underWay.get(distribution.id)?.cancel()
      const { config } = distribution
      const timer = clock.after(DEPLOYED_AFTER_MILLISECONDS, () => {
        if (distribution.config !== config) return
        distribution.serving = config
        distribution.status = 'Deployed'
        underWay.delete(distribution.id)
      })
      underWay.set(distribution.id, timer)
      clock.after(LISTED_AFTER_MILLISECONDS, () => {
        distribution.listed = true
      })
    },
    release(distribution) {
      released.add(distribution)
      clock.after(CERTIFICATE_RELEASED_AFTER_MILLISECONDS, () => released.delete(distribution))
    },
    inUseBy: (certificateArn) =>
      [...distributions.values(), ...released]
        .filter((distribution) => uses(distribution, certificateArn))
        .map(({ arn }) => arn),
  }
}

function uses({ config, serving }: Distribution, certificateArn: string): boolean {
  return [config, serving].some((one) => one?.ViewerCertificate?.ACMCertificateArn === certificateArn)
}
