/** An event source mapping: a stream whose records Lambda reads for a function. */
import type { DestinationConfig, FunctionResponseType } from '@aws-sdk/client-lambda'
import type { EventFilter } from './event-filter.ts'

export interface EventSourceMapping {
  readonly uuid: string
  readonly arn: string
  readonly account: string
  readonly region: string
  readonly streamArn: string
  readonly startingPosition: 'LATEST' | 'TRIM_HORIZON'
  /** Changed as a whole, never in place. */
  settings: MappingSettings
  state: 'Creating' | 'Enabling' | 'Enabled' | 'Disabling' | 'Disabled' | 'Updating' | 'Deleting'
  modified: Date
  /** What the API shows of the last batch. */
  lastProcessingResult: string
  /** Where reading goes on after a pause, by shard. */
  readonly positions: Map<string, Position>
  readonly tags: Map<string, string>
}

export interface MappingSettings {
  /** Unqualified. */
  readonly functionArn: string
  readonly qualifier: string | undefined
  readonly enabled: boolean
  readonly batchSize: number
  readonly batchingWindowSeconds: number
  /** Record passes if any of them lets it, and if there are none. */
  readonly filters: readonly EventFilter[]
  readonly bisectOnError: boolean
  /** -1 for as long as the record is in the stream. */
  readonly maximumRetryAttempts: number
  /** -1 for any age. */
  readonly maximumRecordAgeSeconds: number
  readonly responseTypes: readonly FunctionResponseType[]
  readonly destinations: DestinationConfig | undefined
}

export type Position =
  | { readonly kind: 'after'; readonly sequenceNumber: string }
  | { readonly kind: 'latest' | 'oldest' | 'closed' }

/** By UUID. */
export type EventSourceMappings = Map<string, EventSourceMapping>
