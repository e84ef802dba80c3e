import { readFileSync } from 'node:fs'

/** Throws TypeError in words for the person at the terminal. */
export function readJsonFile(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    const why = cause instanceof SyntaxError ? 'is not JSON' : 'cannot be read'
    throw new TypeError(`${file} ${why}: ${cause instanceof Error ? cause.message : cause}`, { cause })
  }
}
