/** One thread with one function in it, as Lambda's execution environment: it serves invocations one after the other. */
import { Worker } from 'node:worker_threads'
import type { FunctionError, Invocation, Reply, Start } from './runtime/messages.ts'

export interface Sandbox {
  /** Resolves when the function's module is loaded, or with why it could not be. */
  readonly start: () => Promise<FunctionError | undefined>
  /** Never rejects; afterwards the sandbox may be dead. */
  readonly invoke: (invocation: Invocation) => Promise<Outcome>
  readonly alive: () => boolean
  readonly stop: () => Promise<void>
}

export interface Outcome {
  /** JSON: what the handler returned, or the error. */
  readonly payload: string
  readonly failed: boolean
  /** The end of what the function printed. */
  readonly log: string
}

export interface SandboxOptions {
  readonly start: Start
  /** All that the function's `process.env` holds. */
  readonly environment: Readonly<Record<string, string>>
  /** A directory, there or not. */
  readonly compiled: string
  readonly memoryMegabytes: number
  readonly clockOffset: number
  /** Hears of lines in the Embedded Metric Format. */
  readonly onMetrics: (line: string) => void
}

// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html: init is limited to 10 seconds.
const INIT_MILLISECONDS = 10_000

export function createSandbox(options: SandboxOptions): Sandbox {
  const { start, environment, compiled, memoryMegabytes, clockOffset, onMetrics } = options
  const worker = new Worker(new URL('./runtime/main.ts', import.meta.url), {
    workerData: { start, clockOffset },
    // https://nodejs.org/api/module.html#module-compile-cache. The function does not see it: `runtime/main.ts`.
    env: { ...environment, NODE_COMPILE_CACHE: compiled },
    argv: [],
    // Nor does Lambda's Node.js 24 load ES modules with require().
    execArgv: ['--no-experimental-require-module'],
    resourceLimits: { maxOldGenerationSizeMb: memoryMegabytes },
    stdout: true,
    stderr: true,
  })
  let alive = true
  let expecting: (reply: Reply | Death) => void = () => undefined
  let death: Death | undefined

  worker.on('message', (reply: Reply) => {
    if (reply.kind === 'metrics') return onMetrics(reply.line)
    if (reply.kind === 'crash' || reply.kind === 'init-error') alive = false
    expecting(reply)
  })
  worker.on('error', (error) => die(deathBy(error)))
  worker.on('exit', (code) =>
    die({ kind: 'death', errorType: 'Runtime.ExitError', reason: exitReason(code) }),
  )

  function die(cause: Death): void {
    alive = false
    death ??= cause
    expecting(death)
  }

  /** What the thread says next, `undefined` when it says nothing in time: then it is ended. Real time, whatever AWS's. */
  async function next(milliseconds: number): Promise<Reply | Death | undefined> {
    if (death !== undefined) return death
    const { promise, resolve } = Promise.withResolvers<Reply | Death | undefined>()
    const timer = setTimeout(resolve, milliseconds, undefined)
    expecting = resolve
    const reply = await promise
    clearTimeout(timer)
    expecting = () => undefined
    if (reply === undefined) await stop()
    return reply
  }

  async function stop(): Promise<void> {
    alive = false
    await worker.terminate()
  }

  return {
    async start() {
      const reply = await next(INIT_MILLISECONDS)
      if (reply?.kind === 'ready') return undefined
      await stop()
      return startError(reply)
    },
    async invoke(invocation) {
      worker.postMessage(invocation)
      const reply = await next(invocation.timeoutMilliseconds)
      return outcomeOf(reply, invocation)
    },
    alive: () => alive,
    stop,
  }
}

/** The thread ended without a word. */
interface Death {
  readonly kind: 'death'
  readonly errorType: string
  readonly reason: string
}

function deathBy(error: unknown): Death {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ERR_WORKER_OUT_OF_MEMORY')
    return {
      kind: 'death',
      errorType: 'Runtime.OutOfMemory',
      reason: 'Runtime exited with error: signal: killed',
    }
  return {
    kind: 'death',
    errorType: 'Runtime.ExitError',
    reason: `Runtime exited with error: ${String(error)}`,
  }
}

function exitReason(code: number): string {
  return code === 0
    ? 'Runtime exited without providing a reason'
    : `Runtime exited with error: exit status ${code}`
}

function startError(reply: Reply | Death | undefined): FunctionError {
  if (reply === undefined)
    return { errorType: 'Sandbox.Timedout', errorMessage: 'Error: Task timed out after 10.00 seconds' }
  if (reply.kind === 'init-error' || reply.kind === 'crash') return reply.error
  if (reply.kind === 'death') return { errorType: reply.errorType, errorMessage: `Error: ${reply.reason}` }
  throw new Error(`the thread answered ${reply.kind} before it was asked anything`)
}

/** https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html */
function outcomeOf(reply: Reply | Death | undefined, invocation: Invocation): Outcome {
  const { requestId, timeoutMilliseconds } = invocation
  if (reply === undefined) {
    const seconds = (timeoutMilliseconds / 1000).toFixed(2)
    return failure({
      errorType: 'Sandbox.Timedout',
      errorMessage: `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`,
    })
  }
  switch (reply.kind) {
    case 'result':
      return { payload: reply.payload, failed: false, log: reply.log }
    case 'error':
    case 'crash':
      return failure(reply.error, reply.log)
    case 'death':
      return failure({
        errorType: reply.errorType,
        errorMessage: `RequestId: ${requestId} Error: ${reply.reason}`,
      })
    default:
      throw new Error(`the thread answered ${reply.kind} to an invocation`)
  }
}

export function failure(error: FunctionError, log = ''): Outcome {
  return { payload: JSON.stringify(error), failed: true, log }
}
