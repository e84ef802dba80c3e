/** How a command ends before its work is done: through `exit`, whose listeners remove what is unfinished. */
import { constants } from 'node:os'

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/** At once, until the function that it gives is called. */
export function endOnSignals(): () => void {
  const ends = SIGNALS.map((signal) => {
    const end = () => process.exit(exitCodeOf(signal))
    // Not once: npm passes on a Ctrl-C that the terminal has sent already.
    process.on(signal, end)
    return () => void process.off(signal, end)
  })
  return () => {
    for (const off of ends) off()
  }
}

/** Resolves at the first signal. Who asks again does not want to wait for what is then stopped. */
export function interruption(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  let first: number | undefined
  for (const signal of SIGNALS)
    process.on(signal, () => {
      first ??= performance.now()
      resolve()
      if (performance.now() - first > SAME_MILLISECONDS) process.exit(exitCodeOf(signal))
    })
  return promise
}

/** One Ctrl-C comes twice, from the terminal and from npm. */
const SAME_MILLISECONDS = 500

/** Quietly when nobody reads on, as in `npm start | head`. */
export function endWhenUnread(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
      process.exit(exitCodeOf('SIGPIPE'))
    })
}

/** As a shell tells it. */
function exitCodeOf(signal: 'SIGINT' | 'SIGTERM' | 'SIGPIPE'): number {
  return 128 + constants.signals[signal]
}
