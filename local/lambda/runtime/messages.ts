/** What the embedded Lambda and the thread that runs a function say to each other. */

/** Given once, when the thread starts; the environment is the thread's own. */
export interface Start {
  /** `functions/work.handler`: a module below `taskRoot` and what it exports. */
  readonly handler: string
  readonly taskRoot: string
  readonly logFile: string
  readonly context: FunctionContext
}

/** The part of the handler's context that stays the same: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html */
export interface FunctionContext {
  readonly functionName: string
  readonly functionVersion: string
  readonly memoryLimitInMB: string
  readonly logGroupName: string
  readonly logStreamName: string
}

export interface Invocation {
  readonly requestId: string
  readonly invokedFunctionArn: string
  /** JSON. */
  readonly event: string
  readonly timeoutMilliseconds: number
  readonly traceId: string
  /** Milliseconds by which AWS's date is ahead of the real one. */
  readonly clockOffset: number
}

export type Reply =
  | { readonly kind: 'ready' }
  /** Printed; not the end of anything. */
  | { readonly kind: 'metrics'; readonly line: string }
  /** The module could not be loaded; the thread ends. */
  | { readonly kind: 'init-error'; readonly error: FunctionError }
  /** `payload` is JSON; `log` is the end of what the invocation wrote. */
  | { readonly kind: 'result'; readonly payload: string; readonly log: string }
  /** The handler threw. */
  | { readonly kind: 'error'; readonly error: FunctionError; readonly log: string }
  /** Something threw outside of the handler's promise; the thread ends. */
  | { readonly kind: 'crash'; readonly error: FunctionError; readonly log: string }

/** As Lambda answers it: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html */
export interface FunctionError {
  readonly errorType: string
  readonly errorMessage: string
  readonly trace?: readonly string[]
}
