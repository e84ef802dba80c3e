import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { checkDestination } from '../../../local/lambda/destinations.ts'
import { ACCOUNT, FUNCTION, lambdaFixture, REGION } from './fixture.ts'

const FunctionName = 'work'
const QUEUE = `arn:aws:sqs:${REGION}:${ACCOUNT}:failures`
const OTHER_QUEUE = `arn:aws:sqs:${REGION}:${ACCOUNT}:others`
const FAILS = "export const handler = async () => { throw new Error('no') }"

function fixture() {
  const fixture = lambdaFixture({ 'sqs SendMessage': () => ({}), 'events PutEvents': () => ({}) })
  const { sent, invoke } = fixture
  return {
    ...fixture,
    accept: (more = {}) => invoke({ cluster: 'a' }, { InvocationType: 'Event', ...more }),
    delivered: async (count: number) => {
      while (sent.length < count) await turn()
    },
    queues: () => sent.map(({ input }) => String(input.QueueUrl).split('/').at(-1)),
  }
}

describe('a failed invocation', () => {
  it('goes to its destination and to the dead-letter queue, where there are both', async () => {
    const { create, send, accept, delivered, queues } = fixture()
    await create(FAILS, { DeadLetterConfig: { TargetArn: OTHER_QUEUE } })
    const DestinationConfig = { OnFailure: { Destination: QUEUE } }
    await send('PutFunctionEventInvokeConfig', { FunctionName, MaximumRetryAttempts: 0, DestinationConfig })

    await accept()
    await delivered(2)

    expect(queues().sort()).toEqual(['failures', 'others'])
  })

  it('goes to a queue in the region of that queue', async () => {
    const { create, send, accept, delivered, sent } = fixture()
    await create(FAILS)
    const Destination = QUEUE.replace(REGION, 'us-east-1')
    const DestinationConfig = { OnFailure: { Destination } }
    await send('PutFunctionEventInvokeConfig', { FunctionName, MaximumRetryAttempts: 0, DestinationConfig })

    await accept()
    await delivered(1)

    expect(sent[0]?.call.region).toBe('us-east-1')
  })

  // https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-dlq
  it('of a version goes to the dead-letter queue of $LATEST', async () => {
    const { create, send, accept, clock, delivered, queues } = fixture()
    await create(FAILS, { DeadLetterConfig: { TargetArn: QUEUE }, Publish: true })
    await send('UpdateFunctionConfiguration', {
      FunctionName,
      DeadLetterConfig: { TargetArn: OTHER_QUEUE },
    })
    await clock.pass(2_000)
    await send('PutFunctionEventInvokeConfig', { FunctionName, Qualifier: '1', MaximumRetryAttempts: 0 })

    await accept({ Qualifier: '1' })
    await delivered(1)

    expect(queues()).toEqual(['others'])
  })

  it('of a version goes to the destination of that version', async () => {
    const { create, send, accept, delivered, sent, queues } = fixture()
    await create(FAILS, { Publish: true })
    for (const [Qualifier, Destination] of [
      ['1', QUEUE],
      ['$LATEST', OTHER_QUEUE],
    ] as const)
      await send('PutFunctionEventInvokeConfig', {
        FunctionName,
        Qualifier,
        MaximumRetryAttempts: 0,
        DestinationConfig: { OnFailure: { Destination } },
      })

    await accept({ Qualifier: '1' })
    await delivered(1)

    expect(queues()).toEqual(['failures'])
    expect(JSON.parse(String(sent[0]?.input.MessageBody))).toMatchObject({
      requestContext: { functionArn: `${FUNCTION}:1` },
      responseContext: { executedVersion: '1' },
    })
  })

  it('goes nowhere but into the log where nobody asked for it', async () => {
    const { create, send, accept, lambda, sent } = fixture()
    await create(FAILS)
    await send('PutFunctionEventInvokeConfig', { FunctionName, MaximumRetryAttempts: 0 })

    await accept()
    while (!lambda.logs('work').includes('REPORT')) await turn()
    await turn()

    expect(sent).toEqual([])
  })
})

it('a successful invocation goes to no queue for failures', async () => {
  const { create, send, accept, lambda, sent } = fixture()
  await create('export const handler = async () => 1', { DeadLetterConfig: { TargetArn: QUEUE } })
  const DestinationConfig = { OnFailure: { Destination: QUEUE } }
  await send('PutFunctionEventInvokeConfig', { FunctionName, DestinationConfig })

  await accept()
  while (!lambda.logs('work').includes('REPORT')) await turn()
  await turn()

  expect(sent).toEqual([])
})

describe('a destination', () => {
  it.each([
    ['a queue', QUEUE],
    ['a function', FUNCTION],
    ['a bus', `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/default`],
    ['a queue in China', `arn:aws-cn:sqs:cn-north-1:${ACCOUNT}:failures`],
  ])('can be %s', (_, arn) => {
    expect(() => checkDestination(arn)).not.toThrow()
  })

  it.each([
    ['a topic', `arn:aws:sns:${REGION}:${ACCOUNT}:failures`, 'NotInLocalMode'],
    ['a bucket', 'arn:aws:s3:::failures', 'NotInLocalMode'],
    ['a role', `arn:aws:iam::${ACCOUNT}:role/work`, 'InvalidParameterValueException'],
    ['a name', 'failures', 'InvalidParameterValueException'],
  ])('cannot be %s', (_, arn, code) => {
    expect(() => checkDestination(arn)).toThrow(expect.objectContaining({ code }))
  })
})
