/** Alarms: put, described, deleted. Their state is what it is when somebody asks or a value comes; their actions call nobody. */
import type {
  AlarmHistoryItem,
  DeleteAlarmsInput,
  DescribeAlarmHistoryInput,
  DescribeAlarmHistoryOutput,
  DescribeAlarmsInput,
  DescribeAlarmsOutput,
  MetricAlarm,
  PutMetricAlarmInput,
  SetAlarmStateInput,
} from '@aws-sdk/client-cloudwatch'
import { regionalArn } from '../arn.ts'
import type { Clock } from '../clock.ts'
import { AwsError } from '../errors.ts'
import { pageAfter } from '../paging.ts'
import { type Call, operation } from '../service.ts'
import { refuseMembers } from '../unsupported.ts'
import { type Alarm, change, evaluate } from './alarm.ts'
import { checkAlarm, invalid } from './alarm-input.ts'
import { dimensionMap, type SeriesStore } from './series.ts'

/** By ARN. */
export type Alarms = Map<string, Alarm>

export function alarmOperations(clock: Clock, alarms: Alarms, series: SeriesStore) {
  const current = ({ principal: { account }, region }: Call) => {
    series.list(account, region)
    const own = [...alarms.values()].filter((one) => one.account === account && one.region === region)
    for (const alarm of own) evaluate(series, alarm, clock.now())
    return own.toSorted((one, other) => (one.input.AlarmName < other.input.AlarmName ? -1 : 1))
  }
  return {
    PutMetricAlarm: operation<PutMetricAlarmInput, object>({
      asks: ({ AlarmName }, call) => [
        { action: 'cloudwatch:PutMetricAlarm', resource: arnOf(AlarmName, call) },
      ],
      run(input, call) {
        putAlarm(clock, alarms, input, call)
        return {}
      },
    }),
    DescribeAlarms: operation<DescribeAlarmsInput, DescribeAlarmsOutput>({
      asks: (_, call) => [{ action: 'cloudwatch:DescribeAlarms', resource: arnOf('*', call) }],
      run(input, call) {
        refuseMembers('DescribeAlarms', input, ['ActionPrefix', 'ChildrenOfAlarmName', 'ParentsOfAlarmName'])
        const wanted =
          input.AlarmTypes?.includes('MetricAlarm') === false ? [] : current(call).filter(matching(input))
        const { items, next } = pageAfter(wanted, nameOf, input.NextToken, input.MaxRecords ?? 50)
        const page = { MetricAlarms: items.map(view), CompositeAlarms: [] }
        return next === undefined ? page : { ...page, NextToken: next }
      },
    }),
    DescribeAlarmHistory: operation<DescribeAlarmHistoryInput, DescribeAlarmHistoryOutput>({
      asks: (input, call) => [
        { action: 'cloudwatch:DescribeAlarmHistory', resource: arnOf(input.AlarmName ?? '*', call) },
      ],
      run(input, call) {
        refuseMembers('DescribeAlarmHistory', input, ['AlarmContributorId', 'NextToken'])
        return { AlarmHistoryItems: historyOf(current(call), input) }
      },
    }),
    SetAlarmState: operation<SetAlarmStateInput, object>({
      asks: ({ AlarmName }, call) => [
        { action: 'cloudwatch:SetAlarmState', resource: arnOf(AlarmName, call) },
      ],
      run({ AlarmName, StateValue, StateReason = '' }, call) {
        const alarm = alarms.get(arnOf(AlarmName, call))
        if (alarm === undefined) throw notFound(`There is no alarm ${AlarmName}`)
        if (StateValue === undefined || !STATES.has(StateValue))
          throw invalid(`StateValue must be one of ${[...STATES].join(', ')}`)
        change(alarm, StateValue, StateReason, clock.now())
        return {}
      },
    }),
    DeleteAlarms: operation<DeleteAlarmsInput, object>({
      asks: ({ AlarmNames = [] }, call) =>
        AlarmNames.map((name) => ({ action: 'cloudwatch:DeleteAlarms', resource: arnOf(name, call) })),
      run({ AlarmNames = [] }, call) {
        const arns = AlarmNames.map((name) => arnOf(name, call))
        // All of them or none.
        const missing = arns.filter((arn) => !alarms.has(arn))
        if (missing.length > 0) throw notFound(`There is no alarm ${missing.join(', ')}`)
        for (const arn of arns) alarms.delete(arn)
        return {}
      },
    }),
  }
}

const STATES: ReadonlySet<string> = new Set(['OK', 'ALARM', 'INSUFFICIENT_DATA'])

/** A new one begins without data; one that is put again keeps its state and loses nothing of its history. */
function putAlarm(clock: Clock, alarms: Alarms, given: PutMetricAlarmInput, call: Call): void {
  const input = checkAlarm(given)
  const { account } = call.principal
  const { region } = call
  const metric = {
    account,
    region,
    namespace: input.Namespace,
    name: input.MetricName,
    dimensions: dimensionMap(input.Dimensions),
  }
  const arn = arnOf(input.AlarmName, call)
  const now = clock.now()
  const known = alarms.get(arn)
  const summary =
    known === undefined ? `Alarm "${input.AlarmName}" created` : `Alarm "${input.AlarmName}" updated`
  const alarm: Alarm = known ?? {
    account,
    region,
    arn,
    input,
    metric,
    configuredAt: now,
    state: 'INSUFFICIENT_DATA',
    reason: 'Unchecked: Initial alarm creation',
    updatedAt: now,
    transitionedAt: now,
    history: [],
  }
  Object.assign(alarm, { input, metric, configuredAt: now })
  alarm.history.push({ at: now, kind: 'ConfigurationUpdate', summary })
  alarms.set(arn, alarm)
}

function matching({ AlarmNames, AlarmNamePrefix = '', StateValue }: DescribeAlarmsInput) {
  return ({ input: { AlarmName }, state }: Alarm) =>
    (AlarmNames === undefined || AlarmNames.length === 0 || AlarmNames.includes(AlarmName)) &&
    AlarmName.startsWith(AlarmNamePrefix) &&
    (StateValue === undefined || state === StateValue)
}

function view(alarm: Alarm): MetricAlarm {
  return {
    ActionsEnabled: true,
    OKActions: [],
    AlarmActions: [],
    InsufficientDataActions: [],
    Dimensions: [],
    ...alarm.input,
    AlarmArn: alarm.arn,
    AlarmConfigurationUpdatedTimestamp: alarm.configuredAt,
    StateValue: alarm.state,
    StateReason: alarm.reason,
    StateUpdatedTimestamp: alarm.updatedAt,
    StateTransitionedTimestamp: alarm.transitionedAt,
  }
}

/** The latest first. */
function historyOf(alarms: readonly Alarm[], input: DescribeAlarmHistoryInput): AlarmHistoryItem[] {
  const { AlarmName, HistoryItemType, StartDate, EndDate, MaxRecords = 100, ScanBy } = input
  const items = alarms
    .filter((alarm) => AlarmName === undefined || alarm.input.AlarmName === AlarmName)
    .flatMap((alarm) =>
      alarm.history.map(
        ({ at, kind, summary }): AlarmHistoryItem => ({
          AlarmName: alarm.input.AlarmName,
          AlarmType: 'MetricAlarm',
          Timestamp: at,
          HistoryItemType: kind,
          HistorySummary: summary,
        }),
      ),
    )
    .filter((item) => HistoryItemType === undefined || item.HistoryItemType === HistoryItemType)
    .filter(
      ({ Timestamp = new Date(0) }) =>
        Timestamp >= (StartDate ?? Timestamp) && Timestamp <= (EndDate ?? Timestamp),
    )
    .toSorted((one, other) => Number(one.Timestamp) - Number(other.Timestamp))
  return (ScanBy === 'TimestampAscending' ? items : items.reverse()).slice(0, MaxRecords)
}

function nameOf({ input }: Alarm): string {
  return input.AlarmName
}

function notFound(message: string): AwsError {
  return new AwsError('ResourceNotFound', message, 404)
}

function arnOf(name: string | undefined, { region, principal }: Call): string {
  return regionalArn('cloudwatch', region, principal.account, `alarm:${name}`)
}
