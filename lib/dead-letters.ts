/** Events that were refused: kept with the reason, for a person to read and discard. */
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { translate } from './aws/errors.ts'
import type { IrsaError } from './errors.ts'
import { redact, STRUCK_OUT } from './events/redact.ts'

export interface DeadLetters {
  readonly sqs: SQSClient
  readonly queueUrl: string
}

/** The body of a message in the queue. */
export interface DeadLetter {
  readonly error: string
  readonly message: string
  readonly remedy: string
  /** Everything outside the schema and everything like a private key struck out. */
  readonly event: unknown
}

export async function bury(
  { sqs, queueUrl }: DeadLetters,
  event: unknown,
  { name, message, remedy }: IrsaError,
): Promise<void> {
  const letter: DeadLetter = { error: name, message, remedy, event: redact(event) }
  const whole = bodyOf(letter)
  const body = Buffer.byteLength(whole) > MAX_BODY_BYTES ? bodyOf({ ...letter, event: STRUCK_OUT }) : whole
  await sqs
    .send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body }))
    .catch(translate('sqs:SendMessage'))
}

/** An event may be four times as large: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const MAX_BODY_BYTES = 262_144

/** SQS refuses these two, which JSON lets stand: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
const REFUSED_CHARACTERS = /[\ufffe\uffff]/g

function bodyOf(letter: DeadLetter): string {
  return JSON.stringify(letter).replaceAll(
    REFUSED_CHARACTERS,
    (character) => `\\u${character.charCodeAt(0).toString(16)}`,
  )
}
