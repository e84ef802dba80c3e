/** Facts from https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html */
import { createHash } from 'node:crypto'
import type { MessageAttributeValue } from '@aws-sdk/client-sqs'
import { describe, expect, test } from 'vitest'
import { sqsFixture } from './fixture.ts'

type Attributes = Record<string, MessageAttributeValue>

const text = (StringValue: string, DataType = 'String') => ({ DataType, StringValue })

async function queue(attributes: Record<string, string> = {}) {
  const fixture = sqsFixture()
  await fixture.create('events', attributes)
  return {
    ...fixture,
    sendWith: (MessageAttributes: Attributes, body = 'a') => fixture.send(body, { MessageAttributes }),
    receiveWith: async (...MessageAttributeNames: string[]) => {
      const [message] = await fixture.receive({ MessageAttributeNames, VisibilityTimeout: 0 })
      return message ?? {}
    },
  }
}

describe('the digest of attributes', () => {
  // The first three are from AWS's own examples of SendMessage and SendMessageBatch.
  test.each<[Attributes, string]>([
    [
      {
        my_attribute_name_1: text('my_attribute_value_1'),
        my_attribute_name_2: text('my_attribute_value_2'),
      },
      'c48838208d2b4e14e3ca0093a8443f09',
    ],
    [{ my_attribute_name_1: text('my_attribute_value_1') }, '8ef4d60dbc8efda9f260e1dfd09d29f3'],
    [{ test_attribute_name_1: text('test_attribute_value_1') }, 'ba056227cfd9533dba1f72ad9816d233'],
  ])('of %j is %s', async (attributes, digest) => {
    const { receiveWith, sendWith } = await queue()

    expect(await sendWith(attributes)).toMatchObject({ MD5OfMessageAttributes: digest })
    expect(await receiveWith('All')).toMatchObject({
      MessageAttributes: attributes,
      MD5OfMessageAttributes: digest,
    })
  })

  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html#sqs-attributes-md5-message-digest-calculation
  test.each<[MessageAttributeValue, string]>([
    [text('1', 'Number'), '01'],
    [{ DataType: 'Binary', BinaryValue: Buffer.from('1') }, '02'],
  ])('is over lengths, name, type and value: %j', async (value, transport) => {
    const { sendWith } = await queue()
    const field = (bytes: string) => `${bytes.length.toString(16).padStart(8, '0')}${hex(bytes)}`
    const hex = (bytes: string) => Buffer.from(bytes).toString('hex')
    const input = `${field('a')}${field(value.DataType ?? '')}${transport}${field('1')}`

    expect(await sendWith({ a: value })).toMatchObject({
      MD5OfMessageAttributes: createHash('md5').update(Buffer.from(input, 'hex')).digest('hex'),
    })
  })

  test('does not depend on their order, but on type and bytes', async () => {
    const { sendWith } = await queue()
    const digest = async (attributes: Attributes) => (await sendWith(attributes)).MD5OfMessageAttributes

    expect(await digest({ a: text('1'), b: text('2') })).toBe(await digest({ b: text('2'), a: text('1') }))
    const different = await Promise.all([
      digest({ a: text('1') }),
      digest({ a: text('1', 'Number') }),
      digest({ a: text('1', 'Number.int') }),
      digest({ a: { DataType: 'Binary', BinaryValue: Buffer.from('1') } }),
      digest({ a: text('2') }),
      digest({ b: text('1') }),
    ])
    expect(new Set(different).size).toBe(different.length)
  })
})

describe('attributes', () => {
  const attributes = { 'trace.id': text('1'), 'trace.parent': text('2'), tracer: text('3') }

  test.each<[string[], string[]]>([
    [['All'], ['trace.id', 'trace.parent', 'tracer']],
    [['.*'], ['trace.id', 'trace.parent', 'tracer']],
    [['trace.id'], ['trace.id']],
    [['trace.*'], ['trace.id', 'trace.parent']],
    [
      ['trace.id', 'tracer', 'none'],
      ['trace.id', 'tracer'],
    ],
  ])('named %j are received: %j', async (names, expected) => {
    const { receiveWith, sendWith } = await queue()
    await sendWith(attributes)

    const { MessageAttributes = {} } = await receiveWith(...names)

    expect(Object.keys(MessageAttributes)).toEqual(expected)
  })

  test('are not received unless they are asked for', async () => {
    const { receiveWith, sendWith } = await queue()
    await sendWith(attributes)

    const message = await receiveWith()

    expect(message).not.toHaveProperty('MessageAttributes')
    expect(message).not.toHaveProperty('MD5OfMessageAttributes')
  })

  test('keep bytes as they are', async () => {
    const { receiveWith, sendWith } = await queue()
    const BinaryValue = Uint8Array.from([0, 255, 10])

    await sendWith({ a: { DataType: 'Binary.png', BinaryValue } })

    expect((await receiveWith('All')).MessageAttributes).toEqual({
      a: { DataType: 'Binary.png', BinaryValue },
    })
  })

  test('count for the size of a message: name, type and value', async () => {
    const { sendWith } = await queue({ MaximumMessageSize: '1024' })
    const body = 'a'.repeat(1024 - 'name'.length - 'String'.length - 'value'.length)

    await expect(sendWith({ name: text('value') }, body)).resolves.toBeDefined()
    await expect(sendWith({ name: text('values') }, body)).rejects.toMatchObject({
      code: 'InvalidParameterValue',
    })
  })

  test.each<[string, Attributes]>([
    ['ten', Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`a${n}`, text('1')]))],
    ['a name of 256 characters', { ['a'.repeat(256)]: text('1') }],
    ['a type of 256 characters', { a: text('1', 'String.'.padEnd(256, 'a')) }],
  ])('may have %s', async (_, valid) => {
    const { receiveWith, sendWith } = await queue()

    await sendWith(valid)

    expect(await receiveWith('All')).toMatchObject({ MessageAttributes: valid })
  })

  test.each<[string, Attributes]>([
    ['with a type of 257 characters', { a: text('1', 'String.'.padEnd(257, 'a')) }],
    ['of eleven', Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`a${n}`, text('1')]))],
    ['with an empty name', { '': text('1') }],
    ['with a name of 257 characters', { ['a'.repeat(257)]: text('1') }],
    ['with a space in a name', { 'a b': text('1') }],
    ['with a name of AWS', { 'AWS.a': text('1') }],
    ['with a name of AWS in another case', { 'aws.a': text('1') }],
    ['with a name of Amazon', { 'Amazon.a': text('1') }],
    ['with a name that begins with a dot', { '.a': text('1') }],
    ['with a name that ends with a dot', { 'a.': text('1') }],
    ['with a name with two dots', { 'a..b': text('1') }],
    ['without type', { a: { DataType: undefined, StringValue: '1' } }],
    ['of another type', { a: text('1', 'Text') }],
    ['of a type in another case', { a: text('1', 'string') }],
    ['of a type with a label that is empty', { a: text('1', 'String.') }],
    ['without value', { a: { DataType: 'String' } }],
    ['with an empty value', { a: text('') }],
    ['with bytes for a text', { a: { DataType: 'String', BinaryValue: Buffer.from('1') } }],
    ['with a text for bytes', { a: text('1', 'Binary') }],
    ['with a number that is none', { a: text('one', 'Number') }],
  ])('%s are refused', async (_, invalid) => {
    const { counts, sendWith } = await queue()

    await expect(sendWith(invalid)).rejects.toMatchObject({ code: 'InvalidParameterValue' })
    expect(await counts()).toEqual([0, 0, 0])
  })

  test('with list values, which AWS reserves, are refused', async () => {
    const { sendWith } = await queue()

    await expect(sendWith({ a: { DataType: 'String', StringListValues: ['1'] } })).rejects.toMatchObject({
      code: 'UnsupportedOperation',
    })
  })
})
