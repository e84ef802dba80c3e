/** Work that nobody waits for. */

/**
 * Lets the work go on by itself. What goes wrong in it unexpectedly is a fault of local mode's own: it is told on
 * stderr, and never ends the process, whose state is all that the user has made.
 */
export function inBackground(name: string, work: Promise<unknown>): void {
  work.catch((error: unknown) => warnOfFault(name, error))
}

export function warnOfFault(name: string, error: unknown): void {
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.emitWarning(`Local mode failed: ${name}`, { type: 'LocalModeFault', detail })
}
