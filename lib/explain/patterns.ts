/** Texts of policies: wildcards and variables. Pure. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html */

/** Values of condition keys, by key in lower case; a key without values is not there. */
export type ContextValues = ReadonlyMap<string, readonly string[]>

/** One character to be equal to, or a wildcard. */
type Mark = string | typeof ANY | typeof MANY
const ANY = Symbol('?')
const MANY = Symbol('*')

export type Pattern = readonly Mark[]

export function exactly(text: string): Pattern {
  return [...text]
}

/** `*` and `?` as they stand; what stands for itself, or was put in for a variable, is no wildcard. */
export function wildcards(text: string): Pattern {
  return [...text].map((character) => (character === '*' ? MANY : character === '?' ? ANY : character))
}

/** With the variables put in; undefined when one has no single value, which makes the text equal to nothing. */
export function substituted(
  text: string,
  values: ContextValues,
  read: (text: string) => Pattern,
): Pattern | undefined {
  const marks: Mark[] = []
  let rest = text
  for (;;) {
    const [whole, name = '', fallback] = /\$\{([^},]+)(?:,\s*'([^']*)')?\}/.exec(rest) ?? []
    if (whole === undefined) return [...marks, ...read(rest)]
    const value = valueFor(name.trim(), values) ?? fallback
    if (value === undefined) return undefined
    const start = rest.indexOf(whole)
    marks.push(...read(rest.slice(0, start)), ...exactly(value))
    rest = rest.slice(start + whole.length)
  }
}

function valueFor(name: string, values: ContextValues): string | undefined {
  if (name === '*' || name === '?' || name === '$') return name
  const found = values.get(name.toLowerCase())
  return found?.length === 1 ? found[0] : undefined
}

/** Goes back to the last `*` only, which is enough: time is bounded by the product of the lengths. */
export function matches(pattern: Pattern, text: string): boolean {
  const characters = [...text]
  let [at, next] = [0, 0]
  let star: { readonly at: number; next: number } | undefined
  while (next < characters.length) {
    const mark = pattern[at]
    if (mark === MANY) {
      star = { at, next }
      at += 1
    } else if (mark === ANY || (mark !== undefined && mark === characters[next])) {
      at += 1
      next += 1
    } else if (star !== undefined) {
      star.next += 1
      at = star.at + 1
      next = star.next
    } else return false
  }
  return pattern.slice(at).every((mark) => mark === MANY)
}

/** An ARN's six parts match one by one: no wildcard stands for one of the first five colons. */
export function matchesArn(pattern: Pattern, text: string): boolean {
  const [wanted, actual] = [parts([...pattern]), parts([...text])]
  return (
    wanted.length === ARN_PARTS &&
    actual.length === ARN_PARTS &&
    wanted.every((part, index) => matches(part, (actual[index] ?? []).join('')))
  )
}

const ARN_PARTS = 6

function parts<One>(marks: readonly One[]): One[][] {
  const all: One[][] = [[]]
  for (const mark of marks) {
    if (mark === ':' && all.length < ARN_PARTS) all.push([])
    else all.at(-1)?.push(mark)
  }
  return all
}
