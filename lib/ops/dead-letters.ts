/** The three queues of dead letters: counted, listed, replayed, discarded. */
import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda'
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import { translate } from '../aws/errors.ts'
import { DeadLetterNotFound, DeadLetterNotReplayable } from '../errors.ts'
import { clusterKey } from '../events/cluster-name.ts'
import { type Auditing, writeEntry } from './auditing.ts'
import { type Letter, letterOf, QUEUES, type QueueName } from './dead-letters/letter.ts'
import { mapSome } from './several.ts'

export { type Letter, type QueueName, shownLetter } from './dead-letters/letter.ts'

export interface Queues {
  readonly sqs: SQSClient
  readonly lambda: LambdaClient
  readonly urls: Readonly<Record<QueueName, string>>
  /** Of the stack's functions: nothing else is ever invoked. */
  readonly functionPrefix: string
}

/** Approximate, as SQS says it; those that somebody looks at just now are counted too. */
export async function countLetters(queues: Queues): Promise<Readonly<Record<QueueName, number>>> {
  const counts = await counted(queues)
  return Object.fromEntries(counts.map(({ queue, all }) => [queue, all])) as Record<QueueName, number>
}

function counted({ sqs, urls }: Queues) {
  return Promise.all(
    QUEUES.map(async (queue) => {
      const { Attributes = {} } = await sqs
        .send(new GetQueueAttributesCommand({ QueueUrl: urls[queue], AttributeNames: [VISIBLE, HIDDEN] }))
        .catch(translate('sqs:GetQueueAttributes'))
      const hidden = Number(Attributes[HIDDEN] ?? 0)
      return { queue, hidden, all: Number(Attributes[VISIBLE] ?? 0) + hidden }
    }),
  )
}

const VISIBLE = 'ApproximateNumberOfMessages'
const HIDDEN = 'ApproximateNumberOfMessagesNotVisible'

export interface ReadLetters {
  /** The oldest first. */
  readonly letters: readonly Letter[]
  /** Those that had more than are read at once. */
  readonly unread: readonly QueueName[]
}

export interface LetterList extends ReadLetters {
  /** How many somebody else looks at just now, of all queues: approximate, as SQS says it. */
  readonly heldByOthers: number
}

/** As `readLetters`, and what cannot be read. */
export async function listLetters(queues: Queues): Promise<LetterList> {
  const counts = await counted(queues)
  const read = await readLetters(queues)
  return { ...read, heldByOthers: counts.reduce((sum, count) => sum + heldOf(count, read.letters), 0) }
}

/** At most some 1,000 of each queue. */
export async function readLetters(queues: Queues): Promise<ReadLetters> {
  const letters: Letter[] = []
  const unread = await eachLetter(queues, async (letter) => {
    letters.push(letter)
    return 'keep'
  })
  const sorted = letters.toSorted((one, other) =>
    `${one.at} ${one.id}` < `${other.at} ${other.id}` ? -1 : 1,
  )
  return { letters: sorted, unread }
}

/** No more than are missing from what was read: some may have come back since they were counted. */
function heldOf(
  { queue, hidden, all }: Awaited<ReturnType<typeof counted>>[number],
  letters: readonly Letter[],
): number {
  const read = letters.filter((letter) => letter.queue === queue).length
  return Math.max(0, Math.min(hidden, all - read))
}

/** Throws DeadLetterNotFound. */
export function showLetter(queues: Queues, id: string): Promise<Letter> {
  return oneLetter(queues, id, async () => 'keep')
}

/**
 * Hands the original event to the function that it was for, asynchronously, so that Lambda tries again and a failure comes back here;
 * only then is the letter deleted. Cut off between the two, it is sent twice: every handler bears that. Throws
 * DeadLetterNotFound, DeadLetterNotReplayable.
 */
export function replayLetter(queues: Queues, id: string, auditing: Auditing): Promise<Letter> {
  return oneLetter(queues, id, async (letter) => {
    await sendAgain(queues, letter, auditing)
    return 'delete'
  })
}

/**
 * Every one that can be replayed. `pause` comes before each. One that fails stays, and the others are still sent. Returns the queues that
 * had more than are read at once.
 */
export async function replayLetters(
  queues: Queues,
  auditing: Auditing,
  tell: (letter: Letter, error: unknown) => void,
  pause: () => Promise<unknown>,
): Promise<readonly QueueName[]> {
  return eachLetter(queues, async (letter) => {
    if (letter.replay === undefined) return 'keep'
    await pause()
    try {
      await sendAgain(queues, letter, auditing)
    } catch (error) {
      tell(letter, error)
      return 'keep'
    }
    tell(letter, undefined)
    return 'delete'
  })
}

/** Throws DeadLetterNotFound. */
export function discardLetter(queues: Queues, id: string, auditing: Auditing): Promise<Letter> {
  return oneLetter(queues, id, async (letter) => {
    await recordLetter(auditing, 'DeadLetterDiscarded', letter)
    return 'delete'
  })
}

async function recordLetter(
  auditing: Auditing,
  what: 'DeadLetterReplayed' | 'DeadLetterDiscarded',
  { id, queue, at, error, message, event }: Letter,
): Promise<void> {
  const about = { ...clusterKey(event), deadLetter: id }
  const before = { queue, at, error, message: message.slice(0, MOST_OF_MESSAGE) }
  await writeEntry(auditing, { what, about, before })
}

/** Characters. An item of DynamoDB has an end, and what a function said of its failure need not have one. */
const MOST_OF_MESSAGE = 2000

async function sendAgain(
  { lambda, functionPrefix }: Queues,
  letter: Letter,
  auditing: Auditing,
): Promise<void> {
  const { id, replay, error } = letter
  if (replay === undefined) throw new DeadLetterNotReplayable(id, `it is kept for its reason only (${error})`)
  const { functionName, payload } = replay
  if (!functionName.startsWith(functionPrefix))
    throw new DeadLetterNotReplayable(id, `${functionName} is not a function of this stack`)
  await recordLetter(auditing, 'DeadLetterReplayed', letter)
  const input = {
    FunctionName: functionName,
    InvocationType: 'Event',
    Payload: Buffer.from(payload),
  } as const
  await lambda.send(new InvokeCommand(input)).catch(translate('lambda:Invoke'))
}

/** What becomes of a letter that was looked at. */
type Fate = 'keep' | 'delete'

async function oneLetter(
  queues: Queues,
  id: string,
  use: (letter: Letter) => Promise<Fate>,
): Promise<Letter> {
  let found: Letter | undefined
  await eachLetter(queues, async (letter) => {
    if (letter.id !== id) return 'keep'
    found = letter
    return use(letter)
  })
  if (found === undefined) throw new DeadLetterNotFound(id)
  return found
}

/**
 * SQS lets nobody look without taking: what is looked at is hidden from others meanwhile, and given back at the end. If that is cut
 * off, it comes back by itself after five minutes. What comes in meanwhile is not looked at: a replay that failed again, perhaps. Returns the
 * queues that may have more.
 */
async function eachLetter(
  queues: Queues,
  use: (letter: Letter) => Promise<Fate>,
): Promise<readonly QueueName[]> {
  const { sqs, urls } = queues
  const unread: QueueName[] = []
  for (const queue of QUEUES) {
    const taken = new Map<string, Message>()
    try {
      await takeAll(sqs, urls[queue], taken)
      if (taken.size >= MAX_LETTERS) unread.push(queue)
      for (const [id, message] of [...taken]) {
        if ((await use(letterOf(queue, message))) === 'keep') continue
        await remove(sqs, urls[queue], message)
        taken.delete(id)
      }
    } finally {
      await mapSome([...taken.values()], (message) => giveBack(sqs, urls[queue], message))
    }
  }
  return unread
}

async function takeAll(sqs: SQSClient, queueUrl: string, taken: Map<string, Message>): Promise<void> {
  while (taken.size < MAX_LETTERS) {
    const messages = await receive(sqs, queueUrl)
    if (messages.length === 0) return
    for (const message of messages) taken.set(message.MessageId ?? '', message)
  }
}

const MAX_LETTERS = 1000
const HIDDEN_SECONDS = 300

async function receive(sqs: SQSClient, QueueUrl: string): Promise<Message[]> {
  const { Messages = [] } = await sqs
    .send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: HIDDEN_SECONDS,
        // Else only some of SQS's servers are asked, and the answer may be empty though there are messages.
        WaitTimeSeconds: 1,
        MessageSystemAttributeNames: ['SentTimestamp'],
        MessageAttributeNames: ['All'],
      }),
    )
    .catch(translate('sqs:ReceiveMessage'))
  return Messages
}

async function remove(sqs: SQSClient, QueueUrl: string, { ReceiptHandle }: Message): Promise<void> {
  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle })).catch(translate('sqs:DeleteMessage'))
}

async function giveBack(sqs: SQSClient, QueueUrl: string, { ReceiptHandle }: Message): Promise<void> {
  await sqs
    .send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }))
    .catch(translate('sqs:ChangeMessageVisibility'))
}
