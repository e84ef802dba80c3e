import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { redact, STRUCK_OUT } from '../../../lib/events/redact.ts'
import { EC_KID, EC_PEM, RSA_MODULUS } from '../oidc/keys.ts'
import { anEvent, CREATED } from './event.ts'

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const pem = ec.export({ type: 'pkcs8', format: 'pem' }).toString()

function redactedDetail(detail: unknown, detailType = 'Cluster Created'): unknown {
  return Object(redact(anEvent(detailType, detail))).detail
}

describe('redact keeps', () => {
  test('what the schema takes, and of keys what is published', () => {
    const tags = { installation: 'golem', 'kubernetes.io/cluster/golem': 'owned' }

    expect(redact(anEvent('Cluster Created', { ...CREATED, tags }))).toEqual({
      id: '17793124-05d4-b198-2fde-7ededc63b103',
      'detail-type': 'Cluster Created',
      source: 'cluster.lifecycle',
      account: '111122223333',
      time: '2026-01-31T12:00:00.000Z',
      region: 'eu-central-1',
      version: '0',
      resources: [],
      detail: {
        cluster: 'golem',
        baseDomain: 'golem.gaws.gigantic.io',
        serviceAccountKeys: [expect.objectContaining({ kid: EC_KID })],
        tags,
      },
    })
  })

  test("the envelope's own members", () => {
    const around = {
      resources: ['arn:aws:ec2:eu-central-1:111122223333:vpc/vpc-0123456789'],
      'replay-name': 'a replay',
    }

    expect(redact(anEvent('Cluster Created', {}, around))).toMatchObject({ version: '0', ...around })
  })

  test('public JWKs, without the members that we do not publish', () => {
    const key = { kty: 'RSA', kid: 'a', n: RSA_MODULUS, e: 'AQAB', note: 'hush' }

    expect(redactedDetail({ jwks: { keys: [key], note: 'hush' } })).toEqual({
      jwks: [{ kty: 'RSA', kid: 'a', use: 'sig', alg: 'RS256', n: RSA_MODULUS, e: 'AQAB' }],
    })
  })

  test('a long name of lower-case words in a tag', () => {
    const tags = { name: 'golem-production-eu-central-1-workload-cluster-number-1' }

    expect(redactedDetail({ tags })).toEqual({ tags })
  })
})

describe('redact strikes out', () => {
  test.each<[string, Record<string, unknown>, unknown]>([
    ['a value that the schema refuses', { cluster: 'Not A Name' }, { cluster: STRUCK_OUT }],
    ['a member that the schema does not know, with its name', { secret: 'x' }, { [STRUCK_OUT]: STRUCK_OUT }],
    ['a member of another event', { force: true }, { [STRUCK_OUT]: STRUCK_OUT }],
    [
      'all keys when one is private',
      { serviceAccountKeys: [EC_PEM, pem] },
      { serviceAccountKeys: STRUCK_OUT },
    ],
    ['a JWK that is private', { jwks: { keys: [ec.export({ format: 'jwk' })] } }, { jwks: STRUCK_OUT }],
    ['a piece of a key in a tag', { tags: { a: pem.split('\n')[1] } }, { tags: STRUCK_OUT }],
    [
      'a piece of a key in the name of a tag',
      { tags: { [pem.split('\n')[1] ?? '']: 'a' } },
      { tags: STRUCK_OUT },
    ],
    [
      'a key on one line in a tag',
      { tags: { a: pem.replaceAll('\n', ' ').slice(0, 200) } },
      { tags: STRUCK_OUT },
    ],
  ])('%s', (_, detail, expected) => {
    expect(redactedDetail(detail)).toEqual(expected)
  })

  test.each([
    ['a private key', [pem]],
    ['a piece of one', ['a', pem.split('\n')[1]]],
    ['what EventBridge does not put there', [{ secret: 'x' }]],
  ])('resources with %s', (_, resources) => {
    expect(redact(anEvent('Cluster Created', {}, { resources }))).toMatchObject({ resources: STRUCK_OUT })
  })

  test('the whole detail of an event that we do not know', () => {
    expect(redactedDetail({ cluster: 'golem' }, 'Something Else')).toEqual({ [STRUCK_OUT]: STRUCK_OUT })
    expect(redactedDetail({ cluster: 'golem' }, 'constructor')).toEqual({ [STRUCK_OUT]: STRUCK_OUT })
  })

  test.each([
    ['null', null],
    ['a text', 'text'],
    ['a number', 1],
    ['a list', [pem]],
  ])('%s in the place of an event or a detail', (_, value) => {
    expect(redact(value)).toBe(STRUCK_OUT)
    expect(redactedDetail(value)).toBe(STRUCK_OUT)
  })

  test('members named like those of every object', () => {
    const detail = JSON.parse(`{"__proto__":{"a":${JSON.stringify(pem)}},"constructor":"x","toString":1}`)

    expect(redactedDetail(detail)).toEqual({ [STRUCK_OUT]: STRUCK_OUT })
  })
})

describe('whatever is sent', () => {
  const exports = [
    pem,
    rsa.export({ type: 'pkcs8', format: 'pem' }).toString(),
    rsa.export({ type: 'pkcs1', format: 'pem' }).toString(),
    ec.export({ type: 'sec1', format: 'pem' }).toString(),
    ec.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }).toString(),
  ]
  const bodies = exports.map((text) => text.replaceAll(/-----[^-]+-----|\s/g, ''))
  const jwks = [rsa.export({ format: 'jwk' }), ec.export({ format: 'jwk' })]
  const privateMembers = jwks.flatMap(({ d, p, q, dp, dq, qi }) =>
    [d, p, q, dp, dq, qi].filter((text) => text !== undefined),
  )

  /** Whole, cut off at either side, with other line ends, without any, escaped twice, under another label. */
  const secretText = fc
    .tuple(
      fc.constantFrom(...exports),
      fc.nat(400),
      fc.nat(400),
      fc.constantFrom('\n', '\r\n', ' ', '', '\\n'),
    )
    .map(([text, start, end, lineEnd]) =>
      text
        .slice(start > 200 ? 0 : start, end > 200 ? undefined : -end || undefined)
        .replaceAll('\n', lineEnd),
    )
  const relabelled = secretText.map((text) => text.replaceAll('PRIVATE KEY', 'PUBLIC KEY'))
  const secret: fc.Arbitrary<unknown> = fc.oneof(
    secretText,
    relabelled,
    fc.constantFrom(...privateMembers),
    fc.constantFrom(...jwks),
    fc.constantFrom(...jwks).map((jwk) => JSON.stringify(jwk)),
    fc.constantFrom(...jwks).map((jwk) => ({ keys: [{ ...jwk, kid: 'a' }] })),
    secretText.map((text) => Object.fromEntries([[text, 'x']])),
  )
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      secret,
      fc.jsonValue({ maxDepth: 1 }),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(fc.oneof(fc.string(), secretText, fc.constantFrom('keys', 'kty', 'd')), tie('tree'), {
        maxKeys: 3,
      }),
    ),
  }))
  const oneTag = fc.tuple(
    fc.oneof(fc.constant('a'), secretText),
    fc.oneof(fc.constant('a'), secretText, fc.constantFrom(...privateMembers)),
  )
  const detail = fc.record(
    {
      cluster: fc.oneof(fc.constant('golem'), tree),
      accountId: tree,
      region: tree,
      baseDomain: fc.oneof(fc.constant('golem.example.com'), tree),
      serviceAccountKeys: fc.oneof(
        tree,
        fc.array(fc.oneof(fc.constant(EC_PEM), secretText, relabelled), { maxLength: 3 }),
      ),
      jwks: tree,
      hosting: tree,
      audiences: fc.oneof(
        tree,
        fc.array(fc.oneof(secretText, fc.constantFrom(...privateMembers)), { maxLength: 2 }),
      ),
      tags: fc.oneof(
        tree,
        oneTag.map((tag) => Object.fromEntries([tag])),
      ),
      retireNow: tree,
      unknown: tree,
    },
    { requiredKeys: [] },
  )
  const event = fc
    .tuple(
      fc.constantFrom('Cluster Created', 'Cluster Keys Changed', 'Cluster Deleted', 'Other'),
      fc.oneof(detail, tree),
      fc.dictionary(fc.oneof(fc.constantFrom('source', 'id', 'resources', 'detail-type'), secretText), tree, {
        maxKeys: 2,
      }),
    )
    .map(([detailType, sent, around]) => anEvent(detailType, sent, around))

  /** Pieces of this length of every private key; shorter ones are worth nothing to a thief. */
  const PIECE = 40
  const pieces = new Set(
    [...bodies, ...privateMembers].flatMap((text) =>
      Array.from({ length: Math.max(0, text.length - PIECE + 1) }, (_, at) => text.slice(at, at + PIECE)),
    ),
  )
  /** An EC or RSA private key holds its public one; those pieces may be published. */
  const publicText = JSON.stringify(jwks.map(({ n, x, y }) => [n, x, y]))
    .replaceAll('-', '+')
    .replaceAll('_', '/')

  function secretPiecesIn(text: string): string[] {
    const found: string[] = []
    for (let at = 0; at + PIECE <= text.length; at++) {
      const piece = text.slice(at, at + PIECE)
      if (pieces.has(piece) && !publicText.includes(piece)) found.push(piece)
    }
    return found
  }

  test('no piece of a private key survives, in values or in names, at any depth', () => {
    fc.assert(
      fc.property(event, (sent) => {
        const kept = JSON.stringify(redact(sent))
        expect(secretPiecesIn(kept)).toEqual([])
        expect(kept).not.toContain('PRIVATE KEY')
      }),
      { numRuns: 1000 },
    )
  })

  test('it never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), tree, event), (sent) => {
        expect(redact(sent)).toBeDefined()
      }),
    )
  })

  test('it never throws at any depth', () => {
    let deep: unknown = pem
    for (let depth = 0; depth < 100_000; depth++) deep = depth % 2 === 0 ? [deep] : { keys: deep }

    expect(redactedDetail({ cluster: 'golem', jwks: deep, tags: deep, [STRUCK_OUT]: deep })).toEqual({
      cluster: 'golem',
      jwks: STRUCK_OUT,
      tags: STRUCK_OUT,
      [STRUCK_OUT]: STRUCK_OUT,
    })
  })
})
