import * as z from 'zod'
import { allow, catalogueEntry } from './entry.ts'
import { kmsKeyArns, queueArns } from './parameters.ts'

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html */
export const sqsConsumer = catalogueEntry({
  name: 'sqs-consumer',
  description: 'Receives and deletes the messages of the queues named.',
  parameters: z.strictObject({ queueArns, kmsKeyArns }),
  statements: (parameters) => [
    ...allow(
      [
        'sqs:ChangeMessageVisibility',
        'sqs:DeleteMessage',
        'sqs:GetQueueAttributes',
        'sqs:GetQueueUrl',
        'sqs:ReceiveMessage',
      ],
      parameters.queueArns,
    ),
    ...allow(['kms:Decrypt'], parameters.kmsKeyArns),
  ],
})
