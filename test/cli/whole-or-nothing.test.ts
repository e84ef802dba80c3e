import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { removeAbandoned, runWhole } from '../../cli/whole-or-nothing.ts'
import { aDirectory, aFile } from './temporary.ts'

const CLI = join(import.meta.dirname, '..', '..', 'cli')

describe('runWhole', () => {
  test('leaves what was made by a child that ends well', async () => {
    const directory = aDirectory()

    await runWhole(['-e', 'fs.mkdirSync("made")'], { cwd: directory }, [join(directory, 'made')])

    expect(readdirSync(directory)).toEqual(['made'])
  })

  test('removes what was made by a child that fails, and tells what it printed', async () => {
    const directory = aDirectory()
    const script = 'fs.mkdirSync("made"); console.log("out"); console.error("err"); process.exitCode = 3'

    const failed = runWhole(['-e', script], { cwd: directory }, [join(directory, 'made')])

    await expect(failed).rejects.toThrow(/^(out\nerr|err\nout)\n$/)
    expect(readdirSync(directory)).toEqual([])
  })

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)(
    'removes it, with the child and quietly, when the process is ended by %s',
    async (signal, code) => {
      const directory = aDirectory()
      const made = join(directory, 'made')
      const work = 'setInterval(() => fs.mkdirSync("made", { recursive: true }), 20)'
      const script = `
      import { endOnSignals } from ${JSON.stringify(join(CLI, 'endings.ts'))}
      import { runWhole } from ${JSON.stringify(join(CLI, 'whole-or-nothing.ts'))}
      endOnSignals()
      await runWhole(['-e', ${JSON.stringify(work)}], { cwd: ${JSON.stringify(directory)} }, [${JSON.stringify(made)}])`
      const parent = spawn(process.execPath, ['--input-type=module', '-e', script])
      onTestFinished(() => void parent.kill('SIGKILL'))
      let printed = ''
      for (const stream of [parent.stdout, parent.stderr]) stream.on('data', (text) => (printed += text))
      await expect.poll(() => existsSync(made), { timeout: 20_000 }).toBe(true)

      parent.kill(signal)

      expect(await once(parent, 'close')).toEqual([code, null])
      // Long enough for a child that still lives to make it anew.
      await delay(200)
      expect([printed, readdirSync(directory)]).toEqual(['', []])
    },
  )
})

describe('removeAbandoned', () => {
  test('removes what processes have left that no longer live, and nothing else', () => {
    const home = aDirectory()
    const { pid: dead } = spawnSync(process.execPath, ['--version'])
    const kept = [`build.${process.pid}`, 'package-1', `package-2.${process.pid}`, 'notes.txt']
    for (const name of [...kept, `build.${dead}`, `package-3.${dead}`]) mkdirSync(join(home, name))
    aFile('cloudformation.json', {}, join(home, `build.${dead}`))

    removeAbandoned(home)

    expect(readdirSync(home).toSorted()).toEqual(kept.toSorted())
  })

  test('has nothing to do before the first package', () => {
    expect(() => removeAbandoned(join(aDirectory(), 'missing'))).not.toThrow()
  })
})
