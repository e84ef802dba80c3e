/** What a command prints: tables for people, one JSON document for programs. */
import type { Command } from 'commander'
import { failureWords, remedyOf } from '../failure.ts'
import type { ConnectionOptions } from './connection.ts'

/** `text` is only made when it is printed. */
export function print(
  { json }: Pick<ConnectionOptions, 'json'>,
  document: unknown,
  text: () => string,
): void {
  console.log(json ? JSON.stringify(document, undefined, 2) : text())
}

/** Columns that are as wide as they must be. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [headings, ...rows]
  const widths = headings.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)))
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** `name   value`, one a line; what is undefined is left out. */
export function fields(values: Readonly<Record<string, string | undefined>>): string {
  const known = Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined)
  const width = Math.max(...known.map(([name]) => name.length))
  return known.map(([name, value]) => `${name.padEnd(width)}  ${indented(value, width + 2)}`).join('\n')
}

function indented(text: string, columns: number): string {
  return text.replaceAll('\n', `\n${' '.repeat(columns)}`)
}

/** `2026-01-31 12:00:00Z`: as logs and AWS's consoles can show it, wherever the reader is. */
export function time(iso: string | undefined): string {
  return iso === undefined ? '' : iso.replace('T', ' ').replace(/(\.\d+)?Z$/, 'Z')
}

export function complain(error: unknown, { json }: Pick<ConnectionOptions, 'json'>): void {
  if (json) console.log(JSON.stringify({ failed: failureOf(error) }, undefined, 2))
  else console.error(failureWords(error))
}

function failureOf(error: unknown): object {
  if (!(error instanceof Error)) return { error: 'Error', message: String(error) }
  return { error: error.name, message: error.message, remedy: remedyOf(error) }
}

/** Below the options in --help. */
export function withExamples(command: Command, ...examples: readonly string[]): Command {
  return command.addHelpText('after', `\nExamples:\n${examples.map((line) => `  ${line}`).join('\n')}`)
}
