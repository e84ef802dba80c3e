/** `npm run local`: the embedded AWS with the stack deployed, until it is interrupted. */
import { parseArgs } from 'node:util'
import { partitionOf } from '../lib/aws/partitions.ts'
import { endOnSignals, endWhenUnread, interruption } from './endings.ts'
import { failureWords } from './failure.ts'
import { readJsonFile } from './json-file.ts'
import { localEnvironment } from './local-environment.ts'
import { createHostedZone, startLocalStack } from './local-stack.ts'
import { DEFAULT_SPEED, EXAMPLE_EVENT, parseQuotas, parseSpeed, understood } from './options.ts'
import { packageStack, REGION } from './package-stack.ts'

const USAGE = `Usage: npm run local -- [options]

Starts the embedded AWS on 127.0.0.1, with the stack deployed and a hosted zone for the example's domain. Ctrl-C ends it.

  --region REGION      where the stack is, in whichever partition   (default: ${REGION})
  --port N             port to listen on                           (default: 4566)
  --speed N            how much faster than AWS's its waits pass   (default: ${DEFAULT_SPEED}; 1 is AWS's own pace)
  --quota NAME=VALUE   raise a quota, for example iam:roles=10000; may be repeated
  --require-auth       refuse calls of the API that are not signed; else they are the administrator's
  --help               print this`

endWhenUnread()
process.exitCode = await main(process.argv.slice(2))

/** 0: it was interrupted, or help was asked for. 1: it could not start. 2: the command line was not understood. 130 and 143: it was interrupted before it was ready. */
async function main(words: readonly string[]): Promise<number> {
  const given = understood(() => parseLocalArguments(words), USAGE)
  if ('exitCode' in given) return given.exitCode
  try {
    const stay = endOnSignals()
    const { aws, stop } = await startLocalStack(await packageStack(), given)
    try {
      Object.assign(process.env, localEnvironment(aws.endpoint, given.region))
      await createHostedZone(exampleDomain(), given.region)
      const interrupted = interruption()
      stay()
      console.log(`ready ${aws.endpoint}`)
      await interrupted
      return 0
    } finally {
      await stop()
    }
  } catch (error) {
    console.error(wordsOf(error, given.port))
    return 1
  }
}

function wordsOf(error: unknown, port: number): string {
  const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
  return isTaken ? `Port ${port} is taken: choose another one with --port.` : failureWords(error)
}

interface LocalArguments {
  readonly region: string
  readonly port: number
  readonly speed: number
  readonly quotas: Readonly<Record<string, number>>
  readonly requireAuth: boolean
}

function parseLocalArguments(words: readonly string[]): LocalArguments | undefined {
  const { values } = parseArgs({
    args: [...words],
    options: {
      region: { type: 'string', default: REGION },
      port: { type: 'string', default: '4566' },
      speed: { type: 'string', default: String(DEFAULT_SPEED) },
      quota: { type: 'string', multiple: true, default: [] },
      'require-auth': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return undefined
  return {
    region: parseRegion(values.region),
    port: parsePort(values.port),
    speed: parseSpeed(values.speed),
    quotas: parseQuotas(values.quota),
    requireAuth: values['require-auth'],
  }
}

/** Throws InvalidInput. */
function parseRegion(region: string): string {
  partitionOf(region)
  return region
}

function parsePort(text: string): number {
  const port = Number(text)
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw new RangeError(`--port must be from 0 (any free one) to 65535, not ${text}.`)
}

function exampleDomain(): string {
  const { baseDomain } = readJsonFile(EXAMPLE_EVENT) as { readonly baseDomain: string }
  return baseDomain
}
