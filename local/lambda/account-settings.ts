/** What an account may have of Lambda in a region, and what it has. */
import type { AccountUsage, GetAccountSettingsResponse } from '@aws-sdk/client-lambda'
import { type Call, operation } from '../service.ts'
import type { Functions, LambdaFunction } from './function.ts'

// AWS's defaults: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
// All but the 75 GB of storage are enforced, in `code.ts` and `concurrency.ts`.
const ZIPPED_BYTES = 50 * 1024 ** 2
const UNZIPPED_BYTES = 250 * 1024 ** 2
const STORAGE_BYTES = 75 * 1024 ** 3
const CONCURRENT_EXECUTIONS = 1000

export function accountSettingsOperations(functions: Functions) {
  return {
    GetAccountSettings: operation<object, GetAccountSettingsResponse>({
      run(_, call) {
        const own = functionsOf(functions, call)
        return {
          AccountLimit: {
            TotalCodeSize: STORAGE_BYTES,
            CodeSizeUnzipped: UNZIPPED_BYTES,
            CodeSizeZipped: ZIPPED_BYTES,
            ConcurrentExecutions: CONCURRENT_EXECUTIONS,
            UnreservedConcurrentExecutions:
              CONCURRENT_EXECUTIONS - sum(own.map(({ reservedConcurrency = 0 }) => reservedConcurrency)),
          },
          AccountUsage: usageOf(own),
        }
      },
      asks: () => [{ action: 'lambda:GetAccountSettings', resource: '*' }],
    }),
  }
}

/** Every published version keeps a copy of its code. */
function usageOf(own: readonly LambdaFunction[]): AccountUsage {
  const revisions = own.flatMap(({ revision, versions }) => [revision, ...versions.values()])
  return { TotalCodeSize: sum(revisions.map(({ code }) => code.bytes)), FunctionCount: own.length }
}

function functionsOf(functions: Functions, { principal, region }: Call): LambdaFunction[] {
  return [...functions.values()].filter(
    (found) => found.account === principal.account && found.region === region,
  )
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
