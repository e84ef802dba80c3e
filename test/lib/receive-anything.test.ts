import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { IrsaError } from '../../lib/errors.ts'
import { receiveEvent } from '../../lib/receive.ts'
import { announcements, CREATED } from './announce/fixture.ts'
import { refusal } from './aws/sdk.ts'
import { aQueue } from './dead-letters.ts'
import { anEvent } from './events/event.ts'
import { itemsOf } from './registry/registry.ts'

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const PEMS = [
  rsa.export({ type: 'pkcs1', format: 'pem' }).toString(),
  rsa.export({ type: 'pkcs8', format: 'pem' }).toString(),
  ec.export({ type: 'sec1', format: 'pem' }).toString(),
]
const JWKS = [rsa, ec].map((key) => ({ ...key.export({ format: 'jwk' }), kid: 'a' }))

const secret: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(...PEMS),
  fc.constantFrom(...PEMS).map((pem) => pem.replaceAll('PRIVATE KEY', 'PUBLIC KEY')),
  fc.tuple(fc.constantFrom(...PEMS), fc.nat(300)).map(([pem, start]) => pem.slice(start)),
  fc.constantFrom(...JWKS),
  fc.constantFrom(...JWKS).map((jwk) => ({ keys: [jwk] })),
  fc.constantFrom(...JWKS).map((jwk) => JSON.stringify(jwk)),
)
const value = fc.oneof(
  secret,
  secret.map((one) => [one]),
  secret.map((one) => ({ a: one })),
  fc.constantFrom(...PEMS).map((pem) => ({ [pem]: 'a' })),
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom('golem', '\uffff', 'a'.repeat(300_000), { type: 'dedicated' }),
)
const member = fc.oneof(
  fc.constantFrom('cluster', 'accountId', 'region', 'baseDomain', 'serviceAccountKeys', 'jwks'),
  fc.constantFrom('hosting', 'audiences', 'tags', 'retireNow', '__proto__', PEMS[0] ?? ''),
  fc.string(),
)
const detail = fc.oneof(
  value,
  fc.dictionary(member, value, { maxKeys: 3 }).map((members) => ({ ...CREATED, ...members })),
)
const around = fc.dictionary(
  fc.constantFrom('id', 'time', 'source', 'region', 'resources', 'detail'),
  value,
  {
    maxKeys: 1,
  },
)

/** For a domain in which the stack makes nothing: never one that is to be taken. */
const anyEvent = fc.oneof(
  { weight: 1, arbitrary: value },
  {
    weight: 5,
    arbitrary: fc
      .tuple(
        fc.constantFrom('Cluster Created', 'Cluster Keys Changed', 'Cluster Deleted', 'x'),
        detail,
        around,
      )
      .map(([detailType, sent, more]) => anEvent(detailType, sent, more)),
  },
)

/** Pieces of the keys that are worth something to a thief. */
const PIECE = 40
const pieces = new Set(
  [
    ...PEMS.flatMap((pem) => pem.split('\n').slice(1, -2)),
    ...JWKS.flatMap(({ d, p, q }) => [d, p, q]),
  ].flatMap((text = '') =>
    Array.from({ length: Math.max(0, text.length - PIECE + 1) }, (_, at) => text.slice(at, at + PIECE)),
  ),
)

function piecesIn(text: string): string[] {
  const runs = text.match(/[\w+/-]{40,}/g) ?? []
  return runs.flatMap((run) =>
    Array.from({ length: run.length - PIECE + 1 }, (_, at) => run.slice(at, at + PIECE)).filter((piece) =>
      pieces.has(piece),
    ),
  )
}

test('whatever comes in is refused with a letter that has no secret, or thrown, and never becomes a cluster', async () => {
  const { announcing: open } = await announcements()
  const stack = { ...open.stack, hostedZones: [{ id: 'Z1', name: 'elsewhere.example.com' }] }
  const announcing = { ...open, stack }

  await fc.assert(
    fc.asyncProperty(anyEvent, fc.boolean(), async (event, isQueueDown) => {
      const { sqs, letters, deadLetters } = aQueue()
      if (isQueueDown) sqs.rejects(refusal('ServiceUnavailable', 'no', 503))

      const outcome = await receiveEvent({ ...announcing, audit: announcing.table, deadLetters }, event).then(
        (returned) => ({ returned }),
        (thrown: unknown) => ({ thrown }),
      )

      if ('returned' in outcome) {
        expect(outcome.returned).toBeInstanceOf(IrsaError)
        expect(outcome.returned?.mendedBy).toBe('requester')
      } else {
        expect(outcome.thrown).toMatchObject({ mendedBy: expect.stringMatching(/^(time|operator)$/) })
      }
      expect('thrown' in outcome).toBe(isQueueDown)
      expect(letters()).toHaveLength(1)
      const text = JSON.stringify(letters())
      expect(text).not.toContain('PRIVATE KEY')
      expect(piecesIn(text)).toEqual([])
      expect(await itemsOf(announcing.table)).toEqual([])
    }),
    { numRuns: 300 },
  )
})
