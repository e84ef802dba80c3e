import { generateKeyPairSync } from 'node:crypto'
import { SendMessageCommand } from '@aws-sdk/client-sqs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bury } from '../../lib/dead-letters.ts'
import { InvalidInput, PrivateKeyInInput } from '../../lib/errors.ts'
import { redact, STRUCK_OUT } from '../../lib/events/redact.ts'
import { anyText } from './any-text.ts'
import { refusal, sent } from './aws/sdk.ts'
import { aQueue, QUEUE_URL } from './dead-letters.ts'
import { anEvent, CREATED } from './events/event.ts'

const FAULT = new InvalidInput('detail.baseDomain: is required')
const LIMIT = 262_144

const EVENT = anEvent('Cluster Created', { cluster: 'golem' })

/** What is left of the limit by the letter of a fault without words. */
const ROOM = LIMIT - Buffer.byteLength(JSON.stringify(letterOf('')))

function letterOf(message: string) {
  return { error: 'InvalidInput', message, remedy: InvalidInput.remedy, event: redact(EVENT) }
}

describe('bury', () => {
  test('sends the reason, what to do, and the event', async () => {
    const { sqs, deadLetters } = aQueue()
    const event = anEvent('Cluster Created', { cluster: 'golem' })

    await bury(deadLetters, event, FAULT)

    const letter = {
      error: 'InvalidInput',
      message: 'detail.baseDomain: is required',
      remedy: InvalidInput.remedy,
      event: redact(event),
    }
    expect(sent(sqs)).toEqual([['SendMessage', { QueueUrl: QUEUE_URL, MessageBody: JSON.stringify(letter) }]])
    expect(letter.event).toMatchObject({ detail: { cluster: 'golem' } })
  })

  test('strikes out private keys and what the schema does not know', async () => {
    const { letters, deadLetters } = aQueue()
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    const event = anEvent('Cluster Created', { ...CREATED, serviceAccountKeys: [pem], notes: 'hush' })

    await bury(deadLetters, event, new PrivateKeyInInput('detail.serviceAccountKeys[0]'))

    expect(letters()).toMatchObject([
      {
        error: 'PrivateKeyInInput',
        event: { detail: { cluster: 'golem', serviceAccountKeys: STRUCK_OUT, [STRUCK_OUT]: STRUCK_OUT } },
      },
    ])
    expect(JSON.stringify(letters())).not.toMatch(/hush|PRIVATE KEY/)
  })

  test.each([
    ['one that just fits in', 'a'.repeat(ROOM), true],
    ['one of a byte more', 'a'.repeat(ROOM + 1), false],
    ['one of as many characters, but more bytes', `é${'a'.repeat(ROOM - 1)}`, false],
    ['one that fits in with longer characters', `é${'a'.repeat(ROOM - 2)}`, true],
  ])('keeps the event if the queue takes it, else the reason alone: %s', async (_, message, isKept) => {
    const { sqs, letters, deadLetters } = aQueue()

    await bury(deadLetters, EVENT, new InvalidInput(message))

    expect(letters()).toEqual([isKept ? letterOf(message) : { ...letterOf(message), event: STRUCK_OUT }])
    const [{ MessageBody = '' } = {}] = sqs.commandCalls(SendMessageCommand).map(({ args }) => args[0].input)
    expect(Buffer.byteLength(MessageBody)).toBeLessThanOrEqual(LIMIT)
  })

  test('sends only characters that SQS takes, and loses none', async () => {
    const messages = fc.oneof(
      anyText(),
      fc.constantFrom('\0', '\u{b}', '\ud800', '\ufffe', '\uffff', '\u{1ffff}', '\x7f'),
    )

    await fc.assert(
      fc.asyncProperty(messages, async (message) => {
        const { sqs, letters, deadLetters } = aQueue()

        await bury(deadLetters, EVENT, new InvalidInput(message))

        const [{ MessageBody } = {}] = sqs.commandCalls(SendMessageCommand).map(({ args }) => args[0].input)
        expect(MessageBody).toMatch(TAKEN)
        expect(letters()).toEqual([letterOf(message)])
      }),
    )
  })

  test.each([
    ['ServiceUnavailable', 503, 'AwsUnavailable'],
    ['RequestThrottled', 400, 'Throttled'],
    ['AccessDenied', 403, 'AccessDenied'],
  ])('throws when SQS answers %s: the event must not be lost', async (name, status, expected) => {
    const { sqs, deadLetters } = aQueue()
    sqs.rejects(refusal(name, 'no', status))

    await expect(bury(deadLetters, anEvent('Cluster Created', {}), FAULT)).rejects.toMatchObject({
      name: expected,
    })
  })
})

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
const TAKEN = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u
