/** Before what cannot be taken back: the name is typed by a person, or `--yes` was said. */
import { once } from 'node:events'
import { createInterface } from 'node:readline/promises'
import type { Command } from 'commander'
import { UnusableInput } from '../failure.ts'

export interface ConfirmOptions {
  readonly yes?: true
  readonly json?: true
}

/** Rejects with UnusableInput when the name is not typed, and as a command line that is not understood when nobody can be asked. */
export async function confirm(
  what: string,
  name: string,
  { yes, json }: ConfirmOptions,
  self: Command,
): Promise<void> {
  if (yes) return
  if (!process.stdin.isTTY || json) return self.error(`error: ${what}: say --yes if that is meant`)
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    // Ctrl-C and Ctrl-D close the terminal, and that answers no question.
    const closed = once(terminal, 'close').then(() => '')
    const typed = await Promise.race([closed, terminal.question(`${what}. Type ${name} to go on: `)])
    if (typed.trim() !== name) throw new UnusableInput('The name was not typed: nothing was deleted.')
  } finally {
    terminal.close()
  }
}
