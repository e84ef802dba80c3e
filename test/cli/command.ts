/** A command as a person runs it: in a process of its own, with files and a temporary directory of its own. */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { onTestFinished, vi } from 'vitest'
import { runIrsa } from '../../cli/irsa/program.ts'
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
    env: {
      PATH: process.env.PATH,
      HOME: home,
      INIT_CWD: home,
      TMPDIR: temporary,
      // Half of the time to start is the compilation of what the command before had compiled.
      NODE_COMPILE_CACHE: join(ROOT, '.local', 'compiled'),
    },
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

export function irsaHere(
  words: readonly string[],
  files?: Readonly<Record<string, unknown>>,
): Promise<Ended> {
  return commandHere(() => runIrsa(words), files)
}

/**
 * A command in this process, which has loaded it once: one after the other. What a process of its own has and this one has not (an
 * environment, a terminal's signals) is for `command` to show.
 */
export async function commandHere(
  run: () => Promise<void>,
  files: Readonly<Record<string, unknown>> = {},
): Promise<Ended> {
  const [home, temporary] = [aDirectory(), aDirectory()]
  for (const [name, content] of Object.entries(files)) aFile(name, content, home)
  const printed = { out: '', err: '' }
  const print = (to: 'out' | 'err', end: string) => (text: unknown) => {
    printed[to] += `${text}${end}`
    return true
  }
  const spies = [
    vi.spyOn(console, 'log').mockImplementation(print('out', '\n')),
    vi.spyOn(console, 'error').mockImplementation(print('err', '\n')),
    vi.spyOn(process.stdout, 'write').mockImplementation(print('out', '')),
    vi.spyOn(process.stderr, 'write').mockImplementation(print('err', '')),
  ]
  const { env, exitCode: before } = process
  process.env = { ...env, HOME: home, INIT_CWD: home, TMPDIR: temporary }
  try {
    await run()
    return { exitCode: Number(process.exitCode ?? 0), ...printed, left: readdirSync(temporary) }
  } finally {
    process.exitCode = before
    process.env = env
    for (const spy of spies) spy.mockRestore()
  }
}

/** Some seconds of work, on a machine that has more to do. */
export const PATIENCE = 180_000
