/** What a request may not hold, with its place. */
import { PolicyRefused } from '../errors.ts'
import { invalidField } from '../parse.ts'

/** `field` as `parse` names fields: `role.policies[0].catalogue`. */
export function refusedField(field: string, detail: string): PolicyRefused {
  const { message, faults } = invalidField(field, detail)
  return new PolicyRefused(message, { faults })
}
