/** Conditions: their operators and keys. */
import { isOperator } from '../policy/operators.ts'
import type { Fault, Reporting } from './faults.ts'
import type { Path } from './locations.ts'

export function conditionFaults(condition: unknown, path: Path, report: Reporting): void {
  for (const [operator, keys] of entriesOf(condition)) {
    if (!isOperator(operator))
      report(
        error(
          'INVALID_CONDITION_OPERATOR',
          'Invalid condition operator',
          `The condition operator ${operator} is not valid. Use a valid condition operator.`,
        ),
        [...path, operator],
      )
    const seen = new Set<string>()
    for (const [key] of entriesOf(keys)) {
      const place = [...path, operator, key]
      if (seen.has(key.toLowerCase()))
        report(
          error(
            'DUPLICATE_KEYS_WITH_DIFFERENT_CASE',
            'Duplicate keys with different case',
            `The condition key ${key} appears more than once with different capitalization in the same condition block. Remove the duplicate condition keys.`,
          ),
          place,
        )
      seen.add(key.toLowerCase())
      if (!key.includes(':'))
        report(
          error(
            'INVALID_CONDITION_KEY_FORMAT',
            'Invalid condition key format',
            'The condition key format is not valid. Use the format service:keyname.',
          ),
          place,
        )
      if (operator.startsWith('ForAllValues:') && SINGLE_VALUED.test(key)) report(forAllValues(key), place)
    }
  }
}

/** Keys that a request has at most one value of. */
const SINGLE_VALUED =
  /^aws:(PrincipalTag|RequestTag|ResourceTag)\/|^aws:(PrincipalArn|PrincipalAccount|PrincipalOrgID|SourceArn|SourceAccount|SourceIp|SourceVpc|SourceVpce|userid|username)$/i

function forAllValues(key: string): Fault {
  return {
    type: 'SECURITY_WARNING',
    code: 'FORALLVALUES_WITH_SINGLE_VALUED_KEY',
    title: 'ForAllValues with single valued key',
    details: `Using ForAllValues qualifier with the single-valued condition key ${key} can be overly permissive. We recommend that you remove ForAllValues:.`,
  }
}

function error(code: string, title: string, details: string): Fault {
  return { type: 'ERROR', code, title, details }
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : []
}
