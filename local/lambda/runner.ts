/** Runs invocations: a sandbox with the function's code, environment and credentials, and Lambda's own log lines. */
import { randomBytes, randomUUID } from 'node:crypto'
import type { World } from '../world.ts'
import { environmentOf, logNames } from './environment.ts'
import type { LambdaFunction, Revision } from './function.ts'
import type { Logs } from './logs.ts'
import { measureInvocation } from './metrics.ts'
import { roleCredentials } from './role.ts'
import type { FunctionError } from './runtime/messages.ts'
import { createSandbox, failure, type Outcome, type Sandbox } from './sandbox.ts'
import type { Sandboxes } from './sandboxes.ts'

export interface Request {
  readonly onBegin?: (() => void) | undefined
  readonly found: LambdaFunction
  readonly revision: Revision
  readonly invokedArn: string
  readonly requestId: string
  /** JSON. */
  readonly event: string
}

/** Rejects with AwsError when the function's role cannot be assumed; what the function does wrong is its outcome. */
export type Run = (request: Request) => Promise<Outcome>

// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: 6 MB, and what the error message says.
const RESPONSE_BYTES = 6_291_556

export function createRunner(world: World, sandboxes: Sandboxes, logs: Logs): Run {
  return async (request) => {
    const { revision, found } = request
    const make = () => startSandbox(world, logs, found, revision)
    const outcome = await sandboxes.borrow(revision.id, make, (sandbox, failedStart) => {
      request.onBegin?.()
      return invoke(world, logs, sandbox, failedStart, request)
    })
    measureInvocation(world, found, outcome)
    const bytes = Buffer.byteLength(outcome.payload)
    if (bytes <= RESPONSE_BYTES) return outcome
    return failure({
      errorType: 'Function.ResponseSizeTooLarge',
      errorMessage: `Response payload size exceeded maximum allowed payload size (${RESPONSE_BYTES} bytes).`,
    })
  }
}

function startSandbox(world: World, logs: Logs, found: LambdaFunction, revision: Revision): Sandbox {
  const { settings, code, version } = revision
  const credentials = roleCredentials(world, settings.role, found.name)
  const names = logNames(found, revision, world.clock.now(), randomUUID())
  const sandbox = createSandbox({
    start: {
      handler: settings.handler,
      taskRoot: code.directory,
      logFile: logs.file(found.name),
      context: {
        functionName: found.name,
        functionVersion: version,
        memoryLimitInMB: String(settings.memoryMegabytes),
        ...names,
      },
    },
    environment: environmentOf(world, found, revision, credentials, names),
    compiled: code.compiled,
    memoryMegabytes: settings.memoryMegabytes,
    clockOffset: world.clock.offset(),
    onMetrics: (line) => world.metrics().putEmbedded(line, found),
  })
  // The SDK in the function reads its credentials once, so a sandbox lives no longer than they do.
  const lastStart = credentials.expiration.getTime() - settings.timeoutSeconds * 1000
  return { ...sandbox, alive: () => sandbox.alive() && world.clock.now().getTime() < lastStart }
}

async function invoke(
  world: World,
  logs: Logs,
  sandbox: Sandbox,
  failedStart: FunctionError | undefined,
  { found, revision, invokedArn, requestId, event }: Request,
): Promise<Outcome> {
  const start = `START RequestId: ${requestId} Version: ${revision.version}`
  logs.append(found.name, start)
  const started = performance.now()
  const outcome = failedStart
    ? failure(failedStart)
    : await sandbox.invoke({
        requestId,
        invokedFunctionArn: invokedArn,
        event,
        timeoutMilliseconds: revision.settings.timeoutSeconds * 1000,
        traceId: traceId(world.clock.now()),
        clockOffset: world.clock.offset(),
      })
  const milliseconds = (performance.now() - started).toFixed(2)
  const lines = [
    `END RequestId: ${requestId}`,
    `REPORT RequestId: ${requestId}\tDuration: ${milliseconds} ms`,
  ]
  const ended = endedBySandbox(outcome)
  if (ended) lines.unshift(`${world.clock.now().toISOString()} ${requestId} ${ended}`)
  const end = lines.join('\n')
  logs.append(found.name, end)
  return { ...outcome, log: `${start}\n${outcome.log}${end}\n` }
}

/** Not sampled: there is nothing here that collects traces. */
function traceId(now: Date): string {
  const seconds = Math.floor(now.getTime() / 1000).toString(16)
  const root = `1-${seconds}-${randomBytes(12).toString('hex')}`
  return `Root=${root};Parent=${randomBytes(8).toString('hex')};Sampled=0`
}

/** What the function could not print itself. */
function endedBySandbox({ failed, payload }: Outcome): string | undefined {
  if (!failed || !/^\{"errorType":"(Sandbox|Runtime)\./.test(payload)) return undefined
  const { errorType, errorMessage }: { errorType: string; errorMessage: string } = JSON.parse(payload)
  const message = errorMessage.replace(/^RequestId: \S+ Error: /, '')
  return errorType === 'Sandbox.Timedout' ? message : `${message} ${errorType}`
}
