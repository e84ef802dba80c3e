/** The thread that runs one function, one invocation at a time: what Lambda's Node.js runtime is to a bundle. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { moveDate } from './date.ts'
import { functionError, runtimeError } from './errors.ts'
import { type Handler, InitError, loadHandler } from './handler.ts'
import type { FunctionError, Invocation, Reply, Start } from './messages.ts'
import { redirectOutput } from './output.ts'

if (parentPort === null) throw new Error('this module runs in a worker thread only')
delete process.env.NODE_COMPILE_CACHE
await run(parentPort, workerData)

interface StartData {
  readonly start: Start
  readonly clockOffset: number
}

async function run(port: MessagePort, { start, clockOffset }: StartData): Promise<void> {
  const date = moveDate()
  date.move(clockOffset)
  const reply = (message: Reply) => port.postMessage(message)
  const output = redirectOutput(start.logFile, (line) => reply({ kind: 'metrics', line }))

  function crash(error: FunctionError): void {
    output.write(`${JSON.stringify(error)}\n`)
    reply({ kind: 'crash', error, log: output.tail() })
    process.exit(129)
  }
  process.on('uncaughtException', (error) => crash(functionError(error)))
  process.on('unhandledRejection', (reason) =>
    crash(runtimeError('Runtime.UnhandledPromiseRejection', reason)),
  )

  const handler = await load(start, reply)
  if (handler === undefined) return
  port.on('message', async (invocation: Invocation) => {
    date.move(invocation.clockOffset)
    output.begin(invocation.requestId)
    process.env._X_AMZN_TRACE_ID = invocation.traceId
    try {
      const result = await handler(JSON.parse(invocation.event), contextOf(start, invocation))
      reply({ kind: 'result', payload: stringify(result), log: output.tail() })
    } catch (thrown) {
      const error = functionError(thrown)
      console.error('Invoke Error', JSON.stringify(error))
      reply({ kind: 'error', error, log: output.tail() })
    }
  })
  reply({ kind: 'ready' })
}

async function load(start: Start, reply: (message: Reply) => void): Promise<Handler | undefined> {
  try {
    return await loadHandler(start.taskRoot, start.handler)
  } catch (thrown) {
    const error = thrown instanceof InitError ? thrown.reported : functionError(thrown)
    console.error('Uncaught Exception', JSON.stringify(error))
    reply({ kind: 'init-error', error })
    return undefined
  }
}

/** https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html */
function contextOf({ context }: Start, invocation: Invocation): object {
  const deadline = performance.now() + invocation.timeoutMilliseconds
  return {
    ...context,
    callbackWaitsForEmptyEventLoop: true,
    awsRequestId: invocation.requestId,
    invokedFunctionArn: invocation.invokedFunctionArn,
    getRemainingTimeInMillis: () => Math.max(0, Math.round(deadline - performance.now())),
  }
}

function stringify(result: unknown): string {
  try {
    return JSON.stringify(result) ?? 'null'
  } catch (error) {
    throw new Error('Unable to stringify response body', { cause: error })
  }
}
