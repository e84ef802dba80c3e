/** What is in an answer that a test goes on with. */

/** Throws unless there is text. */
export function textIn(answer: unknown, ...path: readonly string[]): string {
  const found = path.reduce<unknown>(memberOf, answer)
  if (typeof found !== 'string') throw new TypeError(`no text at ${path.join('.')}`)
  return found
}

/** The member of each item of a list. Throws unless there is a list, of text. */
export function textsIn(answer: unknown, list: string, member: string): string[] {
  const found = memberOf(answer, list)
  if (!Array.isArray(found)) throw new TypeError(`no list at ${list}`)
  return found.map((item) => textIn(item, member))
}

function memberOf(value: unknown, key: string): unknown {
  return value !== null && typeof value === 'object' ? Reflect.get(value, key) : undefined
}
