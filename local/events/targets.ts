/** Targets of rules. */
import type {
  ListTargetsByRuleRequest,
  PutTargetsRequest,
  RemoveTargetsRequest,
  Target,
} from '@aws-sdk/client-eventbridge'
import { isArn, parseArn } from '../arn.ts'
import { AwsError, NotInLocalMode } from '../errors.ts'
import { type Ask, type Operation, operation } from '../service.ts'
import { refuseMembers } from '../unsupported.ts'
import { type Buses, findBus, findRule, invalid, type Rule, ruleAsk } from './bus.ts'
import { page } from './pages.ts'
import { checkTargetInput } from './target-input.ts'

export function targetOperations(buses: Buses): Record<string, Operation<never, unknown>> {
  return {
    PutTargets: operation<PutTargetsRequest, object>({
      asks: ({ EventBusName, Rule, Targets = [] }, call) => [
        ruleAsk(buses, 'PutTargets', { bus: EventBusName, rule: Rule }, call, {
          'events:TargetArn': Targets.map(({ Arn = '' }) => Arn),
        }),
        ...Targets.flatMap(({ RoleArn }) => passRole(RoleArn)),
      ],
      run: (input, call) => putTargets(findRule(findBus(buses, input.EventBusName, call), input.Rule), input),
    }),
    RemoveTargets: operation<RemoveTargetsRequest, object>({
      asks: ({ EventBusName, Rule }, call) => [
        ruleAsk(buses, 'RemoveTargets', { bus: EventBusName, rule: Rule }, call),
      ],
      run: ({ EventBusName, Rule, Ids = [] }, call) => {
        const rule = findRule(findBus(buses, EventBusName, call), Rule)
        for (const id of Ids) rule.targets.delete(id)
        return { FailedEntryCount: 0, FailedEntries: [] }
      },
    }),
    ListTargetsByRule: operation<ListTargetsByRuleRequest, object>({
      asks: ({ EventBusName, Rule }, call) => [
        ruleAsk(buses, 'ListTargetsByRule', { bus: EventBusName, rule: Rule }, call),
      ],
      run: (input, call) => {
        const { targets } = findRule(findBus(buses, input.EventBusName, call), input.Rule)
        const { items, end } = page(targets.values(), ({ Id = '' }) => Id, input)
        return { Targets: items, ...end }
      },
    }),
  }
}

export function passRole(roleArn: string | undefined): Ask[] {
  if (roleArn === undefined) return []
  return [
    { action: 'iam:PassRole', resource: roleArn, context: { 'iam:PassedToService': 'events.amazonaws.com' } },
  ]
}

// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
const MOST_TARGETS = 5

function putTargets(rule: Rule, { Targets = [] }: PutTargetsRequest): object {
  for (const target of Targets) checkTarget(rule, target)
  const ids = new Set([...rule.targets.keys(), ...Targets.map(({ Id = '' }) => Id)])
  if (ids.size > MOST_TARGETS)
    throw new AwsError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.')
  for (const target of Targets) rule.targets.set(target.Id ?? '', target)
  return { FailedEntryCount: 0, FailedEntries: [] }
}

/** Throws AwsError (ValidationException), NotInLocalMode for targets that are not delivered to here. */
function checkTarget(rule: Rule, target: Target): void {
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
  const { Id = '', Arn = '', RoleArn, DeadLetterConfig, RetryPolicy } = target
  if (!/^[.\-_A-Za-z0-9]{1,64}$/.test(Id)) throw invalid(`Target ID ${Id} is not valid.`)
  if (!isArn(Arn))
    throw invalid(`Parameter ${Arn} is not valid. Reason: Provided Arn is not in correct format.`)
  const { service } = parseArn(Arn)
  if (!DELIVERED.has(service)) throw new NotInLocalMode(`event targets of ${service}`)
  if (service === 'states' && RoleArn === undefined) throw invalid(`RoleArn is required for target ${Arn}.`)
  checkRange('MaximumRetryAttempts', RetryPolicy?.MaximumRetryAttempts ?? 0, 0, 185)
  checkRange('MaximumEventAgeInSeconds', RetryPolicy?.MaximumEventAgeInSeconds ?? 60, 60, 86_400)
  checkDeadLetterQueue(rule, DeadLetterConfig?.Arn)
  checkTargetInput(target)
}

const DELIVERED: ReadonlySet<string> = new Set(['lambda', 'sqs', 'states'])

function checkRange(name: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most)
    throw invalid(
      `1 validation error detected: Value '${value}' at '${name}' failed to satisfy constraint: Member must have value between ${least} and ${most}`,
    )
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html#eb-dlq-considerations */
function checkDeadLetterQueue({ bus }: Rule, arn: string | undefined): void {
  if (arn === undefined) return
  const queue = isArn(arn) ? parseArn(arn) : undefined
  if (queue?.service !== 'sqs' || queue.region !== bus.region || queue.resource.endsWith('.fifo'))
    throw invalid(
      `Parameter DeadLetterConfig.Arn is not valid: ${arn} is no standard queue in ${bus.region}.`,
    )
}
