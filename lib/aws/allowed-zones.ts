/** Which hosted zones a cluster may be in, as the stack's parameter says: no call, and nothing of zones that others may use. */
import type { AllowedZone, Stack } from './stack.ts'

type Zones = Pick<Stack, 'hostedZones'>

const EVERY_ZONE: AllowedZone = {}

/** Those of the parameter, for everything that was made in any of them. */
export function allowedZones({ hostedZones }: Zones): readonly AllowedZone[] {
  return hostedZones.length === 0 ? [EVERY_ZONE] : hostedZones
}

/** Those that clusters of the account may be in. */
export function zonesUsedBy(stack: Zones, accountId: string): readonly AllowedZone[] {
  return allowedZones(stack).filter(({ usedBy }) => usedBy === undefined || usedBy.includes(accountId))
}

/** Whether a zone of this entry may be called `zoneName`. */
export function mayBeCalled({ name }: AllowedZone, zoneName: string): boolean {
  return name === undefined || name === zoneName
}

/** Whether a zone of this entry may have the domain in it. */
export function mayCover({ name }: AllowedZone, domainName: string): boolean {
  return name === undefined || domainName === name || domainName.endsWith(`.${name}`)
}
