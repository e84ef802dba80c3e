/** Buses and their policies. */
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
import type { Statement } from '../policy/document.ts'
import { type Operation, operation } from '../service.ts'
import type { World } from '../world.ts'
import { type Bus, type Buses, busArn, busAsk, createBus, findBus, invalid, notFound } from './bus.ts'

export function busOperations({ clock }: World, buses: Buses): Record<string, Operation<never, unknown>> {
  return {
    CreateEventBus: operation<CreateEventBusRequest, object>({
      asks: ({ Name, Tags }, call) => [
        ...busAsk('CreateEventBus', Name, call),
        ...(Tags?.length ? busAsk('TagResource', Name, call) : []),
      ],
      run: ({ Name = '', Description, DeadLetterConfig, Tags = [] }, call) => {
        if (!/^[/.\-_A-Za-z0-9]{1,256}$/.test(Name) || Name.startsWith('aws.'))
          throw invalid(`Event bus name ${Name} is not valid.`)
        if (Name === 'default' || buses.has(busArn(Name, call)))
          throw new AwsError('ResourceAlreadyExistsException', `Event bus ${Name} already exists.`)
        const bus = createBus(Name, call.principal.account, call.region, clock.now())
        bus.description = Description
        bus.deadLetterConfig = DeadLetterConfig
        for (const { Key = '', Value = '' } of Tags) bus.tags.set(Key, Value)
        buses.set(bus.arn, bus)
        return { EventBusArn: bus.arn }
      },
    }),
    DescribeEventBus: operation<DescribeEventBusRequest, object>({
      asks: ({ Name }, call) => busAsk('DescribeEventBus', Name, call),
      run: ({ Name }, call) => describe(findBus(buses, Name, call)),
    }),
    UpdateEventBus: operation<UpdateEventBusRequest, object>({
      asks: ({ Name }, call) => busAsk('UpdateEventBus', Name, call),
      run: ({ Name, Description, DeadLetterConfig }, call) => {
        const bus = findBus(buses, Name, call)
        bus.description = Description
        bus.deadLetterConfig = DeadLetterConfig
        return { Arn: bus.arn, Name: bus.name, Description, DeadLetterConfig }
      },
    }),
    DeleteEventBus: operation<DeleteEventBusRequest, object>({
      asks: ({ Name }, call) => busAsk('DeleteEventBus', Name, call),
      run: ({ Name }, call) => {
        const bus = buses.get(busArn(Name, call))
        if (bus?.name === 'default') throw invalid('Cannot delete event bus default.')
        if (bus !== undefined && bus.rules.size > 0)
          throw invalid(`Cannot delete event bus ${bus.name} since it has rules.`)
        if (bus !== undefined) buses.delete(bus.arn)
        return {}
      },
    }),
    ListEventBuses: operation<ListEventBusesRequest, object>({
      asks: (_, call) => busAsk('ListEventBuses', '*', call),
      run: ({ NamePrefix = '' }, call) => {
        findBus(buses, undefined, call)
        const own = [...buses.values()].filter(
          ({ account, region }) => account === call.principal.account && region === call.region,
        )
        return { EventBuses: own.filter(({ name }) => name.startsWith(NamePrefix)).map(describe) }
      },
    }),
    PutPermission: operation<PutPermissionRequest, object>({
      asks: ({ EventBusName }, call) => busAsk('PutPermission', EventBusName, call),
      run: (input, call) => {
        putPermission(findBus(buses, input.EventBusName, call), input)
        return {}
      },
    }),
    RemovePermission: operation<RemovePermissionRequest, object>({
      asks: ({ EventBusName }, call) => busAsk('RemovePermission', EventBusName, call),
      run: ({ EventBusName, StatementId, RemoveAllPermissions }, call) => {
        const bus = findBus(buses, EventBusName, call)
        const kept = RemoveAllPermissions ? [] : statementsOf(bus).filter(({ Sid }) => Sid !== StatementId)
        if (!RemoveAllPermissions && kept.length === statementsOf(bus).length)
          throw notFound(`Statement with the provided id ${StatementId} does not exist.`)
        setStatements(bus, kept)
        return {}
      },
    }),
  }
}

function describe({ name, arn, description, deadLetterConfig, policy, createdAt }: Bus): object {
  return {
    Name: name,
    Arn: arn,
    ...(description !== undefined && { Description: description }),
    ...(deadLetterConfig && { DeadLetterConfig: deadLetterConfig }),
    ...(policy && { Policy: JSON.stringify(policy) }),
    CreationTime: createdAt,
    LastModifiedTime: createdAt,
  }
}

/** A whole policy, or one statement of the older form. */
function putPermission(bus: Bus, input: PutPermissionRequest): void {
  const { Policy, StatementId = '', Principal = '', Condition, Action = 'events:PutEvents' } = input
  if (Policy !== undefined) {
    try {
      bus.policy = JSON.parse(Policy)
    } catch (cause) {
      throw new AwsError('InvalidPolicyException', 'This policy contains invalid Json', 400, {}, { cause })
    }
    return
  }
  if (StatementId === '' || Principal === '') throw invalid('StatementId and Principal are required.')
  const statement: Statement = {
    Sid: StatementId,
    Effect: 'Allow',
    Principal: Principal === '*' ? '*' : { AWS: `arn:aws:iam::${Principal}:root` },
    Action,
    Resource: bus.arn,
    ...(Condition && {
      Condition: { [Condition.Type ?? '']: { [Condition.Key ?? '']: Condition.Value ?? '' } },
    }),
  }
  setStatements(bus, [...statementsOf(bus).filter(({ Sid }) => Sid !== StatementId), statement])
}

function statementsOf({ policy }: Bus): readonly Statement[] {
  return [policy?.Statement ?? []].flat()
}

function setStatements(bus: Bus, statements: readonly Statement[]): void {
  bus.policy = statements.length === 0 ? undefined : { Version: '2012-10-17', Statement: statements }
}
