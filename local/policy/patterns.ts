/** Patterns compared with patterns: `*` is any text, also none; `?` one character. Policies that are not asked about a request are compared so. */

/** Whether some text matches both. */
export function meets(one: string, other: string): boolean {
  return walk(one, other, (mine, its) => mine === its || mine === '?' || its === '?', true)
}

/** Whether whatever `narrow` matches is matched by `wide`. Never wrongly true. */
export function includes(wide: string, narrow: string): boolean {
  return walk(wide, narrow, (mine, its) => its !== '*' && (mine === its || mine === '?'), false)
}

/** `isMutual`: a `*` of the second pattern stands for any text too; else it is a character that only `*` matches. */
function walk(
  one: string,
  other: string,
  isSame: (mine: string, its: string) => boolean,
  isMutual: boolean,
): boolean {
  let reached = new Set([0])
  const spread = (from: ReadonlySet<number>, at: number) => {
    const all = new Set(from)
    for (let position = 0; position < other.length; position++)
      if (all.has(position) && (one[at] === '*' || (isMutual && other[position] === '*')))
        all.add(position + 1)
    return all
  }
  reached = spread(reached, 0)
  for (let at = 0; at < one.length; at++) {
    const next = new Set<number>()
    for (const position of reached) {
      const its = other[position]
      if (one[at] === '*') next.add(position)
      else if (its === undefined) continue
      else if (isMutual && its === '*') next.add(position)
      else if (isSame(one[at] ?? '', its)) next.add(position + 1)
    }
    reached = spread(next, at + 1)
  }
  return reached.has(other.length)
}
