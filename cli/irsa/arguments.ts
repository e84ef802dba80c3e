/** Values of options and arguments that more than one command takes. Each throws InvalidArgumentError. */
import { InvalidArgumentError, Option } from 'commander'
import type { RoleKey } from '../../lib/registry/roles.ts'
import { STEPS } from '../../lib/steps.ts'

export function sinceOption(which: string): Option {
  return new Option('--since <time>', `${which} in this time, as 30m, 2h or 14d`).argParser(parseSince)
}

export function stepOption(): Option {
  return new Option('--step <step>', 'only what failed at this step').choices(STEPS)
}

/** `2h`, or a time as ISO 8601 has it. */
export function parseSince(text: string): Date {
  const [, amount, unit] = /^(\d+)([mhd])$/.exec(text) ?? []
  const minutes = { m: 1, h: 60, d: 1440 }[unit ?? '']
  const since =
    minutes === undefined ? new Date(text) : new Date(Date.now() - Number(amount) * minutes * 60_000)
  if (Number.isNaN(since.getTime()))
    throw new InvalidArgumentError('Give a time as 30m, 2h, 14d, or 2026-01-31T12:00Z.')
  return since
}

export function parseTime(text: string): Date {
  const time = new Date(text)
  if (Number.isNaN(time.getTime())) throw new InvalidArgumentError('Give a time as in ISO 8601.')
  return time
}

export function parseCount(text: string): number {
  const count = Number(text)
  if (!Number.isInteger(count) || count < 1 || count > 10_000)
    throw new InvalidArgumentError('Give a whole number from 1 to 10000.')
  return count
}

/** `namespace/serviceAccount` */
export function parseRole(text: string): RoleKey {
  const [namespace, serviceAccount, ...rest] = text.split('/')
  if (!namespace || !serviceAccount || rest.length > 0)
    throw new InvalidArgumentError('Give it as <namespace>/<service account>.')
  return { namespace, serviceAccount }
}
