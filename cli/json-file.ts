/** Files that a person names. */
import { readFileSync } from 'node:fs'
import { UnusableInput } from './failure.ts'

/** Throws UnusableInput. */
export function readJsonFile(file: string): unknown {
  const text = readTextFile(file)
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new UnusableInput(`${file} is not JSON: ${wordsOf(cause)}`, { cause })
  }
}

/** UTF-8, without the byte order mark that some editors begin it with. Throws UnusableInput. */
export function readTextFile(file: string): string {
  try {
    return new TextDecoder().decode(readFileSync(file))
  } catch (cause) {
    throw new UnusableInput(`${file} cannot be read: ${wordsOf(cause)}`, { cause })
  }
}

function wordsOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
