/** Files of a test, gone when it is over. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'

export function aDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'irsa-test-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** In a directory of its own unless one is given. Text as it is, everything else as JSON. */
export function aFile(name: string, content: unknown, directory = aDirectory()): string {
  const file = join(directory, name)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
  return file
}
