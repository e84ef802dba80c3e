/** Work of a child process that is of use only when it is whole. */
import { type SpawnOptions, spawn } from 'node:child_process'
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Runs Node. `unfinished` is removed unless it ends well, and with the child when this process ends before. Rejects with
 * an error whose message is what it printed.
 */
export async function runWhole(
  words: readonly string[],
  options: Pick<SpawnOptions, 'cwd' | 'env'>,
  unfinished: readonly string[],
): Promise<void> {
  // In a group of its own: the terminal's Ctrl-C is for this process, which ends the child and whatever that has started.
  const child = spawn(process.execPath, words, {
    ...options,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let printed = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text
    })
  child.on('error', reject)
  child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(printed))))
  const abandon = () => {
    endGroup(child.pid)
    remove(unfinished)
  }
  process.once('exit', abandon)
  try {
    await promise
  } catch (error) {
    remove(unfinished)
    throw error
  } finally {
    process.off('exit', abandon)
  }
}

function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}

/** What is being ended may still write for a moment. */
function remove(paths: readonly string[]): void {
  for (const path of paths) rmSync(path, { recursive: true, force: true, maxRetries: 5 })
}

/** What processes that were killed have left below `home`, in names that end in their id: `build.4711`. */
export function removeAbandoned(home: string): void {
  if (!existsSync(home)) return
  const abandoned = readdirSync(home).filter((name) => {
    const [, pid] = /\.(\d+)$/.exec(name) ?? []
    return pid !== undefined && !isAlive(Number(pid))
  })
  remove(abandoned.map((name) => join(home, name)))
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // EPERM: it is somebody else's.
    return error instanceof Error && 'code' in error && error.code !== 'ESRCH'
  }
}
