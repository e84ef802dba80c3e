/** The command line of `npm start`. */
import { parseArgs } from 'node:util'
import { DEFAULT_SPEED, EXAMPLE_ROLES, fileNamed, parseQuotas, parseSpeed } from '../options.ts'

export interface StartArguments {
  /** Undefined: the example, with a fresh key. */
  readonly eventFile: string | undefined
  readonly rolesFile: string
  readonly signingKeyFile: string | undefined
  readonly json: boolean
  readonly speed: number
  readonly quotas: Readonly<Record<string, number>>
}

export const USAGE = `Usage: npm start -- [options]

Provisions a cluster end to end in an embedded AWS on this machine.

  --event FILE         detail of a Cluster Created event   (default: examples/cluster-created.json with a fresh key)
  --roles FILE         list of role requests               (default: examples/roles.json)
  --signing-key FILE   private key (PEM) whose public key is in --event: with it, tokens are exchanged at STS
  --json               print one JSON document and nothing else
  --speed N            how much faster than AWS's its waits pass (default: ${DEFAULT_SPEED}; 1 is AWS's own pace)
  --quota NAME=VALUE   raise a quota of the embedded AWS, for example iam:roles=10000; may be repeated
  --help               print this`

/** Undefined: help is asked for. Throws TypeError and RangeError in words for the person at the terminal. */
export function parseStartArguments(words: readonly string[]): StartArguments | undefined {
  const { values } = parseArgs({
    args: [...words],
    options: {
      event: { type: 'string' },
      roles: { type: 'string' },
      'signing-key': { type: 'string' },
      json: { type: 'boolean', default: false },
      speed: { type: 'string', default: String(DEFAULT_SPEED) },
      quota: { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return undefined
  const { event, roles, 'signing-key': signingKey } = values
  if (signingKey !== undefined && event === undefined)
    throw new TypeError('--signing-key goes with --event: without one a fresh key is made.')
  return {
    eventFile: event === undefined ? undefined : fileNamed(event),
    rolesFile: roles === undefined ? EXAMPLE_ROLES : fileNamed(roles),
    signingKeyFile: signingKey === undefined ? undefined : fileNamed(signingKey),
    json: values.json,
    speed: parseSpeed(values.speed),
    quotas: parseQuotas(values.quota),
  }
}
