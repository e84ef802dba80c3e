/**
 * The public internet in front of the hosting: a URL is looked up in the emulated DNS and answered by the
 * distribution that holds the name, by S3's own public endpoint, or by a site that is not AWS's to run.
 */
import type { Certificate } from './acm/certificate.ts'
import type { Distribution } from './cloudfront/distribution.ts'
import type { EdgeCache } from './cloudfront/edge-cache.ts'
import { createViewer } from './cloudfront/viewer.ts'
import { covers } from './cloudfront/viewer-certificate.ts'
import type { PublicDns } from './route53/dns.ts'
import { parseS3Host } from './s3/host.ts'
import type { S3 } from './s3/service.ts'
import { type Edge, EdgeError, type EdgeResponse, type World } from './world.ts'

export interface Hosts {
  readonly dns: PublicDns
  readonly distributions: ReadonlyMap<string, Distribution>
  readonly cache: EdgeCache<EdgeResponse>
  readonly certificate: (arn: string) => Certificate | undefined
  readonly read: S3['read']
  readonly sites: Sites
}

/** What others have on the internet, an issuer of a managed cluster perhaps: bodies of JSON by URL. */
export type Sites = ReadonlyMap<string, string>

export function createEdge(world: Pick<World, 'clock'>, hosts: Hosts): Edge {
  const view = createViewer(world, hosts)
  const isSite = (name: string) => [...hosts.sites.keys()].some((url) => new URL(url).hostname === name)
  return {
    async fetch(url, method = 'GET') {
      const host = url.hostname.toLowerCase()
      if (isSite(host)) return answerOf(hosts.sites.get(url.href))
      const s3 = parseS3Host(host)
      const reader = url.protocol === 'http:' ? 'anyone over plain HTTP' : 'anyone'
      if (s3) return hosts.read({ ...s3.object(url.pathname.slice(1)), reader })
      return view(findServing(hosts, host), url, method)
    },
    isSite,
    serves(name) {
      const host = name.toLowerCase()
      return hosts.dns.has(host) || parseS3Host(host) !== undefined || byDomainName(hosts, host) !== undefined
    },
  }
}

function answerOf(body: string | undefined): EdgeResponse {
  if (body === undefined) return { status: 404, headers: {}, body: new Uint8Array() }
  return { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from(body) }
}

/**
 * The distribution that answers for the host. The DNS only has to lead to CloudFront: there the most specific alias
 * wins, whichever distribution the record points to.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/CNAMEs.html
 */
function findServing(hosts: Hosts, host: string): Distribution {
  const direct = byDomainName(hosts, host)
  if (direct) return direct
  const targets = [...hosts.dns.lookup(host, 'A'), ...hosts.dns.lookup(host, 'AAAA')]
  if (targets.length === 0) throw new EdgeError(`${host} has no address`)
  if (!targets.some((target) => byDomainName(hosts, target)))
    throw new EdgeError(`nothing answers for ${host} at ${targets.join(', ')}`)
  const holder = byAlias(hosts, host) ?? byAlias(hosts, `*${host.slice(host.indexOf('.'))}`)
  if (!holder) throw new EdgeError(`no certificate for ${host}: the one for *.cloudfront.net was presented`)
  checkCertificate(hosts, holder, host)
  return holder
}

function byDomainName({ distributions }: Hosts, domainName: string): Distribution | undefined {
  return [...distributions.values()].find((one) => one.domainName === domainName && one.serving?.Enabled)
}

function byAlias({ distributions }: Hosts, alias: string): Distribution | undefined {
  return [...distributions.values()].find(
    ({ serving }) => serving?.Enabled && serving.Aliases.Items?.includes(alias),
  )
}

function checkCertificate(hosts: Hosts, { serving }: Distribution, host: string): void {
  const certificate = hosts.certificate(serving?.ViewerCertificate?.ACMCertificateArn ?? '')
  if (!certificate || !covers(certificate.names, host))
    throw new EdgeError(`no certificate for ${host} was presented`)
  if (certificate.status !== 'ISSUED')
    throw new EdgeError(`the certificate for ${host} is ${certificate.status}`)
}
