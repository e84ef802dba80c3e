/** Create, describe, list, change and delete event source mappings. */
import { randomUUID } from 'node:crypto'
import type {
  CreateEventSourceMappingRequest,
  DeleteEventSourceMappingRequest,
  EventSourceMappingConfiguration,
  GetEventSourceMappingRequest,
  ListEventSourceMappingsRequest,
  ListEventSourceMappingsResponse,
  UpdateEventSourceMappingRequest,
} from '@aws-sdk/client-lambda'
import { isArn, parseArn, regionalArn } from '../arn.ts'
import { AwsError, NotInLocalMode } from '../errors.ts'
import { type Ask, type Call, operation } from '../service.ts'
import type { World } from '../world.ts'
import type { EventSourceMapping, EventSourceMappings } from './event-source-mapping.ts'
import type { Functions } from './function.ts'
import { findRevision, invalidParameter, parseFunctionName } from './function-name.ts'
import { checkTags, requestTagContext } from './function-tags.ts'
import type { MappingPoller } from './mapping-poller.ts'
import { changedMappingSettings, defaultMappingSettings, mappingConfiguration } from './mapping-settings.ts'
import { pageOf } from './pages.ts'
import { roleCall } from './role.ts'
import { describeStream } from './stream-reader.ts'

export interface Mapped {
  readonly world: World
  readonly functions: Functions
  readonly mappings: EventSourceMappings
  readonly poller: MappingPoller
}

export function eventSourceMappingOperations(mapped: Mapped) {
  const { mappings } = mapped
  return {
    CreateEventSourceMapping: operation<CreateEventSourceMappingRequest, EventSourceMappingConfiguration>({
      run: (input, call) => createMapping(mapped, input, call),
      asks: (input, call) => [
        {
          action: 'lambda:CreateEventSourceMapping',
          resource: '*',
          context: {
            'lambda:FunctionArn': parseFunctionName(input, call).arn,
            ...requestTagContext(input.Tags),
          },
        },
      ],
    }),
    GetEventSourceMapping: operation<GetEventSourceMappingRequest, EventSourceMappingConfiguration>({
      run: (input, call) => mappingConfiguration(findMapping(mappings, input.UUID, call)),
      asks: (input, call) => [mappingAsk('GetEventSourceMapping', mappings, input.UUID, call)],
    }),
    ListEventSourceMappings: operation<ListEventSourceMappingsRequest, ListEventSourceMappingsResponse>({
      run: (input, call) => listMappings(mappings, input, call),
      asks: () => [{ action: 'lambda:ListEventSourceMappings', resource: '*' }],
    }),
    UpdateEventSourceMapping: operation<UpdateEventSourceMappingRequest, EventSourceMappingConfiguration>({
      run: (input, call) => updateMapping(mapped, input, call),
      asks: (input, call) => [mappingAsk('UpdateEventSourceMapping', mappings, input.UUID, call)],
    }),
    DeleteEventSourceMapping: operation<DeleteEventSourceMappingRequest, EventSourceMappingConfiguration>({
      run: (input, call) => deleteMapping(mapped, input, call),
      asks: (input, call) => [mappingAsk('DeleteEventSourceMapping', mappings, input.UUID, call)],
    }),
  }
}

// AWS gives no number; creating, changing and deleting one takes seconds to a minute.
const SETTLED_AFTER_MILLISECONDS = 5_000

async function createMapping(
  { world, functions, mappings, poller }: Mapped,
  input: CreateEventSourceMappingRequest,
  call: Call,
): Promise<EventSourceMappingConfiguration> {
  const { found, revision, ref } = findRevision(functions, input, call)
  const streamArn = parseSource(input.EventSourceArn)
  const startingPosition = parseStartingPosition(input.StartingPosition)
  const current = { ...defaultMappingSettings, functionArn: ref.arn, qualifier: ref.qualifier }
  const settings = changedMappingSettings(input, current)
  checkTags(input.Tags)
  checkNew(mappings, streamArn, ref.arn)
  await checkAccess(() => describeStream(world, streamArn, roleCall(world, found, revision)), streamArn)
  const uuid = randomUUID()
  const mapping: EventSourceMapping = {
    uuid,
    arn: regionalArn('lambda', call.region, ref.account, `event-source-mapping:${uuid}`),
    account: ref.account,
    region: call.region,
    streamArn,
    startingPosition,
    settings,
    state: 'Creating',
    modified: world.clock.now(),
    lastProcessingResult: 'No records processed',
    positions: new Map(),
    tags: new Map(Object.entries(input.Tags ?? {})),
  }
  mappings.set(uuid, mapping)
  settle(world, poller, mapping)
  return mappingConfiguration(mapping)
}

function parseSource(arn = ''): string {
  if (!isArn(arn)) throw invalidParameter(`Unrecognized event source: ${arn}`)
  const { service, resource } = parseArn(arn)
  if (service !== 'dynamodb') throw new NotInLocalMode(`event source mappings of ${service}`)
  if (!/^table\/[^/]+\/stream\/.+$/.test(resource))
    throw invalidParameter(`Unrecognized event source: ${arn}`)
  return arn
}

function parseStartingPosition(position: string | undefined): EventSourceMapping['startingPosition'] {
  if (position === 'LATEST' || position === 'TRIM_HORIZON') return position
  throw invalidParameter(
    position === undefined
      ? '1 validation error detected: Value null at startingPosition failed to satisfy constraint: Member must not be null.'
      : `Unsupported starting position for DynamoDB streams: ${position}`,
  )
}

function checkNew(mappings: EventSourceMappings, streamArn: string, functionArn: string): void {
  const same = [...mappings.values()].find(
    (other) => other.streamArn === streamArn && other.settings.functionArn === functionArn,
  )
  if (same === undefined) return
  throw new AwsError(
    'ResourceConflictException',
    `The event source arn (" ${streamArn} ") and function (" ${functionArn.split(':').at(-1)} ") provided mapping already exists. Please update or delete the existing mapping with UUID ${same.uuid}`,
    409,
    { Type: 'User' },
  )
}

/** The role is asked for at once: a mapping that cannot read is not made. */
async function checkAccess(read: () => Promise<unknown>, streamArn: string): Promise<void> {
  try {
    await read()
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    throw invalidParameter(
      error.code === 'ResourceNotFoundException'
        ? `Stream not found: ${streamArn}`
        : `Cannot access stream ${streamArn}. Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream, and ListStreams Actions on your stream in IAM.`,
      { cause: error },
    )
  }
}

/** What the mapping's settings say comes true a while later, unless it is being deleted by then. */
function settle({ clock }: World, poller: MappingPoller, mapping: EventSourceMapping): void {
  clock.after(SETTLED_AFTER_MILLISECONDS, () => {
    if (mapping.state === 'Deleting') return
    const { enabled } = mapping.settings
    mapping.state = enabled ? 'Enabled' : 'Disabled'
    if (enabled) poller.start(mapping)
  })
}

function listMappings(
  mappings: EventSourceMappings,
  input: ListEventSourceMappingsRequest,
  call: Call,
): ListEventSourceMappingsResponse {
  const functionArn = input.FunctionName === undefined ? undefined : parseFunctionName(input, call).arn
  const found = [...mappings.values()]
    .filter(({ account, region }) => account === call.principal.account && region === call.region)
    .filter(({ streamArn }) => (input.EventSourceArn ?? streamArn) === streamArn)
    .filter(({ settings }) => (functionArn ?? settings.functionArn) === settings.functionArn)
    .sort((one, other) => (one.uuid < other.uuid ? -1 : 1))
  const { items, token } = pageOf(found, ({ uuid }) => uuid, input)
  return { EventSourceMappings: items.map(mappingConfiguration), ...token }
}

function updateMapping(
  { world, functions, mappings, poller }: Mapped,
  input: UpdateEventSourceMappingRequest,
  call: Call,
): EventSourceMappingConfiguration {
  const mapping = findMapping(mappings, input.UUID, call)
  checkSettled(mapping)
  const { FunctionName } = input
  const target = FunctionName === undefined ? undefined : findRevision(functions, { FunctionName }, call).ref
  const current = mapping.settings
  const moved = target && { functionArn: target.arn, qualifier: target.qualifier }
  mapping.settings = changedMappingSettings(input, { ...current, ...moved })
  const { enabled } = mapping.settings
  if (enabled === current.enabled) mapping.state = 'Updating'
  else mapping.state = enabled ? 'Enabling' : 'Disabling'
  mapping.modified = world.clock.now()
  poller.stop(mapping)
  settle(world, poller, mapping)
  return mappingConfiguration(mapping)
}

function deleteMapping(
  { world, mappings, poller }: Mapped,
  input: DeleteEventSourceMappingRequest,
  call: Call,
): EventSourceMappingConfiguration {
  const mapping = findMapping(mappings, input.UUID, call)
  checkSettled(mapping)
  mapping.state = 'Deleting'
  mapping.modified = world.clock.now()
  poller.stop(mapping)
  world.clock.after(SETTLED_AFTER_MILLISECONDS, () => mappings.delete(mapping.uuid))
  return mappingConfiguration(mapping)
}

/** Throws AwsError (ResourceInUseException). */
function checkSettled({ state }: EventSourceMapping): void {
  if (state === 'Enabled' || state === 'Disabled') return
  throw new AwsError(
    'ResourceInUseException',
    `Cannot update the event source mapping because it is in use: ${state}`,
    400,
    { Type: 'User' },
  )
}

function findMapping(
  mappings: EventSourceMappings,
  uuid: string | undefined,
  call: Call,
): EventSourceMapping {
  const found = mappings.get(uuid ?? '')
  if (found !== undefined && found.account === call.principal.account && found.region === call.region)
    return found
  throw new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.', 404, {
    Type: 'User',
  })
}

function mappingAsk(
  action: string,
  mappings: EventSourceMappings,
  uuid: string | undefined,
  call: Call,
): Ask {
  const { account } = call.principal
  const functionArn = mappings.get(uuid ?? '')?.settings.functionArn
  return {
    action: `lambda:${action}`,
    resource: regionalArn('lambda', call.region, account, `event-source-mapping:${uuid ?? ''}`),
    context: functionArn === undefined ? {} : { 'lambda:FunctionArn': functionArn },
  }
}
