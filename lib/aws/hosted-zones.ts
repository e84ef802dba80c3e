/**
 * Which hosted zone a name belongs to in the public DNS: that is where ACM and STS look it up. With the zone comes the client that may
 * read and change its records.
 */
import {
  type HostedZone,
  ListHostedZonesByNameCommand,
  type ListHostedZonesByNameCommandInput,
  type ListHostedZonesByNameCommandOutput,
  type Route53Client,
} from '@aws-sdk/client-route-53'
import { HostedZoneAmbiguous, HostedZoneNotFound, HostedZonePrivate, HostedZoneWithdrawn } from '../errors.ts'
import { allowedZones, mayBeCalled, zonesUsedBy } from './allowed-zones.ts'
import { translate } from './errors.ts'
import type { AllowedZone, Stack } from './stack.ts'
import type { Route53Of } from './zone-sessions.ts'

export interface Zone {
  /** Without `/hostedzone/`. */
  readonly id: string
  readonly accountId: string
  readonly route53: Route53Client
}

/** Where zones are looked for. */
export interface Zoning {
  readonly route53Of: Route53Of
  readonly stack: Pick<Stack, 'hostedZones' | 'accountId'>
}

/** A host in the public DNS, and the account that its cluster is of. */
export interface HostOf {
  readonly host: string
  readonly accountId: string
}

/** As outputs and hints keep where a record was made. */
export interface RecordedZone {
  readonly hostedZoneId: string
  /** Undefined: the stack's. */
  readonly zoneAccountId?: string
}

/**
 * The public zone with the longest name that covers the host, among those that its account may use. Throws
 * HostedZoneNotFound, HostedZonePrivate when only private ones cover it, HostedZoneAmbiguous when several have that name.
 */
export async function findHostedZone(zoning: Zoning, { host, accountId }: HostOf): Promise<Zone> {
  const names = namesAbove(host)
  const zonesNamed = finderOf(zoning, zonesUsedBy(zoning.stack, accountId), names)
  let privateZone: string | undefined
  for (const name of names) {
    const zones = await zonesNamed(name)
    const [zone, ...others] = zones.filter(({ isPrivate }) => !isPrivate)
    if (zone !== undefined && others.length > 0)
      throw new HostedZoneAmbiguous(
        name,
        [zone, ...others].map(({ id }) => id),
      )
    if (zone !== undefined) return { id: zone.id, accountId: zone.accountId, route53: zone.route53 }
    privateZone ??= zones[0]?.id
  }
  if (privateZone !== undefined) throw new HostedZonePrivate(host, privateZone)
  throw new HostedZoneNotFound(host, accountId)
}

/** For looking only: without a usable zone there is no record of ours, and `create` is who says what is wrong. */
export async function findHostedZoneIfAny(zoning: Zoning, hostOf: HostOf): Promise<Zone | undefined> {
  return (await lookForHostedZone(zoning, hostOf)).zone
}

/** The same, with the reason why there is none. */
export async function lookForHostedZone(
  zoning: Zoning,
  hostOf: HostOf,
): Promise<
  | { readonly zone: Zone }
  | { readonly zone: undefined; readonly obstacle: HostedZoneNotFound | HostedZonePrivate }
> {
  try {
    return { zone: await findHostedZone(zoning, hostOf) }
  } catch (error) {
    if (error instanceof HostedZoneNotFound || error instanceof HostedZonePrivate)
      return { zone: undefined, obstacle: error }
    throw error
  }
}

/**
 * For removal: where records were made, whoever may use those zones now, and where they would be made today. Throws
 * HostedZoneWithdrawn when the stack may not change one of the former any more.
 */
export async function zonesWithRecords(
  zoning: Zoning,
  hostOf: HostOf,
  recorded: readonly RecordedZone[],
): Promise<readonly Zone[]> {
  const zones = recorded.map((one) => zoneRecorded(zoning, one))
  const zone = await findHostedZoneIfAny(zoning, hostOf)
  if (zone !== undefined) zones.push(zone)
  return zones.filter(({ id }, index) => zones.findIndex((other) => other.id === id) === index)
}

/** Throws HostedZoneWithdrawn. */
export function zoneRecorded({ route53Of, stack }: Zoning, recorded: RecordedZone): Zone {
  const { hostedZoneId: id, zoneAccountId: accountId = stack.accountId } = recorded
  const entry = allowedZones(stack).find(
    (allowed) =>
      (allowed.accountId ?? stack.accountId) === accountId && (allowed.id === undefined || allowed.id === id),
  )
  if (entry === undefined) throw new HostedZoneWithdrawn(id, accountId)
  return { id, accountId, route53: route53Of(entry) }
}

/** What is kept of it. */
export function recordOf({ stack }: Zoning, { id, accountId }: Zone): RecordedZone {
  return { hostedZoneId: id, ...(accountId !== stack.accountId && { zoneAccountId: accountId }) }
}

/** Outputs and hints of a step, as far as they have one. */
export function recordedZones(...kept: readonly (Partial<RecordedZone> | undefined)[]): RecordedZone[] {
  return kept.flatMap(({ hostedZoneId, zoneAccountId } = {}) =>
    hostedZoneId === undefined
      ? []
      : [{ hostedZoneId, ...(zoneAccountId !== undefined && { zoneAccountId }) }],
  )
}

/** Asks each account once, for all names that its zones may have, and not before one of those is asked for. */
function finderOf(
  { route53Of, stack }: Zoning,
  allowed: readonly AllowedZone[],
  names: readonly string[],
): (name: string) => Promise<FoundZone[]> {
  const lists = new Map<Route53Client, ListedZone[]>()
  const namesIn = (account: string | undefined) =>
    names.filter((name) => allowed.some((one) => one.accountId === account && mayBeCalled(one, name)))
  return async (name) => {
    const entries = allowed.filter((entry) => mayBeCalled(entry, name))
    const found = new Map<string, FoundZone>()
    for (const [route53, ofClient] of Map.groupBy(entries, route53Of)) {
      const listed = lists.get(route53) ?? (await listZones(route53, namesIn(ofClient[0]?.accountId)))
      lists.set(route53, listed)
      for (const zone of listed.filter((one) => one.name === name)) {
        const entry = ofClient.find(({ id }) => id === undefined || id === zone.id)
        const accountId = entry?.accountId ?? stack.accountId
        if (entry !== undefined) found.set(zone.id, { ...zone, accountId, route53 })
      }
    }
    return [...found.values()]
  }
}

interface FoundZone extends Zone {
  readonly isPrivate: boolean
}

/** `a.b.c` as `a.b.c`, `b.c`. Nobody has a zone for a top-level domain. */
function namesAbove(domainName: string): string[] {
  const labels = domainName.split('.')
  return labels.slice(0, -1).map((_, index) => labels.slice(index).join('.'))
}

/**
 * Those of these names, of which each is below the next one. The list is in the order of names read from the right, so that a name comes
 * before all that is below it: a page from the shortest one on mostly has them all. One that does not goes on where the next name can be.
 */
async function listZones(route53: Route53Client, names: readonly string[]): Promise<ListedZone[]> {
  const zones: ListedZone[] = []
  let left = names.toReversed()
  let start: ListHostedZonesByNameCommandInput = { DNSName: left[0] }
  while (left.length > 0) {
    const page: ListHostedZonesByNameCommandOutput = await route53
      .send(new ListHostedZonesByNameCommand(start))
      .catch(translate('route53:ListHostedZonesByName'))
    zones.push(...(page.HostedZones ?? []).map(parseZone).filter(({ name }) => names.includes(name)))
    if (!page.IsTruncated) break
    const next = bareName(page.NextDNSName ?? '')
    left = left.filter((name, index) => name === next || (index > 0 && !isListedBefore(name, next)))
    start =
      left[0] === next
        ? { DNSName: page.NextDNSName, HostedZoneId: page.NextHostedZoneId }
        : { DNSName: left[0] }
  }
  return zones
}

/** A hyphen is before a dot: whether names are compared as a whole or label by label AWS does not say, so only what is so both ways counts. */
function isListedBefore(name: string, other: string): boolean {
  const [one = [], two = []] = [name, other].map((each) => each.split('.').toReversed())
  return ['.', '\0'].every((between) => one.join(between) < two.join(between))
}

interface ListedZone {
  readonly id: string
  readonly name: string
  readonly isPrivate: boolean
}

function parseZone({ Id = '', Name = '', Config }: HostedZone): ListedZone {
  return { id: bareId(Id), name: bareName(Name), isPrivate: Config?.PrivateZone ?? false }
}

/** Route 53 answers `/hostedzone/Z…`, and takes either. */
function bareId(id: string): string {
  return id.replace(/^\/hostedzone\//, '')
}

function bareName(name: string): string {
  return name.replace(/\.$/, '').toLowerCase()
}
