/**
 * Bundled in place of `cls-hooked/context` (alias in serverless.yml), by which the X-Ray SDK knows the segment of the code that runs. That
 * one hears of every promise that is made (async_hooks), which takes a tenth of a function's time; Node.js has had its own way since.
 * https://nodejs.org/api/async_context.html#class-asynclocalstorage
 */
import { AsyncLocalStorage } from 'node:async_hooks'

type Context = Record<string, unknown>

export interface Namespace {
  readonly active: Context | undefined
  /** What is set in the active one is seen in it, and not the other way round. */
  readonly createContext: () => Context
  /** For whatever runs in no other: Lambda calls the handler in none, and the SDK enters its own while the module is loaded. */
  readonly enter: (context: Context) => void
  readonly exit: (context: Context) => void
  readonly get: (key: string) => unknown
  /** Throws where there is no context. */
  readonly set: <Value>(key: string, value: Value) => Value
  readonly run: (run: (context: Context) => unknown) => Context
  readonly runAndReturn: <Result>(run: (context: Context) => Result) => Result
  readonly bind: <Given extends readonly unknown[], Result>(
    run: (...given: Given) => Result,
    context?: Context,
  ) => (...given: Given) => Result
  readonly bindEmitter: (emitter: unknown) => void
}

const namespaces = new Map<string, Namespace>()

export function getNamespace(name: string): Namespace | undefined {
  return namespaces.get(name)
}

export function createNamespace(name: string): Namespace {
  const namespace = newNamespace()
  namespaces.set(name, namespace)
  return namespace
}

export function destroyNamespace(name: string): void {
  namespaces.delete(name)
}

function newNamespace(): Namespace {
  const storage = new AsyncLocalStorage<Context>()
  let entered: Context | undefined
  const active = () => storage.getStore() ?? entered
  const createContext = (): Context => Object.create(active() ?? null)
  return {
    get active() {
      return active()
    },
    createContext,
    enter(context) {
      entered = context
    },
    exit() {
      entered = undefined
    },
    get: (key) => active()?.[key],
    set(key, value) {
      const context = active()
      if (context === undefined) throw new Error('No context available.')
      context[key] = value
      return value
    },
    run(run) {
      const context = createContext()
      storage.run(context, run, context)
      return context
    },
    runAndReturn(run) {
      const context = createContext()
      return storage.run(context, run, context)
    },
    bind(run, context = active() ?? createContext()) {
      return (...given) => storage.run(context, run, ...given)
    },
    // Listeners run in the context of whoever added them, or of the emitter: nothing is to be done for it.
    bindEmitter: () => undefined,
  }
}
