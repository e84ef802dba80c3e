import { assert, jsonValue, property } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalPolicy, parsePolicy, samePolicy } from '../../../lib/aws/policy.ts'

const WRITTEN = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: ['s3:GetObject', 's3:GetObjectVersion'],
      Resource: ['arn:aws:s3:::b/*'],
      Condition: { Bool: { 'aws:SecureTransport': true } },
    },
  ],
}

const ANSWERED = {
  Statement: {
    Condition: { Bool: { 'aws:SecureTransport': 'true' } },
    Resource: 'arn:aws:s3:::b/*',
    Action: ['s3:GetObjectVersion', 's3:GetObject', 's3:GetObject'],
    Effect: 'Allow',
  },
  Version: '2012-10-17',
}

describe('samePolicy', () => {
  test('sees through spelling: order, lists of one, repeated members, text for booleans', () => {
    expect(samePolicy(WRITTEN, ANSWERED)).toBe(true)
  })

  test.each([
    ['effect', { Effect: 'Deny' }],
    ['action', { Action: 's3:GetObject' }],
    ['resource', { Resource: 'arn:aws:s3:::c/*' }],
    ['missing condition', { Condition: undefined }],
    ['additional member', { Sid: 'One' }],
  ])('sees another %s', (_, change) => {
    expect(samePolicy(WRITTEN, { ...ANSWERED, Statement: { ...ANSWERED.Statement, ...change } })).toBe(false)
  })

  test('sees a policy that is not there', () => {
    expect(samePolicy(undefined, WRITTEN)).toBe(false)
  })
})

describe('canonicalPolicy', () => {
  test('changes nothing that is canonical already', () => {
    assert(
      property(jsonValue(), (value) => {
        const canonical = canonicalPolicy(value)
        expect(canonicalPolicy(canonical)).toEqual(canonical)
      }),
    )
  })
})

describe('parsePolicy', () => {
  test('reads IAM’s URL-encoded and S3’s plain text', () => {
    const text = JSON.stringify(WRITTEN)

    expect(parsePolicy(encodeURIComponent(text))).toEqual(canonicalPolicy(WRITTEN))
    expect(parsePolicy(text)).toEqual(canonicalPolicy(WRITTEN))
  })

  test('gives back what is not JSON', () => {
    expect(parsePolicy('{"Version":')).toBe('{"Version":')
  })
})
