/**
 * The emulated public DNS. A name belongs to the public zone with the longest matching name, as if its parent
 * delegated to it; of several zones of one name the first created is the delegated one.
 */
import type { RRType } from '@aws-sdk/client-route-53'
import { type HostedZone, type HostedZones, isPublic, type RecordSet, recordKey } from './hosted-zone.ts'
import { canonicalName, isInZone } from './record-name.ts'

export interface PublicDns {
  /**
   * Values of the record set, `[]` if there is none; names in them are in lower case without trailing dot. For A and
   * AAAA an alias answers its target's name, and a CNAME what it leads to.
   */
  readonly lookup: (name: string, type: RRType) => readonly string[]
  /** Whether there is any record set for the name. */
  readonly has: (name: string) => boolean
}

export function createDns(zones: HostedZones): PublicDns {
  return {
    lookup: (name, type) => resolve(zones, name, type, MOST_CNAMES),
    has: (name) => recordsAt(zones, canonicalName(name)).length > 0,
  }
}

/** ACM follows at most five: https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html */
const MOST_CNAMES = 5

function resolve(zones: HostedZones, name: string, type: RRType, links: number): readonly string[] {
  const records = recordsAt(zones, canonicalName(name))
  const record = records.find((one) => one.type === type)
  if (record) return values(record)
  const target = records.find((one) => one.type === 'CNAME')
  const [next] = target ? values(target) : []
  if (next === undefined || links === 0) return []
  const address = type === 'A' || type === 'AAAA'
  const found = resolve(zones, next, type, links - 1)
  return found.length === 0 && address && !delegatedZone(zones, canonicalName(next)) ? [next] : found
}

/** Names in it are as hosts write them; an alias answers its target's. */
function values({ type, answer }: RecordSet): readonly string[] {
  if (answer.kind === 'alias') return [hostName(answer.dnsName)]
  return type === 'CNAME' ? answer.values.map(hostName) : answer.values
}

function hostName(name: string): string {
  return name.toLowerCase().replace(/\.$/, '')
}

function delegatedZone(zones: HostedZones, name: string): HostedZone | undefined {
  const candidates = [...zones.values()].filter((zone) => isPublic(zone) && isInZone(name, zone.name))
  return candidates.reduce<HostedZone | undefined>(
    (best, zone) => (best && best.name.length >= zone.name.length ? best : zone),
    undefined,
  )
}

function recordsAt(zones: HostedZones, name: string): RecordSet[] {
  const zone = delegatedZone(zones, name)
  return zone ? recordsIn(zone, name) : []
}

/** What the zone has for the name itself, else for the wildcard beside it (RFC 4592 §3.3.1: the closest encloser's). */
export function recordsIn(zone: HostedZone, name: string): RecordSet[] {
  for (let owner = name; isInZone(owner, zone.name); owner = parentOf(owner)) {
    const found = publishedAt(zone, owner)
    if (owner === name && found.length > 0) return found
    if (owner !== name) {
      const wildcard = publishedAt(zone, `\\052.${owner}`)
      if (wildcard.length > 0 || found.length > 0) return wildcard
    }
  }
  return []
}

// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html
const TYPES: readonly RRType[] = [
  'A',
  'AAAA',
  'CAA',
  'CNAME',
  'DS',
  'HTTPS',
  'MX',
  'NAPTR',
  'NS',
  'PTR',
  'SOA',
  'SPF',
  'SRV',
  'SSHFP',
  'SVCB',
  'TLSA',
  'TXT',
]

function publishedAt(zone: HostedZone, name: string): RecordSet[] {
  return TYPES.flatMap((type) => zone.published.get(recordKey(name, type)) ?? [])
}

function parentOf(name: string): string {
  return name.slice(name.indexOf('.') + 1)
}
