/** What the commands have in common on their command lines. */
import { join, resolve } from 'node:path'
import { createQuotas, parseQuota } from '../local/quotas.ts'

const ROOT = join(import.meta.dirname, '..')
export const EXAMPLE_EVENT = join(ROOT, 'examples', 'cluster-created.json')
export const EXAMPLE_ROLES = join(ROOT, 'examples', 'roles.json')

/** Far from AWS's minutes, and slow enough to watch. */
export const DEFAULT_SPEED = 200

/** Throws RangeError. */
export function parseSpeed(text: string): number {
  const speed = Number(text)
  if (!(speed >= 1 && speed <= 100_000))
    throw new RangeError(`--speed must be from 1 to 100000, not ${text}.`)
  return speed
}

/** `['iam:roles=10000']`. Throws RangeError. */
export function parseQuotas(texts: readonly string[]): Readonly<Record<string, number>> {
  const given = texts.map(parseQuota)
  // Tried here, so that a mistake is told before anything is packaged and started.
  const quotas = createQuotas()
  for (const [name, value] of given) quotas.raise(name, value)
  return Object.fromEntries(given)
}

/** From where the person stands: npm itself goes to the package's root. */
export function fileNamed(path: string): string {
  return resolve(process.env.INIT_CWD ?? process.cwd(), path)
}

/** Throws what `parse` throws, but for exit code 2 and the usage: the command line was not understood. */
export function understood<Arguments>(
  parse: () => Arguments | undefined,
  usage: string,
): Arguments | { readonly exitCode: number } {
  try {
    const given = parse()
    if (given !== undefined) return given
    console.log(usage)
    return { exitCode: 0 }
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${usage}`)
    return { exitCode: 2 }
  }
}
