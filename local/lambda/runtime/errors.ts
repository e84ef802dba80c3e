/** A thrown value as Lambda's Node.js runtime reports it. */
import type { FunctionError } from './messages.ts'

export function functionError(thrown: unknown): FunctionError {
  if (!(thrown instanceof Error)) return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] }
  return {
    errorType: thrown.name,
    errorMessage: thrown.message,
    trace: (thrown.stack ?? '').split('\n'),
  }
}

/** For failures that Lambda names itself; the trace is that of `thrown`. */
export function runtimeError(errorType: string, thrown: unknown): FunctionError {
  const { errorMessage, trace = [] } = functionError(thrown)
  const isError = thrown instanceof Error
  return {
    errorType,
    errorMessage: isError ? `${thrown.name}: ${errorMessage}` : errorMessage,
    trace: [`${errorType}: ${errorMessage}`, ...trace.slice(1)],
  }
}
