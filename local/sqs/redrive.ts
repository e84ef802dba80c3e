/** Dead-letter queues: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html */
import * as z from 'zod'
import { parseArn } from '../arn.ts'
import type { Queue, Queues } from './queue.ts'

const redriveSchema = z.strictObject({
  deadLetterTargetArn: z.string(),
  maxReceiveCount: z.coerce.number().int().min(1).max(1000).default(10),
})

const allowSchema = z.discriminatedUnion('redrivePermission', [
  z.strictObject({ redrivePermission: z.literal(['allowAll', 'denyAll']) }),
  z.strictObject({
    redrivePermission: z.literal('byQueue'),
    sourceQueueArns: z.array(z.string()).min(1).max(10),
  }),
])

export type RedrivePolicy = z.infer<typeof redriveSchema>

export function redriveOf(queue: Queue): RedrivePolicy | undefined {
  const text = queue.attributes.get('RedrivePolicy')
  return text === undefined ? undefined : redriveSchema.parse(JSON.parse(text))
}

/** Of the queue with the ARN. Throws for what SQS does not take: the target must be there, nearby, and allow it. */
export function parseRedrivePolicy(queues: Queues, arn: string, text: string): void {
  const { deadLetterTargetArn } = redriveSchema.parse(JSON.parse(text))
  const target = queues.get(deadLetterTargetArn)
  const { region, account } = parseArn(arn)
  if (target?.region !== region || target.account !== account)
    throw new RangeError('Dead letter target does not exist.')
  const allowed = target.attributes.get('RedriveAllowPolicy')
  if (allowed === undefined) return
  const permission = allowSchema.parse(JSON.parse(allowed))
  const isAllowed =
    permission.redrivePermission === 'byQueue'
      ? permission.sourceQueueArns.includes(arn)
      : permission.redrivePermission === 'allowAll'
  if (!isAllowed) throw new RangeError('Dead letter target does not allow this queue.')
}

/** Throws for what SQS does not take. */
export function parseRedriveAllowPolicy(text: string): void {
  allowSchema.parse(JSON.parse(text))
}
