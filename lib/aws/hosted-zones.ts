/** Which hosted zone a name belongs to in the public DNS: that is where ACM and STS look it up. */
import {
  type HostedZone,
  ListHostedZonesByNameCommand,
  type ListHostedZonesByNameCommandInput,
  type ListHostedZonesByNameCommandOutput,
  type Route53Client,
} from '@aws-sdk/client-route-53'
import { HostedZoneAmbiguous, HostedZoneNotFound, HostedZonePrivate } from '../errors.ts'
import { translate } from './errors.ts'
import type { Stack } from './stack.ts'

export interface Zone {
  /** Without `/hostedzone/`. */
  readonly id: string
  /** Without trailing dot. */
  readonly name: string
}

/**
 * The public zone with the longest name that covers `domainName`, among the allowed ones if the stack lists any. Throws
 * HostedZoneNotFound, HostedZonePrivate when only private ones cover it, HostedZoneAmbiguous when several have that name.
 */
export async function findHostedZone(
  route53: Route53Client,
  stack: Pick<Stack, 'hostedZones'>,
  domainName: string,
): Promise<Zone> {
  let privateZone: string | undefined
  for (const name of namesAbove(domainName)) {
    const zones = await zonesNamed(route53, name)
    const usable = zones.filter((zone) => !zone.isPrivate && isAllowed(stack, zone.id))
    const [zone, ...others] = usable
    if (others.length > 0)
      throw new HostedZoneAmbiguous(
        name,
        usable.map(({ id }) => id),
      )
    if (zone !== undefined) return { id: zone.id, name }
    privateZone ??= zones.find(({ isPrivate }) => isPrivate)?.id
  }
  if (privateZone !== undefined) throw new HostedZonePrivate(domainName, privateZone)
  throw new HostedZoneNotFound(domainName)
}

/** For looking only: without a usable zone there is no record of ours, and `create` is who says what is wrong. */
export async function findHostedZoneIfAny(
  route53: Route53Client,
  stack: Pick<Stack, 'hostedZones'>,
  domainName: string,
): Promise<Zone | undefined> {
  return (await lookForHostedZone(route53, stack, domainName)).zone
}

/** The same, with the reason why there is none. */
export async function lookForHostedZone(
  route53: Route53Client,
  stack: Pick<Stack, 'hostedZones'>,
  domainName: string,
): Promise<
  | { readonly zone: Zone }
  | { readonly zone: undefined; readonly obstacle: HostedZoneNotFound | HostedZonePrivate }
> {
  try {
    return { zone: await findHostedZone(route53, stack, domainName) }
  } catch (error) {
    if (error instanceof HostedZoneNotFound || error instanceof HostedZonePrivate)
      return { zone: undefined, obstacle: error }
    throw error
  }
}

/** `a.b.c` as `a.b.c`, `b.c`. Nobody has a zone for a top-level domain. */
function namesAbove(domainName: string): string[] {
  const labels = domainName.split('.')
  return labels.slice(0, -1).map((_, index) => labels.slice(index).join('.'))
}

/**
 * The list begins at the first zone of that name, so those that we want come first; there are seldom more pages, but many
 * zones, private ones above all, can have one name.
 */
async function zonesNamed(route53: Route53Client, name: string): Promise<ListedZone[]> {
  const zones: ListedZone[] = []
  let start: ListHostedZonesByNameCommandInput | undefined = { DNSName: name }
  while (start !== undefined) {
    const page: ListHostedZonesByNameCommandOutput = await route53
      .send(new ListHostedZonesByNameCommand(start))
      .catch(translate('route53:ListHostedZonesByName'))
    zones.push(...(page.HostedZones ?? []).map(parseZone).filter((zone) => zone.name === name))
    const more = page.IsTruncated && bareName(page.NextDNSName ?? '') === name
    start = more ? { DNSName: page.NextDNSName, HostedZoneId: page.NextHostedZoneId } : undefined
  }
  return zones
}

interface ListedZone extends Zone {
  readonly isPrivate: boolean
}

function parseZone({ Id = '', Name = '', Config }: HostedZone): ListedZone {
  return { id: bareId(Id), name: bareName(Name), isPrivate: Config?.PrivateZone ?? false }
}

function isAllowed({ hostedZones }: Pick<Stack, 'hostedZones'>, id: string): boolean {
  return hostedZones.length === 0 || hostedZones.some((allowed) => allowed.id === id)
}

/** Route 53 answers `/hostedzone/Z…`, and takes either. */
function bareId(id: string): string {
  return id.replace(/^\/hostedzone\//, '')
}

function bareName(name: string): string {
  return name.replace(/\.$/, '').toLowerCase()
}
