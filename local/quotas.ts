/** AWS's quotas as the operations enforce them: the default, and how far AWS raises it. */
import type { QuotaName, Quotas } from './world.ts'

export interface RaisableQuotas extends Quotas {
  /** Throws RangeError for a quota that is none and for a value below the default or beyond AWS's maximum. */
  readonly raise: (name: string, value: number) => void
}

export function createQuotas(): RaisableQuotas {
  const raised = new Map<QuotaName, number>()
  return {
    get: (name) => raised.get(name) ?? published[name].default,
    raise(name, value) {
      if (!isQuotaName(name))
        throw new RangeError(`no quota ${name}; there are ${Object.keys(published).join(', ')}`)
      const { default: least, maximum } = published[name]
      if (!Number.isInteger(value) || value < least || value > maximum)
        throw new RangeError(
          `quota ${name} goes from ${least} (AWS's default) to ${maximum}; ${value} is refused`,
        )
      raised.set(name, value)
    },
  }
}

/** `iam:roles=10000`. Throws RangeError for anything that is not `<name>=<number>`. */
export function parseQuota(text: string): readonly [name: string, value: number] {
  const [, name, value] = /^([a-z0-9-]+:[a-z-]+)=(\d+)$/.exec(text) ?? []
  if (!name || !value) throw new RangeError(`not a quota: ${text}; write iam:roles=10000`)
  return [name, Number(value)]
}

function isQuotaName(name: string): name is QuotaName {
  return Object.hasOwn(published, name)
}

/** Where AWS publishes no maximum it is raised case by case: no limit here. */
const published: Readonly<Record<QuotaName, { readonly default: number; readonly maximum: number }>> = {
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
  'iam:roles': { default: 1000, maximum: 10_000 },
  'iam:oidc-providers': { default: 100, maximum: 700 },
  'iam:trust-policy-characters': { default: 2048, maximum: 8192 },
  'iam:managed-policies-per-role': { default: 20, maximum: 25 },
  // https://docs.aws.amazon.com/acm/latest/userguide/acm-limits.html
  'acm:certificates': { default: 2500, maximum: Number.POSITIVE_INFINITY },
  // https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
  'cloudfront:distributions': { default: 500, maximum: Number.POSITIVE_INFINITY },
  'cloudfront:distributions-per-origin-access-control': {
    default: 100,
    maximum: Number.POSITIVE_INFINITY,
  },
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/BucketRestrictions.html
  's3:buckets': { default: 10_000, maximum: Number.POSITIVE_INFINITY },
  // https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html
  'route53:hosted-zones': { default: 500, maximum: Number.POSITIVE_INFINITY },
}
