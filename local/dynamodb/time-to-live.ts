/** Time to live of tables, enabled and disabled at once: AWS takes up to an hour. */
import type { DescribeTimeToLiveInput, UpdateTimeToLiveInput } from '@aws-sdk/client-dynamodb'
import { AwsError } from '../errors.ts'
import { type Call, operation } from '../service.ts'
import { askFor } from './asks.ts'
import type { Database, Databases } from './database.ts'
import { findTable, requireActive } from './table.ts'

export function timeToLiveOperations({ of }: Databases) {
  return {
    UpdateTimeToLive: operation<UpdateTimeToLiveInput, object>({
      run: (input, call) => updateTimeToLive(of(call), input, call),
      asks: (input, call) => [
        askFor(of(call), call, { action: 'UpdateTimeToLive', TableName: input.TableName }),
      ],
    }),
    DescribeTimeToLive: operation<DescribeTimeToLiveInput, object>({
      run(input, call) {
        const { timeToLiveAttribute } = findTable(of(call).tables, input.TableName, call)
        return {
          TimeToLiveDescription:
            timeToLiveAttribute === undefined
              ? { TimeToLiveStatus: 'DISABLED' }
              : { TimeToLiveStatus: 'ENABLED', AttributeName: timeToLiveAttribute },
        }
      },
      asks: (input, call) => [
        askFor(of(call), call, { action: 'DescribeTimeToLive', TableName: input.TableName }),
      ],
    }),
  }
}

function updateTimeToLive(database: Database, input: UpdateTimeToLiveInput, call: Call): object {
  const table = findTable(database.tables, input.TableName, call)
  requireActive(table)
  const { Enabled: enabled = false, AttributeName: attribute = '' } = input.TimeToLiveSpecification ?? {}
  if (attribute === '')
    throw invalid('TimeToLiveSpecification.AttributeName must have length greater than or equal to 1')
  const { timeToLiveAttribute: current } = table
  if (enabled && current !== undefined) throw invalid('TimeToLive is already enabled')
  if (!enabled && current === undefined) throw invalid('TimeToLive is already disabled')
  if (!enabled && current !== attribute)
    throw invalid(`TimeToLive is active on a different AttributeName: current AttributeName is ${current}`)
  table.timeToLiveAttribute = enabled ? attribute : undefined
  if (enabled) database.expiry.sweep(table)
  return { TimeToLiveSpecification: { Enabled: enabled, AttributeName: attribute } }
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message)
}
