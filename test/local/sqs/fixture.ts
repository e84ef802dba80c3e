/** SQS alone, on a clock that stands still, called without the wire and without being asked. */
import type {
  CreateQueueResult,
  GetQueueAttributesResult,
  Message,
  ReceiveMessageResult,
  SendMessageResult,
} from '@aws-sdk/client-sqs'
import type { Ask, Call } from '../../../local/service.ts'
import { createSqs } from '../../../local/sqs/index.ts'
import type { IamView } from '../../../local/world.ts'
import { manualClock } from '../states/manual-clock.ts'
import { testWorld } from '../world.ts'

export const ACCOUNT = '000000000000'
export const OTHER_ACCOUNT = '111111111111'
export const REGION = 'eu-central-1'
export const ENDPOINT = 'http://127.0.0.1:4566'
export const QUEUE_URL = `${ENDPOINT}/${ACCOUNT}/events`
export const QUEUE_ARN = `arn:aws:sqs:${REGION}:${ACCOUNT}:events`

export function callOf(account = ACCOUNT, region = REGION): Call {
  const arn = `arn:aws:iam::${account}:user/local`
  return { principal: { kind: 'administrator', account, arn }, region, requestId: 'request' }
}

export function sqsFixture(iam?: IamView) {
  const clock = manualClock()
  const { service } = createSqs(testWorld({ clock, ...(iam && { iam: () => iam }) }))

  async function run<Output = unknown>(operation: string, input: object, call = callOf()): Promise<Output> {
    const found = service.operations[operation]
    if (!found) throw new Error(`no ${operation}`)
    return (await found.run(input as never, call)) as Output
  }

  async function create(QueueName = 'events', Attributes: Record<string, string> = {}, call = callOf()) {
    const { QueueUrl = '' } = await run<CreateQueueResult>('CreateQueue', { QueueName, Attributes }, call)
    return QueueUrl
  }

  async function attributes(...AttributeNames: string[]): Promise<Record<string, string>> {
    const input = { QueueUrl: QUEUE_URL, AttributeNames }
    const { Attributes = {} } = await run<GetQueueAttributesResult>('GetQueueAttributes', input)
    return Attributes
  }

  const set = (Attributes: Record<string, string>, QueueUrl = QUEUE_URL) =>
    run('SetQueueAttributes', { QueueUrl, Attributes })

  const send = (MessageBody: string, more: object = {}) =>
    run<SendMessageResult>('SendMessage', { QueueUrl: QUEUE_URL, MessageBody, ...more })

  async function receive(more: object = {}): Promise<Message[]> {
    const input = { QueueUrl: QUEUE_URL, MaxNumberOfMessages: 10, ...more }
    const { Messages = [] } = await run<ReceiveMessageResult>('ReceiveMessage', input)
    return Messages
  }

  return {
    clock,
    service,
    run,
    create,
    attributes,
    set,
    send,
    receive,
    bodies: async (more: object = {}) => (await receive(more)).map(({ Body }) => Body),
    remove: (message: Message | undefined) =>
      run('DeleteMessage', { QueueUrl: QUEUE_URL, ReceiptHandle: message?.ReceiptHandle }),
    /** Visible, in flight, delayed. */
    counts: async () => {
      const all = await attributes(
        'ApproximateNumberOfMessages',
        'ApproximateNumberOfMessagesNotVisible',
        'ApproximateNumberOfMessagesDelayed',
      )
      return [
        all.ApproximateNumberOfMessages,
        all.ApproximateNumberOfMessagesNotVisible,
        all.ApproximateNumberOfMessagesDelayed,
      ].map(Number)
    },
    asks: (operation: string, input: object, call = callOf()): readonly Ask[] =>
      service.operations[operation]?.asks(input as never, call) ?? [],
  }
}
