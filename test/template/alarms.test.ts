/** That every alarm watches something that exists, and that everything that must be watched is. */
import { createRequire } from 'node:module'
import { beforeAll, describe, expect, test } from 'vitest'
import { QUOTAS } from '../../lib/quotas.ts'
import { type Packaged, readPackaged } from './packaged.ts'
import { type IsSent, sentMetrics } from './sent-metrics.ts'

const alarmActions: (variables: {
  readonly resolveVariable: (name: string) => Promise<string>
}) => Promise<string[]> = createRequire(import.meta.url)('../../serverless/alarm-actions.cjs')

let packaged: Packaged
let isSent: IsSent

beforeAll(async () => {
  packaged = await readPackaged()
  isSent = await sentMetrics()
})

interface Alarm {
  readonly AlarmName: string
  readonly AlarmDescription: string
  readonly Namespace: string
  readonly MetricName: string
  readonly Dimensions: readonly { readonly Name: string; readonly Value: unknown }[]
  readonly TreatMissingData: string
}

const alarms = () =>
  packaged.ofType('AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties as unknown as Alarm)

const watching = (metric: string) =>
  alarms()
    .filter(({ MetricName }) => MetricName === metric)
    .flatMap(({ Dimensions }) => Dimensions.map(({ Value }) => resourceNamed(Value)))

describe('an alarm watches', () => {
  test('the messages of every queue', () => {
    const queues = packaged.ofType('AWS::SQS::Queue').map(([logicalId]) => logicalId)

    expect(watching('ApproximateNumberOfMessagesVisible').toSorted()).toEqual(queues.toSorted())
  })

  test.each(['ExecutionsFailed', 'ExecutionsTimedOut', 'ExecutionsAborted'])(
    '%s of every workflow',
    (metric) => {
      const workflows = packaged.ofType('AWS::StepFunctions::StateMachine').map(([logicalId]) => logicalId)

      expect(workflows.length).toBeGreaterThan(0)
      expect(watching(metric).toSorted()).toEqual(workflows.toSorted())
    },
  )

  test('the age of every stream that is read', () => {
    const readers = packaged
      .ofType('AWS::Lambda::EventSourceMapping')
      .map(([, { Properties }]) => resourceNamed(Properties.FunctionName))

    expect(readers.length).toBeGreaterThan(0)
    expect(watching('IteratorAge')).toEqual(readers)
  })

  test('errors of every function on a schedule: nobody else hears of them', () => {
    const scheduled = packaged
      .ofType('AWS::Events::Rule')
      .filter(([, { Properties }]) => Properties.ScheduleExpression !== undefined)
      .map(([, { Properties }]) => resourceNamed((Properties.Targets as [{ Arn: unknown }])[0].Arn))
      .filter((logicalId) => packaged.resources[logicalId]?.Type === 'AWS::Lambda::Function')

    expect(scheduled.length).toBeGreaterThan(0)
    expect(watching('Errors')).toEqual(expect.arrayContaining(scheduled))
  })

  test('every quota that is measured, above 80 %', () => {
    const watched = packaged
      .ofType('AWS::CloudWatch::Alarm')
      .filter(([, { Properties }]) => Properties.MetricName === 'QuotaUsed')

    expect(
      watched.map(([, { Properties }]) => (Properties as unknown as Alarm).Dimensions.at(-1)?.Value),
    ).toEqual([...QUOTAS])
    for (const [, { Properties }] of watched)
      expect(Properties).toMatchObject({
        Threshold: 80,
        ComparisonOperator: 'GreaterThanThreshold',
        Statistic: 'Maximum',
      })
  })

  test('certificates that ACM should have renewed', () => {
    expect(alarms().find(({ MetricName }) => MetricName === 'CertificateDaysLeft')).toMatchObject({
      Statistic: 'Minimum',
      Threshold: 40,
      ComparisonOperator: 'LessThanThreshold',
    })
  })

  test('requests that wait for an approver longer than three days', () => {
    expect(alarms().find(({ MetricName }) => MetricName === 'TimeWaitingForApproval')).toMatchObject({
      Statistic: 'Maximum',
      Threshold: 3 * 86_400,
      ComparisonOperator: 'GreaterThanThreshold',
    })
  })
})

describe('every alarm', () => {
  test('is on a metric that AWS or a function sends, with exactly its dimensions', () => {
    for (const { AlarmName, Namespace, MetricName, Dimensions } of alarms())
      expect(
        isSent(
          Namespace,
          MetricName,
          Dimensions.map(({ Name }) => Name),
        ),
        AlarmName,
      ).toBe(true)
  })

  test('is about a resource of the stack', () => {
    for (const { AlarmName, Dimensions } of alarms())
      for (const { Name, Value } of Dimensions)
        if (Name === 'service') expect(Value).toBe('irsa-local')
        else if (Name !== 'quota')
          expect(packaged.resources, AlarmName).toHaveProperty([resourceNamed(Value)])
  })

  test('says what it means and where to look, and what missing data is', () => {
    for (const { AlarmName, AlarmDescription, TreatMissingData } of alarms()) {
      expect(AlarmDescription, AlarmName).toMatch(/^.{40,1024}$/)
      expect(TreatMissingData, AlarmName).toMatch(/^(notBreaching|ignore)$/)
    }
  })

  test('tells the topic when it begins and ends; nobody, if there is none', async () => {
    const topic = 'arn:aws:sns:eu-central-1:111122223333:on-call'
    const actionsFor = (alarmTopic: string) => alarmActions({ resolveVariable: async () => alarmTopic })

    for (const [, { Properties }] of packaged.ofType('AWS::CloudWatch::Alarm'))
      expect(Properties).toMatchObject({ AlarmActions: [], OKActions: [] })
    expect(await actionsFor('')).toEqual([])
    expect(await actionsFor(topic)).toEqual([topic])
  })
})

/** The logical ID in a Ref, a GetAtt or the ARN of a workflow. */
function resourceNamed(value: unknown): string {
  const {
    Ref,
    'Fn::GetAtt': attribute,
    'Fn::Sub': text,
  } = value as {
    readonly Ref?: string
    readonly 'Fn::GetAtt'?: readonly string[]
    readonly 'Fn::Sub'?: string
  }
  const named = Ref ?? attribute?.[0]
  if (named !== undefined) return named
  const name = /:stateMachine:(.+)$/.exec(text ?? '')?.[1]
  const found = packaged
    .ofType('AWS::StepFunctions::StateMachine')
    .find(([, { Properties }]) => Properties.StateMachineName === name)
  return found?.[0] ?? `no resource: ${JSON.stringify(value)}`
}
