/** Settings of event source mappings after Lambda's rules for DynamoDB streams. */
import type {
  CreateEventSourceMappingRequest,
  EventSourceMappingConfiguration,
  UpdateEventSourceMappingRequest,
} from '@aws-sdk/client-lambda'
import { parseArn } from '../arn.ts'
import { NotInLocalMode } from '../errors.ts'
import { refuseMembers } from '../unsupported.ts'
import { checkDestination } from './destinations.ts'
import { parseFilters } from './event-filter.ts'
import type { EventSourceMapping, MappingSettings } from './event-source-mapping.ts'
import { invalidParameter, qualifiedArn } from './function-name.ts'

type Input = Omit<CreateEventSourceMappingRequest, 'FunctionName'> & Partial<UpdateEventSourceMappingRequest>

/** https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html */
export const defaultMappingSettings: Omit<MappingSettings, 'functionArn' | 'qualifier'> = {
  enabled: true,
  batchSize: 100,
  batchingWindowSeconds: 0,
  filters: [],
  bisectOnError: false,
  maximumRetryAttempts: -1,
  maximumRecordAgeSeconds: -1,
  responseTypes: [],
  destinations: undefined,
}

/** `current` with what the request changes. Throws AwsError (InvalidParameterValueException, NotInLocalMode). */
export function changedMappingSettings(input: Input, current: MappingSettings): MappingSettings {
  refuseOthers(input)
  const changed: MappingSettings = {
    ...current,
    enabled: input.Enabled ?? current.enabled,
    batchSize: input.BatchSize ?? current.batchSize,
    batchingWindowSeconds: input.MaximumBatchingWindowInSeconds ?? current.batchingWindowSeconds,
    filters: input.FilterCriteria === undefined ? current.filters : parseFilters(input.FilterCriteria),
    bisectOnError: input.BisectBatchOnFunctionError ?? current.bisectOnError,
    maximumRetryAttempts: input.MaximumRetryAttempts ?? current.maximumRetryAttempts,
    maximumRecordAgeSeconds: input.MaximumRecordAgeInSeconds ?? current.maximumRecordAgeSeconds,
    responseTypes: input.FunctionResponseTypes ?? current.responseTypes,
    destinations: input.DestinationConfig ?? current.destinations,
  }
  check(changed)
  return changed
}

function refuseOthers(input: Input): void {
  refuseMembers('an event source mapping', input, [
    'StartingPositionTimestamp',
    'TumblingWindowInSeconds',
    'Topics',
    'Queues',
    'SourceAccessConfigurations',
    'SelfManagedEventSource',
    'AmazonManagedKafkaEventSourceConfig',
    'SelfManagedKafkaEventSourceConfig',
    'DocumentDBEventSourceConfig',
    'ScalingConfig',
    'KMSKeyArn',
    'LoggingConfig',
    'ProvisionedPollerConfig',
    'MetricsConfig',
  ])
  if ((input.ParallelizationFactor ?? 1) !== 1)
    throw new NotInLocalMode('an event source mapping with ParallelizationFactor')
}

function check({
  batchSize,
  batchingWindowSeconds,
  maximumRetryAttempts,
  maximumRecordAgeSeconds,
  responseTypes,
  destinations,
}: MappingSettings): void {
  within('BatchSize', batchSize, 1, 10_000)
  within('MaximumBatchingWindowInSeconds', batchingWindowSeconds, 0, 300)
  within('MaximumRetryAttempts', maximumRetryAttempts, -1, 10_000)
  if (maximumRecordAgeSeconds !== -1)
    within('MaximumRecordAgeInSeconds', maximumRecordAgeSeconds, 60, 604_800)
  for (const responseType of responseTypes)
    if (responseType !== 'ReportBatchItemFailures')
      throw invalidParameter(`Invalid FunctionResponseTypes: ${String(responseType)}`)
  if (destinations?.OnSuccess?.Destination)
    throw invalidParameter('An event source mapping has no destination for successes.')
  const destination = destinations?.OnFailure?.Destination
  if (!destination) return
  checkDestination(destination)
  // https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html: not functions or buses.
  if (parseArn(destination).service !== 'sqs')
    throw invalidParameter(`Invalid destination for an event source mapping: ${destination}`)
}

function within(member: string, value: number, least: number, most: number): void {
  if (value < least || value > most)
    throw invalidParameter(`${member} must be between ${least} and ${most}, not ${value}.`)
}

/** What the API shows. */
export function mappingConfiguration(mapping: EventSourceMapping): EventSourceMappingConfiguration {
  const { settings } = mapping
  const { functionArn: arn, qualifier } = settings
  return {
    UUID: mapping.uuid,
    EventSourceMappingArn: mapping.arn,
    EventSourceArn: mapping.streamArn,
    FunctionArn: qualifiedArn({ arn, qualifier }),
    StartingPosition: mapping.startingPosition,
    State: mapping.state,
    StateTransitionReason: 'User action',
    LastModified: mapping.modified,
    LastProcessingResult: mapping.lastProcessingResult,
    BatchSize: settings.batchSize,
    MaximumBatchingWindowInSeconds: settings.batchingWindowSeconds,
    ParallelizationFactor: 1,
    BisectBatchOnFunctionError: settings.bisectOnError,
    MaximumRetryAttempts: settings.maximumRetryAttempts,
    MaximumRecordAgeInSeconds: settings.maximumRecordAgeSeconds,
    TumblingWindowInSeconds: 0,
    FunctionResponseTypes: [...settings.responseTypes],
    DestinationConfig: { OnFailure: {}, ...settings.destinations },
    ...(settings.filters.length === 0
      ? {}
      : { FilterCriteria: { Filters: settings.filters.map(({ pattern }) => ({ Pattern: pattern })) } }),
  }
}
