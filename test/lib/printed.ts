/** What a handler prints: a line of JSON each, to where Lambda takes it from. */
import { vi } from 'vitest'

export type Line = Readonly<Record<string, unknown>>

/** From now on to the end of the test nothing is shown any more. */
export function printed() {
  const chunks: string[] = []
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      chunks.push(String(chunk))
      return true
    })
  const text = () => chunks.join('')
  const lines = () =>
    text()
      .split('\n')
      .filter((line) => line !== '')
      .map((line): Line => JSON.parse(line))
  return {
    text,
    /** Of the log. */
    logged: () => lines().filter((line) => !('_aws' in line)),
    /** In the embedded metric format. */
    measured: () => lines().filter((line) => '_aws' in line),
  }
}
