/**
 * IAM's wildcards: `*` is any text, also none; `?` one character. Patterns are compared with patterns, since a request brings
 * them too: `iam:Pass*` must be seen to allow `iam:PassRole`. Never more steps than one's length times the
 * other's, whatever the wildcards.
 */

/** Whether some text matches both. Exact. */
export function overlaps(one: string, other: string): boolean {
  return meet(one, other, { isPattern: true })
}

/**
 * Whether every text that `narrow` matches is matched by `wide` too. Never wrongly true; false for some pairs that only an
 * enumeration would find, like `?*` and `*a`.
 */
export function covers(wide: string, narrow: string): boolean {
  return meet(wide, narrow, { isPattern: false })
}

/**
 * Whether some action matches both: of services and of names, which never hold a colon. Without regard to case:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
 */
export function actionsOverlap(one: string, other: string): boolean {
  return byParts(overlaps, one, other)
}

export function actionCovers(wide: string, narrow: string): boolean {
  return byParts(covers, wide, narrow)
}

function byParts(compare: typeof overlaps, one: string, other: string): boolean {
  const [service, name] = actionParts(one)
  const [otherService, otherName] = actionParts(other)
  return compare(service, otherService) && compare(name, otherName)
}

/** `*` alone is every action of every service. */
function actionParts(action: string): readonly [service: string, name: string] {
  const [service = '', name = '*'] = action.toLowerCase().split(':')
  return [service, name]
}

/** A policy variable, `${aws:userid}`, may stand for any text. */
export function withoutVariables(resource: string): string {
  return resource.replaceAll(/\$\{[^}]*\}/g, '*')
}

export function hasWildcard(pattern: string): boolean {
  return /[*?]/.test(pattern)
}

/**
 * Walks `one` from left to right and keeps the places in `other` that the same text can lead to; looks no further than they can
 * reach. If `other` is no pattern, its wildcards are symbols: a `*` of `one` takes in any, a `?` one that is no `*`.
 */
function meet(one: string, other: string, { isPattern }: { readonly isPattern: boolean }): boolean {
  const isStar = (at: number) => isPattern && other[at] === '*'
  let reached: readonly boolean[] = []
  for (let i = 0; i <= one.length; i++) {
    const row: boolean[] = []
    const first = Math.max(reached.indexOf(true), 0)
    for (let j = first; j <= other.length && (j <= reached.length || row[j - 1] === true); j++)
      row[j] =
        (i === 0 && j === 0) ||
        (reached[j] === true && (one[i - 1] === '*' || isStar(j))) ||
        (row[j - 1] === true && (one[i] === '*' || isStar(j - 1))) ||
        (reached[j - 1] === true && isSame(one[i - 1], other[j - 1], isPattern))
    if (!row.includes(true)) return false
    reached = row.slice(0, row.lastIndexOf(true) + 1)
  }
  return reached[other.length] === true
}

function isSame(one: string | undefined, other: string | undefined, isPattern: boolean): boolean {
  if (one === '*' || other === '*') return false
  return one === other || one === '?' || (isPattern && other === '?')
}
