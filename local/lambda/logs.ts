/** One log file for each function, in place of its log group. */
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Logs {
  readonly file: (functionName: string) => string
  readonly append: (functionName: string, line: string) => void
  /** '' if the function never ran. */
  readonly read: (functionName: string) => string
}

/** In `<directory>/logs`. */
export function createLogs(directory: string): Logs {
  const home = join(directory, 'logs')
  mkdirSync(home, { recursive: true })
  const file = (functionName: string) => join(home, `${functionName}.log`)
  return {
    file,
    append: (functionName, line) => appendFileSync(file(functionName), `${line}\n`),
    read: (functionName) => (existsSync(file(functionName)) ? readFileSync(file(functionName), 'utf8') : ''),
  }
}
