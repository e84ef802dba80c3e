/**
 * What the codec writes, the SDK client reads back identically; what the client sends, the codec reads identically:
 * for every operation and every modelled error of every service that local mode speaks for.
 */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AwsError } from '../../../local/errors.ts'
import { loadModel } from '../../../local/wire/model.ts'
import { wireServices } from '../../../local/wire/services.ts'
import { membersOf } from '../../../local/wire/shape.ts'
import { type Answer, type Serving, serve } from '../serve.ts'
import {
  clientsOwn,
  inputForms,
  outputForms,
  transportsOwn,
  untried,
  untriedErrors,
} from './round-trip-exceptions.ts'
import { type SdkClient, sdkClient } from './sdk-clients.ts'
import { messageValue } from './shape-values.ts'

const models = await Promise.all(wireServices.map(loadModel))

const described = models.map((model) => ({
  name: model.service.name,
  protocol: model.service.protocol,
  model,
}))

describe.each(described)('$name in $protocol', ({ name, protocol, model }) => {
  let heard: { operation: string; input: object }
  let answer: () => unknown
  let serving: Serving
  let client: SdkClient

  beforeAll(async () => {
    const answers = [...model.operations.keys()].map((operation): [string, Answer] => [
      operation,
      (input) => {
        heard = { operation, input }
        return answer()
      },
    ])
    serving = await serve({ [name]: Object.fromEntries(answers) }, { speed: 1_000_000 })
    client = sdkClient(name, serving.endpoint, { protocol })
  })

  afterAll(async () => {
    client.close()
    await serving.stop()
  })

  const operations = [...model.operations.values()].filter(
    (operation) => !(`${name} ${operation.name}` in untried),
  )

  it.each(operations)(
    '$name arrives and is answered unchanged',
    async ({ name: operation, input, output }) => {
      const added = clientsOwn[name] ?? []
      const gained = transportsOwn[name] ?? []
      const emptyIsAbsent = model.service.protocol === 'query'
      const inputs = messageValue(input, { forms: inputForms[name] ?? {}, without: added, emptyIsAbsent })
      const outputs = messageValue(output, {
        forms: outputForms[name] ?? {},
        without: gained,
        emptyIsAbsent: false,
      })
      await fc.assert(
        fc.asyncProperty(inputs, outputs, async (sent, answered) => {
          answer = () => answered

          const received = await client.send(operation, sent)

          expect(heard.operation).toBe(operation)
          expect(await readable(heard.input, added)).toEqual(await readable(sent, added))
          expect(await readable(received, gained)).toEqual(answered)
        }),
        { numRuns: Number(process.env.RUNS ?? 2) },
      )
    },
  )

  it.each(model.errors.filter((error) => !(`${name} ${error.name}` in untriedErrors)))(
    '$name arrives as its own class',
    async ({ name: error, queryCode, status, schema }) => {
      const probe = operations.find(({ input }) => membersOf(input).every(({ required }) => !required))
      const message = 'The role "x" cannot be <found> & used.'
      const details = messageValue(schema, { forms: {}, without: messageMembers, emptyIsAbsent: false })
      // Services may name it as its class or as the query protocol does; S3 and its like have only the former.
      const codes = model.service.protocol === 'rest-xml' ? [error] : [error, queryCode]
      await fc.assert(
        fc.asyncProperty(details, fc.constantFrom(...codes), async (given, code) => {
          answer = () => {
            throw new AwsError(code, message, 418, { ...given })
          }

          const thrown = await client.send(probe?.name ?? '', {}).catch((reason: unknown) => reason)

          expect(thrown).toBeInstanceOf(client.errorClass(error))
          const $metadata = { httpStatusCode: status ?? 418 }
          expect(thrown).toMatchObject({ ...given, name: error, message, $metadata })
        }),
        { numRuns: 1 },
      )
    },
  )
})

const messageMembers = ['message', 'Message']

/** Streams read to their end, without the members that neither side named. */
async function readable(value: object, without: readonly string[]): Promise<object> {
  const members = Object.entries(value).filter(([name]) => !without.includes(name))
  const read = members.map(async ([name, member]) => [name, await plain(member)])
  return Object.fromEntries(await Promise.all(read))
}

async function plain(value: unknown): Promise<unknown> {
  if (value instanceof Uint8Array) return new Uint8Array(value)
  const isStream = typeof value === 'object' && value !== null && 'transformToByteArray' in value
  return isStream
    ? await (value as { transformToByteArray: () => Promise<Uint8Array> }).transformToByteArray()
    : value
}
