/** Buses: made, described, changed, deleted. */
import type {
  CreateEventBusRequest,
  DeleteEventBusRequest,
  DescribeEventBusRequest,
  ListEventBusesRequest,
  PutPermissionRequest,
  RemovePermissionRequest,
  UpdateEventBusRequest,
} from '@aws-sdk/client-eventbridge'
import { AwsError } from '../errors.ts'
import { type Call, type Operation, operation } from '../service.ts'
import { requestTagContext } from '../tags.ts'
import { refuseMembers } from '../unsupported.ts'
import type { World } from '../world.ts'
import { type Bus, type Buses, busArn, busAsk, createBus, findBus, invalid } from './bus.ts'
import { putPermission, removePermission } from './bus-policy.ts'
import { page } from './pages.ts'
import { tagMap } from './tags.ts'

export function busOperations({ clock }: World, buses: Buses): Record<string, Operation<never, unknown>> {
  return {
    CreateEventBus: operation<CreateEventBusRequest, object>({
      asks: ({ Name, Tags }, call) => {
        const create = busAsk(buses, 'CreateEventBus', Name, call, requestTagContext(Tags))
        return Tags?.length ? [create, { ...create, action: 'events:TagResource' }] : [create]
      },
      run: (input, call) => {
        const { arn, description, deadLetterConfig } = createNamed(buses, input, call, clock.now())
        return { EventBusArn: arn, ...settings({ description, deadLetterConfig }) }
      },
    }),
    DescribeEventBus: operation<DescribeEventBusRequest, object>({
      asks: ({ Name }, call) => [busAsk(buses, 'DescribeEventBus', Name, call)],
      run: ({ Name }, call) => describe(findBus(buses, Name, call)),
    }),
    UpdateEventBus: operation<UpdateEventBusRequest, object>({
      asks: ({ Name }, call) => [busAsk(buses, 'UpdateEventBus', Name, call)],
      run: (input, call) => {
        refuseMembers('UpdateEventBus', input, ['KmsKeyIdentifier', 'LogConfig'])
        const bus = findBus(buses, input.Name, call)
        bus.description = checkDescription(input.Description)
        bus.deadLetterConfig = input.DeadLetterConfig
        return { Arn: bus.arn, Name: bus.name, ...settings(bus) }
      },
    }),
    DeleteEventBus: operation<DeleteEventBusRequest, object>({
      asks: ({ Name }, call) => [busAsk(buses, 'DeleteEventBus', Name, call)],
      run: ({ Name }, call) => {
        const bus = buses.get(busArn(Name, call))
        if (Name === 'default' || bus?.name === 'default') throw invalid('Cannot delete event bus default.')
        if (bus !== undefined && bus.rules.size > 0)
          throw invalid(`Cannot delete event bus ${bus.name} since it has rules.`)
        if (bus !== undefined) buses.delete(bus.arn)
        return {}
      },
    }),
    ListEventBuses: operation<ListEventBusesRequest, object>({
      asks: (_, call) => [busAsk(buses, 'ListEventBuses', '*', call)],
      run: (input, call) => {
        findBus(buses, undefined, call)
        const own = ownBuses(buses, call).filter(({ name }) => name.startsWith(input.NamePrefix ?? ''))
        const { items, end } = page(own, ({ name }) => name, input)
        return { EventBuses: items.map(describe), ...end }
      },
    }),
    PutPermission: operation<PutPermissionRequest, object>({
      asks: ({ EventBusName }, call) => [busAsk(buses, 'PutPermission', EventBusName, call)],
      run: (input, call) => {
        putPermission(findBus(buses, input.EventBusName, call), input)
        return {}
      },
    }),
    RemovePermission: operation<RemovePermissionRequest, object>({
      asks: ({ EventBusName }, call) => [busAsk(buses, 'RemovePermission', EventBusName, call)],
      run: (input, call) => {
        removePermission(findBus(buses, input.EventBusName, call), input)
        return {}
      },
    }),
  }
}

// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
const MOST_BUSES = 100

function createNamed(buses: Buses, input: CreateEventBusRequest, call: Call, createdAt: Date): Bus {
  refuseMembers('CreateEventBus', input, ['EventSourceName', 'KmsKeyIdentifier', 'LogConfig'])
  const { Name = '', Description, DeadLetterConfig, Tags } = input
  // Only partner buses may have a slash.
  if (!/^[.\-_A-Za-z0-9]{1,256}$/.test(Name) || Name.startsWith('aws.'))
    throw invalid(`Event bus name ${Name} is not valid.`)
  const tags = tagMap(Tags)
  const description = checkDescription(Description)
  if (Name === 'default' || buses.has(busArn(Name, call)))
    throw new AwsError('ResourceAlreadyExistsException', `Event bus ${Name} already exists.`)
  if (ownBuses(buses, call).filter(({ name }) => name !== 'default').length >= MOST_BUSES)
    throw new AwsError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.')
  const bus = createBus(Name, call.principal.account, call.region, createdAt)
  bus.description = description
  bus.deadLetterConfig = DeadLetterConfig
  for (const [key, value] of tags) bus.tags.set(key, value)
  buses.set(bus.arn, bus)
  return bus
}

function ownBuses(buses: Buses, { principal, region }: Call): readonly Bus[] {
  return [...buses.values()].filter((one) => one.account === principal.account && one.region === region)
}

function checkDescription(description: string | undefined): string | undefined {
  if (description !== undefined && description.length > 512)
    throw invalid('Description must have length less than or equal to 512.')
  return description
}

function settings({ description, deadLetterConfig }: Pick<Bus, 'description' | 'deadLetterConfig'>): object {
  return {
    ...(description !== undefined && { Description: description }),
    ...(deadLetterConfig && { DeadLetterConfig: deadLetterConfig }),
  }
}

function describe(bus: Bus): object {
  return {
    Name: bus.name,
    Arn: bus.arn,
    ...settings(bus),
    ...(bus.policy && { Policy: JSON.stringify(bus.policy) }),
    CreationTime: bus.createdAt,
    LastModifiedTime: bus.createdAt,
  }
}
