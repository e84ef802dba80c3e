/**
 * Everything the function prints goes to its log file, at once: what was printed before an endless loop, an exit or
 * a crash is in the log.
 */
import { openSync, writeSync } from 'node:fs'
import { format } from 'node:util'

export interface Output {
  /** From here on, lines of `console` carry this request's id. */
  readonly begin: (requestId: string) => void
  readonly write: (text: string) => void
  /** The end of what was printed since `begin`. */
  readonly tail: () => string
}

// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html: LogResult is the last 4 KB.
const TAIL_BYTES = 4096

/** Takes over `process.stdout`, `process.stderr` and the methods of `console` that print. `onMetrics` hears of lines that may be metrics. */
export function redirectOutput(logFile: string, onMetrics: (line: string) => void): Output {
  const file = openSync(logFile, 'a')
  let request = 'undefined'
  let printed = ''

  function write(text: string): void {
    writeSync(file, text)
    for (const line of text.split('\n')) if (line.startsWith('{"_aws":')) onMetrics(line)
    printed = (printed + text).slice(-TAIL_BYTES)
  }

  takeOver(process.stdout, write)
  takeOver(process.stderr, write)
  for (const [method, level] of consoleLevels) {
    console[method] = (...values: unknown[]) => {
      const line = format(...values).replaceAll('\n', '\r')
      write(`${new Date().toISOString()}\t${request}\t${level}\t${line}\n`)
    }
  }
  return {
    begin(requestId) {
      request = requestId
      printed = ''
    },
    write,
    tail: () => Buffer.from(printed).subarray(-TAIL_BYTES).toString(),
  }
}

const consoleLevels = [
  ['trace', 'TRACE'],
  ['debug', 'DEBUG'],
  ['log', 'INFO'],
  ['info', 'INFO'],
  ['warn', 'WARN'],
  ['error', 'ERROR'],
] as const

function takeOver(stream: NodeJS.WriteStream, write: (text: string) => void): void {
  stream.write = (chunk: Uint8Array | string, ...rest: unknown[]) => {
    write(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString())
    const written = rest.at(-1)
    if (typeof written === 'function') queueMicrotask(() => written())
    return true
  }
}
