import { generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { InvalidInput, PrivateKeyInInput } from '../../../lib/errors.ts'
import { parseRoleContent, parseRoleRequest, roleContentSchema } from '../../../lib/policy/request.ts'

function message(input: unknown): string {
  try {
    parseRoleContent(input)
  } catch (error) {
    if (error instanceof InvalidInput) return error.message
    throw error
  }
  throw new Error('nothing was refused')
}

const ARN = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'
const read = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::bucket/*' }

describe('parseRoleContent', () => {
  test('fills in what is left out', () => {
    expect(parseRoleContent({ policies: [{ arn: ARN }] })).toEqual({
      policies: [{ arn: ARN }],
      description: '',
      maxSessionDuration: 3600,
      tags: {},
    })
  })

  test('takes everything that a role can have', () => {
    const content = {
      policies: [
        { arn: 'arn:aws-cn:iam::111122223333:policy/team/own-policy_1' },
        { catalogue: 'external-dns', parameters: { hostedZoneIds: ['Z1'] } },
        {
          statements: [
            { ...read, Sid: 'Read' },
            { Effect: 'Deny', NotAction: ['s3:*'], NotResource: '*' },
          ],
        },
      ],
      description: 'Reads\tthe bucket: für alle',
      maxSessionDuration: 43_200,
      tags: { team: 'rocket' },
      audience: 'vault',
    }

    expect(parseRoleContent(content)).toEqual(content)
  })

  test('writes numbers and booleans in conditions as strings, as IAM reads them', () => {
    const Condition = {
      Bool: { 'aws:SecureTransport': true },
      NumericLessThan: { 's3:max-keys': [10, '20'] },
    }

    expect(parseRoleContent({ policies: [{ statements: [{ ...read, Condition }] }] }).policies).toEqual([
      {
        statements: [
          {
            ...read,
            Condition: {
              Bool: { 'aws:SecureTransport': 'true' },
              NumericLessThan: { 's3:max-keys': ['10', '20'] },
            },
          },
        ],
      },
    ])
  })

  test('gives catalogue entries without parameters none', () => {
    expect(parseRoleContent({ policies: [{ catalogue: 'efs-csi-driver' }] }).policies).toEqual([
      { catalogue: 'efs-csi-driver', parameters: {} },
    ])
  })

  test.each<[string, Record<string, unknown>, string]>([
    ['a statement with a principal', { Principal: '*' }, 'Principal'],
    ['a statement with every principal but one', { NotPrincipal: { AWS: 'x' } }, 'NotPrincipal'],
    ['Allow with NotResource', { Resource: undefined, NotResource: 'arn:aws:s3:::a' }, 'NotResource'],
    ['Allow with every action', { Action: ['s3:GetObject', '*'] }, 'Action'],
    ['an action of every service', { Action: '*:Get' }, 'Action'],
    ['an action without service', { Action: 'GetObject' }, 'Action'],
    ['no action in a list', { Action: [] }, 'Action'],
    ['a resource that is no ARN', { Resource: 'bucket' }, 'Resource'],
    ['another effect', { Effect: 'allow' }, 'Effect'],
    ['a Sid with a space', { Sid: 'a b' }, 'Sid'],
    [
      'an operator that is none',
      { Condition: { 'Is It': { a: 'b' } } },
      'Condition.(a name that is not shown)',
    ],
    ['characters that IAM refuses', { Resource: 'arn:aws:s3:::漢' }, 'Resource'],
    ['an element in lower case', { action: 's3:*' }, 'action'],
  ])('refuses %s', (_, element, field) => {
    const statement = JSON.parse(JSON.stringify({ ...read, ...element }))

    expect(message({ policies: [{ statements: [statement] }] })).toContain(
      `role.policies[0].statements[0].${field}`,
    )
  })

  test('refuses Allow with NotAction', () => {
    expect(
      message({ policies: [{ statements: [{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }] }] }),
    ).toBe('role.policies[0].statements[0].NotAction: must not be there with Allow')
  })

  test.each([
    ['neither', { Effect: 'Deny', Resource: '*' }],
    ['both', { Effect: 'Deny', Action: 's3:*', NotAction: 's3:*', Resource: '*' }],
  ])('refuses a statement with %s of Action and NotAction', (_, statement) => {
    expect(message({ policies: [{ statements: [statement] }] })).toBe(
      'role.policies[0].statements[0]: must have either Action or NotAction',
    )
  })

  test.each<[string, unknown]>([
    ['no policies', {}],
    ['policies that are no list', { policies: {} }],
    ['a policy of no form', { policies: [{}] }],
    ['a policy of two forms', { policies: [{ arn: ARN, catalogue: 'x' }] }],
    ['an ARN with a wildcard', { policies: [{ arn: 'arn:aws:iam::aws:policy/*' }] }],
    ['the ARN of a role', { policies: [{ arn: 'arn:aws:iam::111122223333:role/x' }] }],
    ['no statements', { policies: [{ statements: [] }] }],
    ['a session too short', { policies: [], maxSessionDuration: 3599 }],
    ['a session too long', { policies: [], maxSessionDuration: 43_201 }],
    ['a part of a second', { policies: [], maxSessionDuration: 3600.5 }],
    ['a description too long', { policies: [], description: 'x'.repeat(1001) }],
    ['a description with characters that IAM refuses', { policies: [], description: '漢' }],
    ['a reserved tag', { policies: [], tags: { 'irsa:cluster': 'x' } }],
    ['a member that it does not know', { policies: [], permissionsBoundary: ARN }],
    ['nothing', null],
  ])('refuses %s', (_, input) => {
    expect(() => parseRoleContent(input)).toThrow(InvalidInput)
  })

  test.each<[string, (pem: string) => object, string]>([
    ['description', (pem) => ({ description: `for ${pem}` }), 'role.description'],
    ['tag', (pem) => ({ tags: { key: naked(pem) } }), 'role.tags.key'],
    [
      'condition',
      (pem) => ({ policies: [{ statements: [{ ...read, Condition: { StringEquals: { 'aws:x': pem } } }] }] }),
      'role.policies[0].statements[0].Condition.StringEquals.aws:x',
    ],
    ['member that it does not know', (pem) => ({ notes: [pem] }), 'role.notes[0]'],
  ])('refuses a private key in a %s, without saying what it is', (_, wrong, place) => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

    expect(() => parseRoleContent({ policies: [], ...wrong(pem) })).toThrow(new PrivateKeyInInput(place))
  })

  test('refuses more than 32 KiB', () => {
    const statements = Array.from({ length: 400 }, (_, index) => ({
      ...read,
      Resource: `arn:aws:s3:::${'b'.repeat(50)}${index}`,
    }))

    expect(message({ policies: [{ statements }] })).toMatch(
      /^The request has \d+ bytes; at most 32768 are taken\.$/,
    )
  })

  test('counts bytes, not characters', () => {
    const umlauts = Array.from({ length: 33 }, (_, index) => ({
      ...read,
      Resource: `arn:aws:s3:::${'ü'.repeat(500)}${index}`,
    }))

    expect(() => parseRoleContent({ policies: [{ statements: umlauts }] })).toThrow(InvalidInput)
  })
})

describe('parseRoleRequest', () => {
  test('takes the examples', () => {
    const examples: unknown[] = JSON.parse(readFileSync('examples/roles.json', 'utf8'))

    expect(examples.map(parseRoleRequest).map((role) => `${role.namespace}/${role.serviceAccount}`)).toEqual([
      'kube-system/external-dns',
      'default/s3-access',
      'payments/ledger',
    ])
  })

  test.each([
    ['a namespace that is none', { namespace: 'Default', serviceAccount: 'a', policies: [] }],
    ['a wildcard', { namespace: 'default', serviceAccount: '*', policies: [] }],
    ['no service account', { namespace: 'default', policies: [] }],
  ])('refuses %s', (_, input) => {
    expect(() => parseRoleRequest(input)).toThrow(InvalidInput)
  })
})

test('the form can be published as JSON Schema', () => {
  expect(z.toJSONSchema(roleContentSchema, { io: 'input' })).toMatchObject({
    required: ['policies'],
    additionalProperties: false,
  })
})

/** Without its armour, as it is pasted into a field of one line. */
function naked(pem: string): string {
  return pem.replaceAll(/-----.*?-----|\n/g, '')
}
