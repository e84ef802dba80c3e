import { describe, expect, test } from 'vitest'
import type { Statement } from '../../../local/policy/document.ts'
import type { Bucket } from '../../../local/s3/bucket.ts'
import { bucketPolicyAllows, type Reader } from '../../../local/s3/bucket-policy-decision.ts'

const arn = 'arn:aws:s3:::documents'
const distributionArn = 'arn:aws:cloudfront::000000000000:distribution/E1'
const distribution: Reader = { distributionArn, account: '000000000000' }
const allow: Statement = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `${arn}/*` }

function decide(statements: readonly Statement[], reader: Reader = distribution) {
  const bucket: Bucket = {
    name: 'documents',
    account: '000000000000',
    region: 'eu-central-1',
    namespace: 'global',
    createdAt: new Date(0),
    policy: { Version: '2012-10-17', Statement: statements },
    publicAccessBlock: undefined,
    objectOwnership: 'BucketOwnerEnforced',
    encryption: [],
    versioning: undefined,
    lifecycle: undefined,
    tags: new Map(),
    objects: new Map(),
  }
  return bucketPolicyAllows(bucket, reader, 's3:GetObject', `${arn}/openid/v1/jwks`)
}

describe('bucketPolicyAllows', () => {
  test.each<[string, Partial<Statement>, boolean]>([
    ['the action in another case', { Action: 'S3:getobject' }, true],
    ['the action by pattern', { Action: ['s3:Put*', 's3:Get?bject'] }, true],
    ['another action', { Action: 's3:PutObject' }, false],
    ['another key', { Resource: `${arn}/other/*` }, false],
    ['the key in another case', { Resource: `${arn}/OPENID/*` }, false],
    ['a dot that is no pattern', { Resource: `${arn}/openid.v1.jwks` }, false],
    ['the service', { Principal: { Service: 'cloudfront.amazonaws.com' } }, true],
    ['another service', { Principal: { Service: 'logging.s3.amazonaws.com' } }, false],
    ['every AWS principal, which CloudFront is not', { Principal: { AWS: '*' } }, false],
  ])('by %s', (_, change, expected) => {
    expect(decide([{ ...allow, ...change }])).toBe(expected)
  })

  test('by what is not named', () => {
    const { Action: _, Resource: __, Principal: ___, ...rest } = allow
    const others = { NotAction: 's3:PutObject', NotResource: `${arn}/private/*` }
    expect(decide([{ ...rest, ...others, NotPrincipal: { AWS: '000000000000' } }])).toBe(true)
    expect(decide([{ ...rest, ...others, NotPrincipal: { Service: 'cloudfront.amazonaws.com' } }])).toBe(
      false,
    )
    expect(decide([{ ...rest, ...others, Principal: '*', NotAction: 's3:*' }])).toBe(false)
  })

  test.each<[string, string, string | string[], boolean]>([
    ['StringEquals', 'AWS:SourceArn', distributionArn, true],
    ['StringEquals', 'aws:SourceArn', ['arn:aws:x', distributionArn], true],
    ['StringEquals', 'aws:SourceArn', 'arn:aws:cloudfront::000000000000:distribution/*', false],
    ['StringLike', 'aws:SourceArn', 'arn:aws:cloudfront::000000000000:distribution/*', true],
    ['ArnLike', 'aws:SourceArn', 'arn:aws:cloudfront::111111111111:distribution/*', false],
    ['StringNotEquals', 'aws:SourceAccount', '000000000000', false],
    ['StringNotEquals', 'aws:PrincipalOrgID', 'o-1', true],
    ['StringEquals', 'aws:PrincipalOrgID', 'o-1', false],
    ['StringEqualsIfExists', 'aws:PrincipalOrgID', 'o-1', true],
    ['Bool', 'aws:SecureTransport', 'true', true],
    ['Bool', 'aws:SecureTransport', 'false', false],
    ['Null', 'aws:PrincipalOrgID', 'true', true],
    ['Null', 'aws:SourceArn', 'true', false],
  ])('with %s of %s and %j: %s', (operator, key, value, expected) => {
    expect(decide([{ ...allow, Condition: { [operator]: { [key]: value } } }])).toBe(expected)
  })

  test('never with a Deny beside the Allow', () => {
    expect(decide([allow, { ...allow, Effect: 'Deny', Resource: `${arn}/openid/*` }])).toBe(false)
  })

  test('refuses to guess at an operator that it does not know', () => {
    expect(() =>
      decide([{ ...allow, Condition: { DateGreaterThan: { 'aws:CurrentTime': '2026-01-01' } } }]),
    ).toThrow(/DateGreaterThan/)
  })
})
