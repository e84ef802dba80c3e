/**
 * The key set of an issuer over time: what comes in is added, what is listed no longer stays until no token needs it. Pure.
 * A set here is never empty, and no rule but an emergency makes it one without a key that has been public long enough.
 */
import { InvalidInput } from '../errors.ts'
import { jwksDocument, keySetFaults, type PublicJwk } from './jwks.ts'

/** What is published, and since when. */
export interface KeySet {
  readonly keys: readonly PublicJwk[]
  /** Undefined: recorded before there were rotations. */
  readonly keyTimes?: readonly KeyTimes[]
}

export interface KeyTimes {
  readonly kid: string
  /** When it was seen over public HTTPS; undefined until then. */
  readonly firstPublished?: string
  /** The time of the last event that lists it. */
  readonly lastListed?: string
  /** Of one that is listed no longer. */
  readonly retireAfter?: string
}

/**
 * The longest life of a projected token, which the pod identity webhook asks for, and an hour for edges, caches and clocks.
 * For as long a key must have been public before the set relies on it.
 * https://github.com/aws/amazon-eks-pod-identity-webhook (token-expiration), https://kubernetes.io/docs/concepts/security/service-accounts/
 */
export const OVERLAP_HOURS = 25
const OVERLAP_MILLISECONDS = OVERLAP_HOURS * 3_600_000

export interface Listing {
  readonly keys: readonly PublicJwk[]
  /** Of the event. */
  readonly time: string
  /** Not the event's time, which is its sender's word. */
  readonly now: Date
}

/** Nothing is taken away: tokens signed by a key that is no longer listed are still in use. */
export function withListed(known: KeySet, { keys, time, now }: Listing): KeySet {
  const listed = new Set(keys.map(({ kid }) => kid))
  const kids = new Set(known.keys.map(({ kid }) => kid))
  const union = [...known.keys, ...keys.filter(({ kid }) => !kids.has(kid))]
  const retireAfter = new Date(now.getTime() + OVERLAP_MILLISECONDS).toISOString()
  const keyTimes = union.map(({ kid }): KeyTimes => {
    const { retireAfter: before, ...times } = timesOf(known, kid)
    return listed.has(kid) ? { ...times, lastListed: time } : { ...times, retireAfter: before ?? retireAfter }
  })
  return { keys: union, keyTimes }
}

/** In an emergency: what is not listed goes with the next publication, whatever is signed by it. */
export function withOnlyListed(known: KeySet, listing: Listing): KeySet {
  const listed = new Set(listing.keys.map(({ kid }) => kid))
  return cutTo(withListed(known, listing), (kid) => listed.has(kid))
}

/** Keys whose time is over go, if one of those that stay has been public for long enough. Else what was given. */
export function withoutDue<Known extends KeySet>(known: Known, now: Date): Known | KeySet {
  const isDue = (kid: string) => {
    const { retireAfter } = timesOf(known, kid)
    return retireAfter !== undefined && Date.parse(retireAfter) <= now.getTime()
  }
  const left = cutTo(known, (kid) => !isDue(kid))
  const isNone = left.keys.length === known.keys.length
  return isNone || !left.keys.some(({ kid }) => isLongPublic(timesOf(known, kid), now)) ? known : left
}

/** These were seen over public HTTPS. One that was seen before keeps its first time. */
export function withPublished(known: KeySet, kids: readonly string[], now: Date): readonly KeyTimes[] {
  return known.keys.map(({ kid }) => {
    const times = timesOf(known, kid)
    const isNew = times.firstPublished === undefined && kids.includes(kid)
    return isNew ? { ...times, firstPublished: now.toISOString() } : times
  })
}

/** One by one, in the order of the set. */
export function keyTimesOf(known: KeySet): KeyTimes[] {
  return known.keys.map(({ kid }) => timesOf(known, kid))
}

/** `input` is where the keys were. Throws InvalidInput for what cannot be published together with what is. */
export function checkListed(known: KeySet, keys: readonly PublicJwk[], input: string): void {
  const other = keys.find((key) => known.keys.some((one) => one.kid === key.kid && !isSameKey(one, key)))
  if (other !== undefined)
    throw new InvalidInput(`${input}.jwks: the kid ${other.kid} is that of another key, which is published`)
  const kids = new Set(keys.map(({ kid }) => kid))
  const [fault] = keySetFaults([...known.keys.filter(({ kid }) => !kids.has(kid)), ...keys])
  if (fault !== undefined)
    throw new InvalidInput(`${input}: with the keys that are published already the key set ${fault}`)
}

/** By the bytes that are published of it. */
function isSameKey(one: PublicJwk, other: PublicJwk): boolean {
  return jwksDocument([one]) === jwksDocument([other])
}

function isLongPublic({ firstPublished }: KeyTimes, now: Date): boolean {
  return firstPublished !== undefined && Date.parse(firstPublished) + OVERLAP_MILLISECONDS <= now.getTime()
}

function timesOf({ keyTimes = [] }: KeySet, kid: string): KeyTimes {
  return keyTimes.find((times) => times.kid === kid) ?? { kid }
}

function cutTo({ keys, keyTimes = [] }: KeySet, stays: (kid: string) => boolean): KeySet {
  return {
    keys: keys.filter(({ kid }) => stays(kid)),
    keyTimes: keyTimes.filter(({ kid }) => stays(kid)),
  }
}
