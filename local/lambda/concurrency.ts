/** How many invocations AWS runs at once: the account's limit, and what functions have reserved of it. */
import type {
  DeleteFunctionConcurrencyRequest,
  GetFunctionConcurrencyRequest,
  GetFunctionConcurrencyResponse,
  PutFunctionConcurrencyRequest,
  Concurrency as ReservedConcurrency,
} from '@aws-sdk/client-lambda'
import { AwsError } from '../errors.ts'
import { operation } from '../service.ts'
import { validation } from './constraints.ts'
import type { Functions, LambdaFunction } from './function.ts'
import { findFunction, functionAsk, invalidParameter } from './function-name.ts'

// https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
const ACCOUNT_CONCURRENCY = 1000
const LEAST_UNRESERVED = 100

export interface Concurrency {
  /**
   * Counts `run` as one invocation of the function from call to end.
   * Throws AwsError (TooManyRequestsException) when there is no room for it.
   */
  readonly within: <Result>(found: LambdaFunction, run: () => Promise<Result>) => Promise<Result>
}

/** `onThrottle` hears of every invocation that there is no room for. */
export function createConcurrency(
  functions: Functions,
  onThrottle: (found: LambdaFunction) => void,
): Concurrency {
  /** Under way, by function ARN. */
  const running = new Map<string, number>()

  function check(found: LambdaFunction): void {
    const { reservedConcurrency, arn } = found
    if (reservedConcurrency !== undefined) {
      if ((running.get(arn) ?? 0) >= reservedConcurrency)
        throw tooMany('ReservedFunctionConcurrentInvocationLimitExceeded')
      return
    }
    const neighbours = inRegion(functions, found)
    const unreserved = neighbours.filter((other) => other.reservedConcurrency === undefined)
    const used = sum(unreserved.map((other) => running.get(other.arn) ?? 0))
    if (used >= ACCOUNT_CONCURRENCY - reservedOf(neighbours))
      throw tooMany('ConcurrentInvocationLimitExceeded')
  }

  return {
    async within(found, run) {
      try {
        check(found)
      } catch (error) {
        onThrottle(found)
        throw error
      }
      const { arn } = found
      running.set(arn, (running.get(arn) ?? 0) + 1)
      try {
        return await run()
      } finally {
        running.set(arn, (running.get(arn) ?? 1) - 1)
      }
    },
  }
}

export function concurrencyOperations(functions: Functions) {
  return {
    PutFunctionConcurrency: operation<PutFunctionConcurrencyRequest, ReservedConcurrency>({
      run: (input, call) => {
        const found = findFunction(functions, input, call)
        const reserved = input.ReservedConcurrentExecutions ?? 0
        if (reserved < 0)
          throw validation(
            String(reserved),
            'reservedConcurrentExecutions',
            'have value greater than or equal to 0',
          )
        const others = inRegion(functions, found).filter((other) => other !== found)
        if (reserved + reservedOf(others) > ACCOUNT_CONCURRENCY - LEAST_UNRESERVED)
          throw invalidParameter(
            `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${LEAST_UNRESERVED}].`,
          )
        found.reservedConcurrency = reserved
        return { ReservedConcurrentExecutions: reserved }
      },
      asks: (input, call) => [functionAsk('PutFunctionConcurrency', input, call)],
    }),
    GetFunctionConcurrency: operation<GetFunctionConcurrencyRequest, GetFunctionConcurrencyResponse>({
      run: (input, call) => {
        const { reservedConcurrency } = findFunction(functions, input, call)
        return reservedConcurrency === undefined ? {} : { ReservedConcurrentExecutions: reservedConcurrency }
      },
      asks: (input, call) => [functionAsk('GetFunctionConcurrency', input, call)],
    }),
    DeleteFunctionConcurrency: operation<DeleteFunctionConcurrencyRequest, object>({
      run: (input, call) => {
        findFunction(functions, input, call).reservedConcurrency = undefined
        return {}
      },
      asks: (input, call) => [functionAsk('DeleteFunctionConcurrency', input, call)],
    }),
  }
}

function inRegion(functions: Functions, { account, region }: LambdaFunction): LambdaFunction[] {
  return [...functions.values()].filter((other) => other.account === account && other.region === region)
}

function reservedOf(functions: readonly LambdaFunction[]): number {
  return sum(functions.map(({ reservedConcurrency = 0 }) => reservedConcurrency))
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

function tooMany(reason: string): AwsError {
  return new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429, { Reason: reason, Type: 'User' })
}
