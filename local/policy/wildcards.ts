/** Wildcards of policies: `*` stands for any characters, `?` for one. */

/** Actions ignore case; resources and values do not. */
export function matches(pattern: string, text: string, ignoreCase = false): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${expression}$`, ignoreCase ? 'is' : 's').test(text)
}

export function matchesAny(patterns: string | readonly string[], text: string, ignoreCase = false): boolean {
  return [patterns].flat().some((pattern) => matches(pattern, text, ignoreCase))
}
