/** Finds what `Handler` names, as Lambda's Node.js runtime does: a module and a function that it exports. */
import { existsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { functionError, runtimeError } from './errors.ts'
import type { FunctionError } from './messages.ts'

export type Handler = (event: unknown, context: object) => unknown

/** Why a function cannot start. */
export class InitError extends Error {
  override readonly name = 'InitError'
  readonly reported: FunctionError

  constructor(reported: FunctionError, options?: ErrorOptions) {
    super(reported.errorMessage, options)
    this.reported = reported
  }
}

/** Throws InitError. */
export async function loadHandler(taskRoot: string, handler: string): Promise<Handler> {
  const [, name, path] = /^([^.]+)\.(.+)$/.exec(basename(handler)) ?? []
  if (!name || !path) throw refused('Runtime.MalformedHandlerName', 'Bad handler')
  const module = join(dirname(handler), name)
  const found = path.split('.').reduce(memberOf, await importModule(taskRoot, module))
  if (found === undefined) throw refused('Runtime.HandlerNotFound', `${handler} is undefined or not exported`)
  if (!isHandler(found)) throw refused('Runtime.HandlerNotFound', `${handler} is not a function`)
  // https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html: no callbacks from Node.js 24 on.
  if (found.length >= 3)
    throw refused(
      'Runtime.CallbackHandlerDeprecated',
      'AWS Lambda has no callback-based function handlers from Node.js 24 on. Make the handler async.',
    )
  return found
}

async function importModule(taskRoot: string, module: string): Promise<unknown> {
  const file = ['.js', '.mjs', '.cjs']
    .map((extension) => join(taskRoot, `${module}${extension}`))
    .find((path) => existsSync(path))
  if (file === undefined)
    throw refused('Runtime.ImportModuleError', `Error: Cannot find module '${basename(module)}'`)
  try {
    return await import(pathToFileURL(file).href)
  } catch (error) {
    throw new InitError(importError(error), { cause: error })
  }
}

function importError(error: unknown): FunctionError {
  if (error instanceof SyntaxError) return runtimeError('Runtime.UserCodeSyntaxError', error)
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND')
    return runtimeError('Runtime.ImportModuleError', error)
  return functionError(error)
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

function isHandler(value: unknown): value is Handler {
  return typeof value === 'function'
}

function refused(errorType: string, errorMessage: string): InitError {
  return new InitError({ errorType, errorMessage, trace: [`${errorType}: ${errorMessage}`] })
}
