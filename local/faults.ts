/** Failures made on purpose: what AWS does on a bad day, at the call that a test or `--fault` names. */
import { AwsError } from './errors.ts'

export interface Fault {
  readonly service: string
  readonly operation: string
  /** Only calls with such input; all calls if absent. */
  readonly matching?: (input: Readonly<Record<string, unknown>>) => boolean
  /** How many calls it strikes. */
  readonly times: number
  readonly effect: Effect
}

export type Effect =
  /** The call fails and changed nothing. */
  | { readonly kind: 'fail-before'; readonly error: AwsError }
  /** The call took effect and its answer was lost. */
  | { readonly kind: 'fail-after'; readonly error: AwsError }
  /** Milliseconds of AWS time before it takes effect. */
  | { readonly kind: 'delay'; readonly milliseconds: number }

export interface Faults {
  readonly add: (fault: Fault) => void
  /** What strikes this call, the fault added first; spends one of its times. */
  readonly strike: (service: string, operation: string, input: object) => Effect | undefined
  /** Those that have not struck as often as they should: a test that ends with some did not test what it says. */
  readonly unspent: () => readonly Fault[]
  readonly clear: () => void
}

export function createFaults(): Faults {
  let faults: Fault[] = []
  return {
    add: (fault) => {
      faults.push(fault)
    },
    strike(service, operation, input) {
      const struck = faults.find(
        (fault) =>
          fault.service === service &&
          fault.operation === operation &&
          (fault.matching?.({ ...input }) ?? true),
      )
      if (!struck) return undefined
      faults = faults.flatMap((fault) => (fault === struck ? spend(fault) : fault))
      return struck.effect
    },
    unspent: () => faults,
    clear: () => {
      faults = []
    },
  }
}

function spend(fault: Fault): Fault[] {
  return fault.times > 1 ? [{ ...fault, times: fault.times - 1 }] : []
}

/**
 * `<service>.<operation>:before|after:<error code>[:times]` or `<service>.<operation>:delay:<milliseconds>[:times]`;
 * times is 1 by default. Throws RangeError for anything else.
 */
export function parseFault(text: string): Fault {
  const match = /^([a-z0-9-]+)\.([A-Za-z0-9]+):(before|after|delay):([\w.]+)(?::(\d+))?$/.exec(text)
  const [, service, operation, kind, value, times = '1'] = match ?? []
  if (!service || !operation || !value || Number(times) < 1) throw notAFault(text)
  return { service, operation, times: Number(times), effect: effectOf(text, kind, value) }
}

function effectOf(text: string, kind: string | undefined, value: string): Effect {
  if (kind === 'delay') {
    if (!/^\d+$/.test(value)) throw notAFault(text)
    return { kind, milliseconds: Number(value) }
  }
  // What the model says of the error's status comes before this one.
  const error = new AwsError(value, 'Injected fault.', value.includes('Throttling') ? 400 : 500)
  return { kind: kind === 'before' ? 'fail-before' : 'fail-after', error }
}

function notAFault(text: string): RangeError {
  return new RangeError(
    `not a fault: ${text}; write iam.CreateRole:before:ServiceFailure:2, acm.RequestCertificate:after:InternalFailure or route53.GetChange:delay:5000`,
  )
}
