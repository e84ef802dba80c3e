/** What went wrong, for the person at the terminal. */

/** What was given cannot be used: the person's own mistake, which needs no class name to be understood. */
export class UnusableInput extends Error {
  override readonly name = 'UnusableInput'
}

/** With the remedy, where the error knows one. */
export function failureWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const words = error instanceof UnusableInput ? error.message : `${error.name}: ${error.message}`
  const remedy = remedyOf(error)
  return remedy === undefined ? words : `${words.trimEnd()}\n  ${remedy}`
}

export function remedyOf(error: object): string | undefined {
  return 'remedy' in error && typeof error.remedy === 'string' ? error.remedy : undefined
}
