/** The queue of refused events, and what is in it. */
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { mockClient } from 'aws-sdk-client-mock'

export const QUEUE_URL = 'https://sqs.eu-central-1.amazonaws.com/000000000000/irsa-dev-dead-letters'

export function aQueue() {
  const client = new SQSClient({ region: 'eu-central-1' })
  const sqs = mockClient(client)
  sqs.on(SendMessageCommand).resolves({})
  return {
    sqs,
    deadLetters: { sqs: client, queueUrl: QUEUE_URL },
    letters: (): unknown[] =>
      sqs
        .commandCalls(SendMessageCommand)
        .map(({ args: [{ input }] }) => JSON.parse(input.MessageBody ?? '')),
  }
}
