/** Rules, their targets, and tags of both rules and buses. */
import type {
  DeleteRuleRequest,
  DescribeRuleRequest,
  ListRulesRequest,
  ListTagsForResourceRequest,
  ListTargetsByRuleRequest,
  PutRuleRequest,
  PutTargetsRequest,
  RemoveTargetsRequest,
  TagResourceRequest,
  TestEventPatternRequest,
  UntagResourceRequest,
} from '@aws-sdk/client-eventbridge'
import { regionalArn } from '../arn.ts'
import { AwsError } from '../errors.ts'
import { parsePattern } from '../lambda/event-filter.ts'
import { type Ask, type Call, type Operation, operation } from '../service.ts'
import { refuseMembers } from '../unsupported.ts'
import { type Bus, type Buses, findBus, findRule, invalid, notFound, type Rule, ruleAsk } from './bus.ts'
import { parseSchedule } from './schedule.ts'

/** `changed` is told of every rule that was written or deleted: schedules follow it. */
export function ruleOperations(
  buses: Buses,
  changed: (rule: Rule) => void,
): Record<string, Operation<never, unknown>> {
  const switched = (state: Rule['state']) =>
    operation<DescribeRuleRequest, object>({
      asks: ({ EventBusName, Name }, call) =>
        ruleAsk(state === 'ENABLED' ? 'EnableRule' : 'DisableRule', EventBusName, Name, call),
      run: ({ EventBusName, Name }, call) => {
        const rule = findRule(findBus(buses, EventBusName, call), Name)
        rule.state = state
        changed(rule)
        return {}
      },
    })
  return {
    EnableRule: switched('ENABLED'),
    DisableRule: switched('DISABLED'),
    PutRule: operation<PutRuleRequest, object>({
      asks: ({ EventBusName, Name, RoleArn, Tags }, call) => [
        ...ruleAsk('PutRule', EventBusName, Name, call),
        ...(Tags?.length ? ruleAsk('TagResource', EventBusName, Name, call) : []),
        ...passRole(RoleArn),
      ],
      run: (input, call) => {
        const rule = putRule(findBus(buses, input.EventBusName, call), input)
        changed(rule)
        return { RuleArn: rule.arn }
      },
    }),
    DescribeRule: operation<DescribeRuleRequest, object>({
      asks: ({ EventBusName, Name }, call) => ruleAsk('DescribeRule', EventBusName, Name, call),
      run: ({ EventBusName, Name }, call) => describe(findRule(findBus(buses, EventBusName, call), Name)),
    }),
    DeleteRule: operation<DeleteRuleRequest, object>({
      asks: ({ EventBusName, Name }, call) => ruleAsk('DeleteRule', EventBusName, Name, call),
      run: ({ EventBusName, Name = '' }, call) => {
        const bus = findBus(buses, EventBusName, call)
        const rule = bus.rules.get(Name)
        if (rule === undefined) return {}
        if (rule.targets.size > 0) throw invalid("Rule can't be deleted since it has targets.")
        bus.rules.delete(Name)
        rule.state = 'DISABLED'
        changed(rule)
        return {}
      },
    }),
    ListRules: operation<ListRulesRequest, object>({
      asks: ({ EventBusName }, call) => ruleAsk('ListRules', EventBusName, '*', call),
      run: ({ EventBusName, NamePrefix = '' }, call) => ({
        Rules: [...findBus(buses, EventBusName, call).rules.values()]
          .filter(({ name }) => name.startsWith(NamePrefix))
          .map(describe),
      }),
    }),
    PutTargets: operation<PutTargetsRequest, object>({
      asks: ({ EventBusName, Rule, Targets = [] }, call) => [
        ...ruleAsk('PutTargets', EventBusName, Rule, call),
        ...Targets.flatMap(({ RoleArn }) => passRole(RoleArn)),
      ],
      run: (input, call) => putTargets(findRule(findBus(buses, input.EventBusName, call), input.Rule), input),
    }),
    RemoveTargets: operation<RemoveTargetsRequest, object>({
      asks: ({ EventBusName, Rule }, call) => ruleAsk('RemoveTargets', EventBusName, Rule, call),
      run: ({ EventBusName, Rule, Ids = [] }, call) => {
        const rule = findRule(findBus(buses, EventBusName, call), Rule)
        for (const id of Ids) rule.targets.delete(id)
        return { FailedEntryCount: 0, FailedEntries: [] }
      },
    }),
    ListTargetsByRule: operation<ListTargetsByRuleRequest, object>({
      asks: ({ EventBusName, Rule }, call) => ruleAsk('ListTargetsByRule', EventBusName, Rule, call),
      run: ({ EventBusName, Rule }, call) => ({
        Targets: [...findRule(findBus(buses, EventBusName, call), Rule).targets.values()],
      }),
    }),
    TestEventPattern: operation<TestEventPatternRequest, object>({
      asks: () => [],
      run: ({ EventPattern = '', Event = '' }) => ({
        Result: patternOf(EventPattern).matches(JSON.parse(Event)),
      }),
    }),
    TagResource: operation<TagResourceRequest, object>({
      asks: ({ ResourceARN = '' }) => [{ action: 'events:TagResource', resource: ResourceARN }],
      run: ({ ResourceARN = '', Tags = [] }, call) => {
        const { tags } = findTagged(buses, ResourceARN, call)
        for (const { Key = '', Value = '' } of Tags) tags.set(Key, Value)
        return {}
      },
    }),
    UntagResource: operation<UntagResourceRequest, object>({
      asks: ({ ResourceARN = '' }) => [{ action: 'events:UntagResource', resource: ResourceARN }],
      run: ({ ResourceARN = '', TagKeys = [] }, call) => {
        const { tags } = findTagged(buses, ResourceARN, call)
        for (const key of TagKeys) tags.delete(key)
        return {}
      },
    }),
    ListTagsForResource: operation<ListTagsForResourceRequest, object>({
      asks: ({ ResourceARN = '' }) => [{ action: 'events:ListTagsForResource', resource: ResourceARN }],
      run: ({ ResourceARN = '' }, call) => ({
        Tags: [...findTagged(buses, ResourceARN, call).tags].map(([Key, Value]) => ({ Key, Value })),
      }),
    }),
  }
}

function putRule(bus: Bus, input: PutRuleRequest): Rule {
  const { Name = '', EventPattern, ScheduleExpression, State = 'ENABLED', Description, RoleArn, Tags } = input
  if (!/^[.\-_A-Za-z0-9]{1,64}$/.test(Name)) throw invalid(`Rule name ${Name} is not valid.`)
  if (EventPattern === undefined && ScheduleExpression === undefined)
    throw invalid('Parameter(s) EventPattern or ScheduleExpression must be specified.')
  if (State !== 'ENABLED' && State !== 'DISABLED') throw invalid(`State ${State} is not valid here.`)
  if (ScheduleExpression !== undefined) {
    if (bus.name !== 'default')
      throw invalid('ScheduleExpression is supported only on the default event bus.')
    parseSchedule(ScheduleExpression)
  }
  const path = bus.name === 'default' ? '' : `${bus.name}/`
  const existing = bus.rules.get(Name)
  const rule: Rule = existing ?? {
    name: Name,
    arn: regionalArn('events', bus.region, bus.account, `rule/${path}${Name}`),
    bus,
    targets: new Map(),
    tags: new Map((Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
    timer: undefined,
    description: undefined,
    roleArn: undefined,
    state: State,
    pattern: undefined,
    schedule: undefined,
  }
  const pattern = EventPattern === undefined ? undefined : patternOf(EventPattern)
  Object.assign(rule, {
    description: Description,
    roleArn: RoleArn,
    state: State,
    pattern,
    schedule: ScheduleExpression,
  })
  bus.rules.set(Name, rule)
  return rule
}

function patternOf(text: string): NonNullable<Rule['pattern']> {
  try {
    return { text, matches: parsePattern(text) }
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    throw new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${error.message}`)
  }
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
const MAXIMUM_TARGETS = 5

function putTargets(rule: Rule, { Targets = [] }: PutTargetsRequest): object {
  for (const target of Targets) {
    refuseMembers('PutTargets', target, [
      'KinesisParameters',
      'RunCommandParameters',
      'EcsParameters',
      'BatchParameters',
      'HttpParameters',
      'RedshiftDataParameters',
      'SageMakerPipelineParameters',
      'AppSyncParameters',
      'SqsParameters',
    ])
    const { Input, InputPath, InputTransformer } = target
    if ([Input, InputPath, InputTransformer].filter((one) => one !== undefined).length > 1)
      throw invalid('Only one of Input, InputPath, or InputTransformer must be provided.')
  }
  const ids = new Set([...rule.targets.keys(), ...Targets.map(({ Id = '' }) => Id)])
  if (ids.size > MAXIMUM_TARGETS)
    throw new AwsError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.')
  for (const target of Targets) rule.targets.set(target.Id ?? '', target)
  return { FailedEntryCount: 0, FailedEntries: [] }
}

function describe({ name, arn, bus, description, roleArn, state, pattern, schedule }: Rule): object {
  return {
    Name: name,
    Arn: arn,
    EventBusName: bus.name,
    State: state,
    ...(description !== undefined && { Description: description }),
    ...(roleArn !== undefined && { RoleArn: roleArn }),
    ...(pattern && { EventPattern: pattern.text }),
    ...(schedule !== undefined && { ScheduleExpression: schedule }),
  }
}

function findTagged(buses: Buses, arn: string, call: Call): { readonly tags: Map<string, string> } {
  if (arn.includes(':event-bus/')) return findBus(buses, arn, call)
  for (const bus of buses.values()) for (const rule of bus.rules.values()) if (rule.arn === arn) return rule
  throw notFound(`${arn} does not exist.`)
}

function passRole(roleArn: string | undefined): Ask[] {
  if (roleArn === undefined) return []
  return [
    { action: 'iam:PassRole', resource: roleArn, context: { 'iam:PassedToService': 'events.amazonaws.com' } },
  ]
}
