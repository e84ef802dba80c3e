/** The one way into the services, from the wire and between them: faults, rates, IAM's answer, the operation, the log. */
import type { CallLog } from './calls.ts'
import type { Clock } from './clock.ts'
import { AwsError, NotInLocalMode } from './errors.ts'
import type { Faults } from './faults.ts'
import { inWordsOf } from './refusals.ts'
import type { Ask, Call, Operation, Service } from './service.ts'
import type { Throttle } from './throttle.ts'
import type { World } from './world.ts'

export interface DispatchOptions {
  readonly clock: Clock
  /** By name; may be filled after the dispatch is made, since the services themselves need it. */
  readonly services: ReadonlyMap<string, Service>
  readonly faults: Faults
  readonly throttle: Throttle
  /** Throws AccessDenied. */
  readonly authorize: (call: Call, asks: readonly Ask[], service: string) => void
  readonly calls: CallLog
}

/** Rejects with AwsError only: what a service throws besides is InternalFailure, as at AWS. */
export function createDispatch(options: DispatchOptions): World['dispatch'] {
  const { clock, services, calls } = options
  return async <Output>(service: string, operation: string, input: object, call: Call) => {
    const time = clock.now()
    const { account, arn: principal } = call.principal
    const record = (error: AwsError | undefined) =>
      calls.record({ time, service, operation, account, region: call.region, principal, input, error })
    try {
      const output = await run(options, find(services, service, operation), {
        service,
        operation,
        input,
        call,
      })
      record(undefined)
      // The map of operations has lost their types; the caller knows which operation it named.
      return output as Output
    } catch (thrown) {
      const error = inWordsOf(service, thrown instanceof AwsError ? thrown : internalFailure(thrown))
      record(error)
      throw error
    }
  }
}

function find(
  services: ReadonlyMap<string, Service>,
  service: string,
  operation: string,
): Operation<never, unknown> {
  const operations = services.get(service)?.operations ?? {}
  const found = Object.hasOwn(operations, operation) ? operations[operation] : undefined
  if (!found) throw new NotInLocalMode(`${service} ${operation}`)
  return found
}

interface Request {
  readonly service: string
  readonly operation: string
  readonly input: object
  readonly call: Call
}

async function run(
  { clock, faults, throttle, authorize }: DispatchOptions,
  found: Operation<never, unknown>,
  { service, operation, input, call }: Request,
): Promise<unknown> {
  const fault = faults.strike(service, operation, input)
  if (fault?.kind === 'delay') await clock.wait(fault.milliseconds)
  if (fault?.kind === 'fail-before') throw fault.error
  throttle(service, operation, input, call)
  const typed = input as never
  authorize(call, found.asks(typed, call), service)
  const output = await found.run(typed, call)
  if (fault?.kind === 'fail-after') throw fault.error
  return output
}

function internalFailure(cause: unknown): AwsError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new AwsError('InternalFailure', `The embedded AWS failed: ${reason}`, 500, {}, { cause })
}
