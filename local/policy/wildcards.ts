/** Wildcards of policies: `*` stands for any characters, `?` for one. */
import { asWritten, type Piece } from './variables.ts'

/** Actions ignore case; resources and values do not. */
export function matches(pattern: readonly Piece[], text: string, ignoreCase = false): boolean {
  if (pattern.every(({ text, isLiteral }) => isLiteral || !/[*?]/.test(text))) {
    const wanted = pattern.map((piece) => piece.text).join('')
    return ignoreCase ? wanted.toLowerCase() === text.toLowerCase() : wanted === text
  }
  const expression = pattern.map(({ text, isLiteral }) => (isLiteral ? escaped(text) : wildcards(text)))
  return expressionOf(`^${expression.join('')}$`, ignoreCase ? 'is' : 's').test(text)
}

/** Every call is asked for in the same words as those before it, and to compile an expression takes longer than to use it. */
const compiled = new Map<string, RegExp>()
const MOST_COMPILED = 5_000

function expressionOf(source: string, flags: string): RegExp {
  const known = compiled.get(`${flags} ${source}`)
  if (known !== undefined) return known
  if (compiled.size >= MOST_COMPILED) compiled.clear()
  const expression = new RegExp(source, flags)
  compiled.set(`${flags} ${source}`, expression)
  return expression
}

/**
 * Each of an ARN's six parts matches by itself: a wildcard never stands for one of the first five colons.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
 */
export function matchesArn(pattern: readonly Piece[], text: string): boolean {
  const wanted = partsOf(pattern)
  const actual = partsOf([asWritten(text)]).map((pieces) => pieces.map((piece) => piece.text).join(''))
  return (
    wanted.length === ARN_PARTS &&
    actual.length === ARN_PARTS &&
    wanted.every((part, index) => matches(part, actual[index] ?? ''))
  )
}

const ARN_PARTS = 6

/** The last one keeps its colons. */
function partsOf(pattern: readonly Piece[]): readonly (readonly Piece[])[] {
  let part: Piece[] = []
  const parts = [part]
  for (const { text, isLiteral } of pattern) {
    let rest = text
    for (let colon = rest.indexOf(':'); colon >= 0 && parts.length < ARN_PARTS; colon = rest.indexOf(':')) {
      part.push({ text: rest.slice(0, colon), isLiteral })
      part = []
      parts.push(part)
      rest = rest.slice(colon + 1)
    }
    part.push({ text: rest, isLiteral })
  }
  return parts
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

function wildcards(text: string): string {
  return escaped(text).replaceAll('\\*', '.*').replaceAll('\\?', '.')
}
