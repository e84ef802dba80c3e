import type { PublicDns } from '../route53/dns.ts'

/** https://docs.aws.amazon.com/acm/latest/userguide/setup-caa.html */
const AMAZON: ReadonlySet<string> = new Set([
  'amazon.com',
  'amazontrust.com',
  'awstrust.com',
  'amazonaws.com',
])

/**
 * Whether CAA records let Amazon issue for the name: those of the name itself, else of the nearest parent that has
 * any; none at all, or none that restrict issuing, let everyone. RFC 8659 §3 and §4.
 */
export function amazonMayIssue(dns: PublicDns, domainName: string): boolean {
  const wildcard = domainName.startsWith('*.')
  const properties = relevantRecords(dns, domainName.replace(/^\*\./, '')).map(parseProperty)
  const wild = properties.filter(({ tag }) => tag === 'issuewild')
  const issue = properties.filter(({ tag }) => tag === 'issue')
  const relevant = wildcard && wild.length > 0 ? wild : issue
  return relevant.length === 0 || relevant.some(({ value }) => AMAZON.has(value))
}

function relevantRecords(dns: PublicDns, domain: string): readonly string[] {
  for (let name = domain; name.includes('.'); name = name.slice(name.indexOf('.') + 1)) {
    const records = dns.lookup(name, 'CAA')
    if (records.length > 0) return records
  }
  return []
}

/** `0 issue "amazon.com; policy=x"` */
function parseProperty(record: string): { readonly tag: string; readonly value: string } {
  const [, tag = '', value = ''] = /^\d+ (\w+) "([^";]*)/.exec(record) ?? []
  return { tag: tag.toLowerCase(), value: value.trim().toLowerCase() }
}
