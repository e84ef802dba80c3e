/** A command as a person runs it: in a process of its own, with files and a temporary directory of its own. */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { onTestFinished } from 'vitest'
import { ROOT } from '../workflow-files.ts'
import { aDirectory, aFile } from './temporary.ts'

export interface Ended {
  readonly exitCode: number | null
  readonly out: string
  readonly err: string
  /** What it left in the temporary directory. */
  readonly left: readonly string[]
}

export interface Command {
  readonly process: ChildProcessByStdio<null, Readable, Readable>
  /** What it has printed so far. */
  readonly out: () => string
  /** Resolves when there is a first line, or never will be. */
  readonly firstLine: Promise<void>
  readonly ended: Promise<Ended>
}

/** `files` are where the person stands. It is gone when the test is over, whatever happened. */
export function command(
  script: string,
  words: readonly string[],
  files: Readonly<Record<string, unknown>> = {},
): Command {
  const [home, temporary] = [aDirectory(), aDirectory()]
  for (const [name, content] of Object.entries(files)) aFile(name, content, home)
  const child = spawn(process.execPath, [join('cli', script), ...words], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, HOME: home, INIT_CWD: home, TMPDIR: temporary },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const printed = { out: '', err: '' }
  const firstLine = Promise.withResolvers<void>()
  child.stdout.setEncoding('utf8').on('data', (text) => {
    printed.out += text
    if (printed.out.includes('\n')) firstLine.resolve()
  })
  child.stderr.setEncoding('utf8').on('data', (text) => {
    printed.err += text
  })
  const { promise, resolve, reject } = Promise.withResolvers<Ended>()
  child.on('error', reject)
  child.on('close', (exitCode) => {
    firstLine.resolve()
    resolve({ exitCode, ...printed, left: readdirSync(temporary) })
  })
  return { process: child, out: () => printed.out, firstLine: firstLine.promise, ended: promise }
}

/** Some seconds of work, on a machine that has more to do. */
export const PATIENCE = 180_000
