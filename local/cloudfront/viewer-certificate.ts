/**
 * Who may hold an alias: nobody else does, in any account, and an issued certificate of ours covers it.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/CNAMEs.html#alternate-domain-names-requirements
 */
import { isDeepStrictEqual } from 'node:util'
import type { Certificate } from '../acm/certificate.ts'
import { AwsError } from '../errors.ts'
import type { PublicDns } from '../route53/dns.ts'
import { aliasesOf, type CompleteConfig, type Distribution, type Distributions } from './distribution.ts'

/** Throws `CNAMEAlreadyExists`. `own` is the distribution that is updated. */
export function checkAliases(
  config: CompleteConfig,
  distributions: Distributions,
  dns: PublicDns,
  own: Distribution | undefined,
): void {
  const others = [...distributions.values()].filter((other) => other !== own)
  for (const alias of config.Aliases.Items ?? []) {
    if (others.some((other) => aliasesOf(other).includes(alias)))
      throw cnameAlreadyExists(
        'One or more of the CNAMEs you provided are already associated with a different resource.',
      )
    if (others.some((other) => dns.lookup(alias, 'A').includes(other.domainName)))
      throw cnameAlreadyExists(
        'One or more aliases specified for the distribution includes an incorrectly configured DNS record that ' +
          'points to another CloudFront distribution. You must update the DNS record to correct the problem.',
      )
  }
}

function cnameAlreadyExists(message: string): AwsError {
  return new AwsError('CNAMEAlreadyExists', message, 409)
}

/** Throws `InvalidViewerCertificate`. */
export function checkViewerCertificate(
  config: CompleteConfig,
  certificate: Certificate | undefined,
  account: string,
): void {
  const arn = config.ViewerCertificate?.ACMCertificateArn
  const aliases = config.Aliases.Items ?? []
  if (arn === undefined) {
    if (aliases.length === 0) return
    throw invalidViewerCertificate(
      'To add an alternate domain name (CNAME) to a CloudFront distribution, you must attach a trusted certificate ' +
        'that validates your authorization to use the domain name.',
    )
  }
  if (!certificate || !isUsable(certificate, account))
    throw invalidViewerCertificate(
      "The specified SSL certificate doesn't exist, isn't in us-east-1 region, isn't valid, or doesn't include a " +
        'valid certificate chain.',
    )
  if (!aliases.every((alias) => covers(certificate.names, alias)))
    throw invalidViewerCertificate(
      "The certificate that is attached to your distribution doesn't cover the alternate domain name (CNAME) " +
        "that you're trying to add.",
    )
}

/** CloudFront takes RSA up to 4096, of which ACM issues 2048, and of the curves P-256 only. */
function isUsable(certificate: Certificate, account: string): boolean {
  return (
    certificate.region === 'us-east-1' &&
    certificate.account === account &&
    certificate.status === 'ISSUED' &&
    certificate.keyAlgorithm !== 'EC_secp384r1'
  )
}

/** A wildcard stands for exactly one label: RFC 6125 §6.4.3. */
export function covers(names: readonly string[], host: string): boolean {
  return names.includes(host) || names.includes(`*${host.slice(host.indexOf('.'))}`)
}

/** Whether certificate and aliases are the same in both. */
export function sameViewerSettings(one: CompleteConfig, other: CompleteConfig): boolean {
  return (
    isDeepStrictEqual(one.ViewerCertificate, other.ViewerCertificate) &&
    isDeepStrictEqual(one.Aliases, other.Aliases)
  )
}

function invalidViewerCertificate(message: string): AwsError {
  return new AwsError('InvalidViewerCertificate', message)
}
