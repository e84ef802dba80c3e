/** Rules: written, described, switched, deleted. */
import type {
  DeleteRuleRequest,
  DescribeRuleRequest,
  ListRulesRequest,
  PutRuleRequest,
  TestEventPatternRequest,
} from '@aws-sdk/client-eventbridge'
import { regionalArn } from '../arn.ts'
import { AwsError, NotInLocalMode } from '../errors.ts'
import { type Ask, type Call, type Operation, operation } from '../service.ts'
import { requestTagContext } from '../tags.ts'
import { type Bus, type Buses, findBus, findRule, invalid, type Rule, ruleAsk, rulePath } from './bus.ts'
import { page } from './pages.ts'
import { parseEventPattern, testEventPattern } from './patterns.ts'
import { parseSchedule } from './schedule.ts'
import { tagMap } from './tags.ts'
import { passRole } from './targets.ts'

/** `changed` is told of every rule that was written or deleted: schedules follow it. */
export function ruleOperations(
  buses: Buses,
  changed: (rule: Rule) => void,
): Record<string, Operation<never, unknown>> {
  const ask = (action: string, { EventBusName, Name }: DescribeRuleRequest, call: Call): Ask =>
    ruleAsk(buses, action, { bus: EventBusName, rule: Name }, call)
  const switched = (state: Rule['state']) =>
    operation<DescribeRuleRequest, object>({
      asks: (input, call) => [ask(state === 'ENABLED' ? 'EnableRule' : 'DisableRule', input, call)],
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
      asks: (input, call) => {
        const put = { ...ask('PutRule', input, call), context: requestTagContext(input.Tags) }
        return [
          put,
          ...(input.Tags?.length ? [{ ...put, action: 'events:TagResource' }] : []),
          ...passRole(input.RoleArn),
        ]
      },
      run: (input, call) => {
        const rule = putRule(findBus(buses, input.EventBusName, call), input)
        changed(rule)
        return { RuleArn: rule.arn }
      },
    }),
    DescribeRule: operation<DescribeRuleRequest, object>({
      asks: (input, call) => [ask('DescribeRule', input, call)],
      run: ({ EventBusName, Name }, call) => describe(findRule(findBus(buses, EventBusName, call), Name)),
    }),
    DeleteRule: operation<DeleteRuleRequest, object>({
      asks: (input, call) => [ask('DeleteRule', input, call)],
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
      asks: ({ EventBusName }, call) => [ask('ListRules', { EventBusName, Name: '*' }, call)],
      run: (input, call) => {
        const all = [...findBus(buses, input.EventBusName, call).rules.values()]
        const named = all.filter(({ name }) => name.startsWith(input.NamePrefix ?? ''))
        const { items, end } = page(named, ({ name }) => name, input)
        return { Rules: items.map(describe), ...end }
      },
    }),
    TestEventPattern: operation<TestEventPatternRequest, object>({
      asks: () => [{ action: 'events:TestEventPattern', resource: '*' }],
      run: ({ EventPattern = '', Event = '' }) => ({ Result: testEventPattern(EventPattern, Event) }),
    }),
  }
}

// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
const MOST_RULES = 300

function putRule(bus: Bus, input: PutRuleRequest): Rule {
  const { Name = '', EventPattern, ScheduleExpression, State = 'ENABLED', Description, RoleArn, Tags } = input
  if (!/^[.\-_A-Za-z0-9]{1,64}$/.test(Name)) throw invalid(`Rule name ${Name} is not valid.`)
  if (EventPattern === undefined && ScheduleExpression === undefined)
    throw invalid('Parameter(s) EventPattern or ScheduleExpression must be specified.')
  if (State === 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS')
    throw new NotInLocalMode(`rules that are ${State}`)
  if (State !== 'ENABLED' && State !== 'DISABLED') throw invalid(`State ${State} is not valid.`)
  if (Description !== undefined && Description.length > 512)
    throw invalid('Description must have length less than or equal to 512.')
  if (ScheduleExpression !== undefined) {
    if (bus.name !== 'default')
      throw invalid('ScheduleExpression is supported only on the default event bus.')
    parseSchedule(ScheduleExpression)
  }
  const pattern = EventPattern === undefined ? undefined : parseEventPattern(EventPattern)
  const rule = bus.rules.get(Name) ?? newRule(bus, Name, tagMap(Tags))
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

function newRule(bus: Bus, name: string, tags: ReadonlyMap<string, string>): Rule {
  if (bus.rules.size >= MOST_RULES)
    throw new AwsError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.')
  return {
    name,
    arn: regionalArn('events', bus.region, bus.account, `rule/${rulePath(bus.name)}${name}`),
    bus,
    targets: new Map(),
    tags: new Map(tags),
    timer: undefined,
    description: undefined,
    roleArn: undefined,
    state: 'ENABLED',
    pattern: undefined,
    schedule: undefined,
  }
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
