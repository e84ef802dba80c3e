/** How much throughput an account may provision. Local mode does not meter it, and answers AWS's defaults. */
import type { DescribeLimitsOutput } from '@aws-sdk/client-dynamodb'
import { operation } from '../service.ts'

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html#default-limits-throughput
const ACCOUNT_UNITS = 80_000
const TABLE_UNITS = 40_000

export const limitOperations = {
  DescribeLimits: operation<object, DescribeLimitsOutput>({
    run: () => ({
      AccountMaxReadCapacityUnits: ACCOUNT_UNITS,
      AccountMaxWriteCapacityUnits: ACCOUNT_UNITS,
      TableMaxReadCapacityUnits: TABLE_UNITS,
      TableMaxWriteCapacityUnits: TABLE_UNITS,
    }),
    asks: () => [{ action: 'dynamodb:DescribeLimits', resource: '*' }],
  }),
}
