import { generateKeyPairSync } from 'node:crypto'
import { StartExecutionCommand } from '@aws-sdk/client-sfn'
import { describe, expect, test } from 'vitest'
import { EventNotServed, IrsaError, PrivateKeyInInput } from '../../lib/errors.ts'
import { redact, STRUCK_OUT } from '../../lib/events/redact.ts'
import { type Receiving, receiveEvent } from '../../lib/receive.ts'
import { putItem } from '../../lib/registry/table.ts'
import { announcements, at, CREATED, created } from './announce/fixture.ts'
import { refusal, sent } from './aws/sdk.ts'
import { aQueue, QUEUE_URL } from './dead-letters.ts'
import { anEvent } from './events/event.ts'
import { type Around, itemsOf } from './registry/registry.ts'
import { STACK } from './resources/golem.ts'

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const PRIVATE_PEM = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

const KEYS = { cluster: 'golem', serviceAccountKeys: CREATED.serviceAccountKeys }

/** The stack's one zone is gigantic.io, and another cluster has the issuer of gaia.gigantic.io. */
async function reception(around?: Around) {
  const stack = { ...STACK, hostedZones: [{ id: 'Z1', name: 'gigantic.io' }] }
  const { announcing, states, golem } = await announcements({ stack }, around)
  const { sqs, deadLetters, letters } = aQueue()
  const receiving: Receiving = { ...announcing, audit: announcing.table, deadLetters }
  const taken = { pk: 'ISSUER#irsa.gaia.gigantic.io', sk: 'CLAIM', holder: '000000000000/gaia' }
  await putItem(announcing.table, taken)
  return {
    table: announcing.table,
    states,
    golem,
    sqs,
    letters,
    receive: (event: unknown) => receiveEvent(receiving, event),
  }
}

describe('an event that is taken', () => {
  test('starts its run, and nothing is buried', async () => {
    const { receive, golem, states, sqs } = await reception()

    expect(await receive(created('event-1'))).toBeUndefined()

    expect(await golem()).toMatchObject({ run: { number: 1, state: 'STARTED' } })
    expect([...states.executions.keys()]).toEqual(['golem-1'])
    expect(sent(sqs)).toEqual([])
  })

  test('may come again', async () => {
    const { receive, golem, sqs } = await reception()
    await receive(created('event-1'))
    const known = await golem()

    expect(await receive(created('event-1'))).toBeUndefined()

    expect(await golem()).toEqual(known)
    expect(sent(sqs)).toEqual([])
  })
})

describe('what only the sender can mend', () => {
  test.each([
    ['InvalidInput', created('event-1', { baseDomain: 'a_b.gigantic.io' })],
    ['InvalidInput', { ...created('event-1'), id: undefined }],
    ['PrivateKeyInInput', created('event-1', { serviceAccountKeys: [PRIVATE_PEM] })],
    ['ClusterNotFound', anEvent('Cluster Keys Changed', KEYS, { id: 'event-1', time: at(0) })],
    ['AccountMayNotSpeak', created('event-1', { accountId: STACK.accountId }, { account: '111122223333' })],
    ['EventFromTheFuture', created('event-1', {}, { time: at(301) })],
    ['BaseDomainNotAllowed', created('event-1', { baseDomain: 'golem.example.com' })],
    ['IssuerTaken', created('event-1', { baseDomain: 'gaia.gigantic.io' })],
  ])('is refused with its reason: %s', async (name, event) => {
    const { receive, table, letters, sqs, states } = await reception()
    const before = await itemsOf(table)

    const error = await receive(event)

    expect(error).toMatchObject({ name, mendedBy: 'requester' })
    const { message, remedy } = error instanceof IrsaError ? error : { message: '', remedy: '' }
    const letter = { error: name, message, remedy, event: redact(event) }
    expect(sent(sqs)).toEqual([['SendMessage', { QueueUrl: QUEUE_URL, MessageBody: JSON.stringify(letter) }]])
    expect(JSON.stringify(letters())).not.toContain('PRIVATE KEY')
    expect(await itemsOf(table)).toEqual(before)
    expect(sent(states.sfn)).toEqual([])
  })

  test('is refused of a cluster that is known too, which stays as it is', async () => {
    const { receive, golem, letters } = await reception()
    await receive(created('event-1'))
    const known = await golem()

    expect(await receive(created('event-2', { region: 'eu-west-1' }, { time: at(60) }))).toMatchObject({
      name: 'ClusterChangeRefused',
    })

    expect(await golem()).toEqual(known)
    expect(letters()).toMatchObject([
      { error: 'ClusterChangeRefused', event: { id: 'event-2', detail: { region: 'eu-west-1' } } },
    ])
  })

  test('is thrown when it cannot be buried: the event must not be lost', async () => {
    const { receive, sqs } = await reception()
    sqs.rejects(refusal('ServiceUnavailable', 'no', 503))

    await expect(receive(created('event-1', { baseDomain: '-' }))).rejects.toMatchObject({
      name: 'AwsUnavailable',
    })
  })
})

describe('what the sender cannot mend', () => {
  test.each([
    ['time', 'AwsUnavailable', 'GetItem', refusal('InternalServerError', 'no', 500)],
    ['time', 'Throttled', 'PutItem', refusal('ProvisionedThroughputExceededException')],
    ['operator', 'AccessDenied', 'PutItem', refusal('AccessDeniedException')],
    ['operator', 'QuotaExceeded', 'StartExecution', refusal('ExecutionLimitExceeded')],
    ['operator', 'AwsRefused', 'StartExecution', refusal('StateMachineDoesNotExist')],
  ])('is thrown for Lambda to try again, and not buried: what %s mends, %s at %s', async (...row) => {
    const [mendedBy, name, failing, error] = row
    let isArmed = false
    const { receive, sqs } = await reception((call, operation) => {
      if (isArmed && operation === failing) throw error
      return call()
    })
    isArmed = true

    await expect(receive(created('event-1'))).rejects.toMatchObject({ name, mendedBy })

    expect(sent(sqs)).toEqual([])
  })

  test('is a fault of ours too', async () => {
    const { receive, states, sqs } = await reception()
    const error = new TypeError('x is not a function')
    states.sfn.on(StartExecutionCommand).rejects(error)

    await expect(receive(created('event-1'))).rejects.toBe(error)

    expect(sent(sqs)).toEqual([])
  })
})

describe('an event that this version does not serve', () => {
  test.each([
    ['Role Ready', { cluster: 'golem' }],
    ['cluster created', CREATED],
  ])('is refused, and the cluster stays as it is: %s', async (detailType, detail) => {
    const { receive, table, letters } = await reception()
    await receive(created('event-1'))
    const before = await itemsOf(table)
    const event = anEvent(detailType, detail, { account: STACK.accountId })

    expect(await receive(event)).toBeInstanceOf(EventNotServed)

    expect(letters()).toMatchObject([
      { error: 'EventNotServed', remedy: EventNotServed.remedy, event: redact(event) },
    ])
    expect(await itemsOf(table)).toEqual(before)
  })

  test('keeps no private key either', async () => {
    const { receive, letters } = await reception()

    const event = anEvent('Cluster Keys Changed', { cluster: 'golem', serviceAccountKeys: [PRIVATE_PEM] })
    expect(await receive(event)).toBeInstanceOf(PrivateKeyInInput)

    expect(letters()).toMatchObject([
      { event: { detail: { cluster: 'golem', serviceAccountKeys: STRUCK_OUT } } },
    ])
    expect(JSON.stringify(letters())).not.toContain('PRIVATE KEY')
  })
})

test('a private key is said to be disclosed', async () => {
  const { receive, letters } = await reception()

  expect(await receive(created('event-1', { tags: { note: PRIVATE_PEM } }))).toBeInstanceOf(PrivateKeyInInput)

  expect(letters()).toMatchObject([{ remedy: expect.stringContaining('disclosed') }])
})
