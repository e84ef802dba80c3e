/** What a check says, and of which places. */
import type { ValidatePolicyFindingType } from '@aws-sdk/client-accessanalyzer'
import type { Path } from './locations.ts'

export interface Fault {
  readonly type: ValidatePolicyFindingType
  readonly code: string
  /** As the documentation heads it. */
  readonly title: string
  readonly details: string
}

export type Reporting = (fault: Fault, ...paths: readonly Path[]) => void

/** Each text of an element with its path: one alone stands without an index. */
export function texts(
  element: string,
  value: unknown,
  path: Path,
): { readonly text: string; readonly path: Path }[] {
  return list(value).flatMap((text, index) =>
    typeof text === 'string'
      ? { text, path: Array.isArray(value) ? [...path, element, index] : [...path, element] }
      : [],
  )
}

export function list(value: unknown): readonly unknown[] {
  if (value === undefined) return []
  return Array.isArray(value) ? value : [value]
}
