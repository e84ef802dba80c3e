/** EventBridge with IAM and SQS beside it, every call asked and logged: what a policy that is missing does. */
import type { ReceiveMessageResult } from '@aws-sdk/client-sqs'
import { expect, test } from 'vitest'
import { createCallLog } from '../../../local/calls.ts'
import { createDispatch } from '../../../local/dispatch.ts'
import { createEvents } from '../../../local/events/index.ts'
import { createFaults } from '../../../local/faults.ts'
import { createIam } from '../../../local/iam/index.ts'
import { authorize } from '../../../local/policy/authorize.ts'
import type { Service } from '../../../local/service.ts'
import { createSqs } from '../../../local/sqs/index.ts'
import { createSts } from '../../../local/sts/index.ts'
import type { World } from '../../../local/world.ts'
import { manualClock } from '../states/manual-clock.ts'
import { testWorld } from '../world.ts'
import { ACCOUNT, anEntry, callOf, DEAD_LETTERS, QUEUE, REGION } from './fixture.ts'

const ruleArn = `arn:aws:events:${REGION}:${ACCOUNT}:rule/irsa/rule`
const url = (name: string) => `http://127.0.0.1:4566/${ACCOUNT}/${name}`

function aws() {
  const clock = manualClock()
  const calls = createCallLog()
  const services = new Map<string, Service>()
  const world: World = testWorld({
    clock,
    iam: () => iam.view,
    sts: () => sts.view,
    dispatch: createDispatch({
      clock,
      services,
      faults: createFaults(),
      throttle: () => undefined,
      authorize: (call, asks, service) => authorize(call, asks, iam.view, service),
      calls,
    }),
  })
  const iam = createIam(world)
  const sts = createSts(world, () => undefined)
  for (const { service } of [iam, sts, createSqs(world), createEvents(world)])
    services.set(service.name, service)
  const run = <Output = unknown>(service: string, operation: string, input: object) =>
    world.dispatch<Output>(service, operation, input, callOf())
  return {
    clock,
    calls,
    run,
    queue: (QueueName: string, rule?: string) =>
      run('sqs', 'CreateQueue', {
        QueueName,
        ...(rule && { Attributes: { Policy: policyFor(QueueName, rule) } }),
      }),
    bodies: async (name: string) => {
      const input = { QueueUrl: url(name), MessageAttributeNames: ['All'] }
      const { Messages = [] } = await run<ReceiveMessageResult>('sqs', 'ReceiveMessage', input)
      return Messages.map(({ Body = '', MessageAttributes = {} }) => ({
        detail: JSON.parse(Body).detail,
        code: MessageAttributes.ERROR_CODE?.StringValue,
        message: MessageAttributes.ERROR_MESSAGE?.StringValue,
      }))
    },
  }
}

/** As AWS documents it for a target or a dead-letter queue of a rule. */
function policyFor(queue: string, rule: string): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      Sid: 'Dead-letter queue permissions',
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: `arn:aws:sqs:${REGION}:${ACCOUNT}:${queue}`,
      Condition: { ArnEquals: { 'aws:SourceArn': rule } },
    },
  })
}

async function deliver({ clock, run }: ReturnType<typeof aws>) {
  const onBus = { EventBusName: 'irsa' }
  await run('events', 'CreateEventBus', { Name: 'irsa' })
  await run('events', 'PutRule', { ...onBus, Name: 'rule', EventPattern: '{"source":["test"]}' })
  const target = { Id: 'a', Arn: QUEUE, DeadLetterConfig: { Arn: DEAD_LETTERS } }
  await run('events', 'PutTargets', { ...onBus, Rule: 'rule', Targets: [target] })
  await run('events', 'PutEvents', { Entries: [anEntry] })
  await clock.settle()
}

test('an event comes to the queue that lets the rule in', async () => {
  const given = aws()
  await given.queue('events', ruleArn)
  await given.queue('dead', ruleArn)

  await deliver(given)

  expect(await given.bodies('events')).toMatchObject([{ detail: { cluster: 'blue' } }])
  expect(await given.bodies('dead')).toEqual([])
})

test.each([
  ['lets nobody in', undefined],
  ['lets another rule in', `${ruleArn}s`],
])('an event for a queue that %s goes straight to the dead letters', async (_, rule) => {
  const given = aws()
  await given.queue('events', rule)
  await given.queue('dead', ruleArn)

  await deliver(given)

  expect(await given.bodies('events')).toEqual([])
  expect(await given.bodies('dead')).toEqual([
    {
      detail: { cluster: 'blue' },
      code: 'NO_PERMISSIONS',
      message: expect.stringContaining('sqs:SendMessage'),
    },
  ])
  expect(given.clock.pendingTimers()).toBe(0)
})

test('an event for a queue that is not there goes straight to the dead letters', async () => {
  const given = aws()
  await given.queue('dead', ruleArn)

  await deliver(given)

  // Here IAM is asked before the service looks for the queue; AWS does not say which comes first.
  expect(await given.bodies('dead')).toMatchObject([
    { code: expect.stringMatching(/^NO_(PERMISSIONS|RESOURCE)$/) },
  ])
  expect(given.clock.pendingTimers()).toBe(0)
})

test('an event for a dead-letter queue that lets nobody in is lost, and the log of calls has it', async () => {
  const given = aws()
  await given.queue('events')
  await given.queue('dead')

  await deliver(given)

  expect(await given.bodies('dead')).toEqual([])
  const refused = given.calls.list({ operation: 'SendMessage', principal: 'events.amazonaws.com' })
  expect(refused.map(({ error }) => error?.code)).toEqual(['AccessDeniedException', 'AccessDeniedException'])
})
