/** Policy variables: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html */

/** Values of condition keys, by key in lower case. */
export type Values = ReadonlyMap<string, readonly string[]>

/** Part of a text: as the policy has it, where wildcards count, or put in for a variable, where they do not. */
export interface Piece {
  readonly text: string
  readonly isLiteral: boolean
}

/** `${key}`, `${key, 'default'}`, `${*}`, `${?}` and `${$}` put in; undefined when a key has no value, which is equal to nothing. */
export function withVariables(text: string, values: Values): readonly Piece[] | undefined {
  const pieces: Piece[] = []
  let end = 0
  for (const { index, 0: whole, 1: name = '', 2: fallback } of text.matchAll(VARIABLE)) {
    const value = valueFor(name.trim(), fallback, values)
    if (value === undefined) return undefined
    pieces.push(asWritten(text.slice(end, index)), { text: value, isLiteral: true })
    end = index + whole.length
  }
  return [...pieces, asWritten(text.slice(end))]
}

export function asWritten(text: string): Piece {
  return { text, isLiteral: false }
}

const VARIABLE = /\$\{([^},]+)(?:,\s*'([^']*)')?\}/g

function valueFor(name: string, fallback: string | undefined, values: Values): string | undefined {
  if (name === '*' || name === '?' || name === '$') return name
  // A key with several values cannot be a variable.
  const [value, ...others] = values.get(name.toLowerCase()) ?? []
  return others.length === 0 && value !== undefined ? value : fallback
}
