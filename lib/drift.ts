/** What is not as it was made, from what was looked at. Pure. */

import type { Inspected } from './inspect-cluster.ts'
import { isRecord } from './is-record.ts'
import { isMendable } from './reconcile.ts'

export interface Drift {
  /** The step's name, or `role shop/cart`. */
  readonly resource: string
  readonly differences: readonly DriftedField[]
  /** Whether the ordinary workflow mends it. */
  readonly isMendable: boolean
}

/** As events and the registry have it: `null` is what is not there. */
export interface DriftedField {
  readonly field: string
  readonly desired: unknown
  readonly observed: unknown
}

/** Undefined: it is as it should be. */
export function driftOf({ resource, inspection }: Inspected): Drift | undefined {
  const differences = differencesIn(inspection)
  if (differences.length === 0) return undefined
  return { resource, differences: differences.map(plain), isMendable: isMendable(inspection) }
}

function differencesIn(inspection: Inspected['inspection']): readonly DriftedField[] {
  switch (inspection.status) {
    case 'absent':
      return [{ field: 'Status', desired: 'ready', observed: absenceWords(inspection.obstacle) }]
    case 'pending':
      return [{ field: 'Status', desired: 'ready', observed: `pending: ${inspection.reason}` }]
    case 'refused':
      return [{ field: 'Status', desired: 'ready', observed: refusalWords(inspection.error) }]
    default:
      return inspection.differences
  }
}

function absenceWords(obstacle: Error | undefined): string {
  return obstacle === undefined ? 'absent' : refusalWords(obstacle)
}

/** Without what is another one every time: the same refusal is told once. */
function refusalWords({ name, message }: Error): string {
  return `${name}: ${message.replaceAll(/ \(request [^)]*\)/g, '')}`
}

function plain({ field, desired, observed }: DriftedField): DriftedField {
  return { field, desired: struckOut(desired), observed: struckOut(observed) }
}

/** By value as JSON has it. A header that CloudFront sends to an origin is as good as a password for it. */
function struckOut(value: unknown): unknown {
  if (value === undefined) return null
  if (Array.isArray(value)) return value.map(struckOut)
  if (!isRecord(value)) return value
  const entries = Object.entries(value).filter(([, member]) => member !== undefined)
  return Object.fromEntries(
    entries.map(([name, member]) => [name, name === 'HeaderValue' ? '(struck out)' : struckOut(member)]),
  )
}
