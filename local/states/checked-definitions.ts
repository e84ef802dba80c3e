/**
 * Texts of definitions that asl-validator has nothing against. It compiles its own schemas at every call, which takes a quarter of the time in which a
 * stack starts; who starts the same stack again need not wait for it.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import validator from 'asl-validator/package.json' with { type: 'json' }

export interface CheckedDefinitions {
  readonly has: (text: string) => boolean
  readonly add: (text: string) => void
}

/** For this process's life (`known`), and in the directory, there or not, which several may share. */
export function checkedDefinitions(directory?: string, known = ofThisProcess): CheckedDefinitions {
  const fileOf = (text: string) =>
    directory && join(directory, createHash('sha256').update(`${validator.version} ${text}`).digest('hex'))
  return {
    has(text) {
      if (known.has(text)) return true
      const file = fileOf(text)
      return file !== undefined && existsSync(file)
    },
    add(text) {
      known.add(text)
      const file = fileOf(text)
      if (directory === undefined || file === undefined) return
      mkdirSync(directory, { recursive: true })
      writeFileSync(file, '')
    },
  }
}

const ofThisProcess = new Set<string>()
