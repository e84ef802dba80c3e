/** One line of what the doctor says. */

export interface Check {
  readonly name: CheckName
  /** Which one, where there are several: a role, a quota. */
  readonly about?: string
  /** `unknown`: it cannot be told, for the reason in `words`. */
  readonly outcome: 'ok' | 'wrong' | 'unknown'
  readonly words: string
  /** How to mend it, or how to find out. */
  readonly remedy?: string
}

export type CheckName =
  | 'run'
  | 'dns'
  | 'tls'
  | 'discovery'
  | 'keys'
  | 'cluster-keys'
  | 'certificate'
  | 'provider'
  | 'audiences'
  | 'role'
  | 'quota'

export function ok(name: CheckName, words: string): Check {
  return { name, outcome: 'ok', words }
}

export function wrong(name: CheckName, words: string, remedy: string): Check {
  return { name, outcome: 'wrong', words, remedy }
}

export function untold(name: CheckName, words: string, remedy?: string): Check {
  return { name, outcome: 'unknown', words, ...(remedy !== undefined && { remedy }) }
}
