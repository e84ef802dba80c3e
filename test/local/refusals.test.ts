import { describe, expect, it } from 'vitest'
import { AwsError, accessDenied } from '../../local/errors.ts'
import { inWordsOf, throttled, unknownAccessKey, unsigned } from '../../local/refusals.ts'

describe('unknownAccessKey', () => {
  it.each([
    ['iam', 'InvalidClientTokenId', 403],
    ['cloudfront', 'InvalidClientTokenId', 403],
    ['s3', 'InvalidAccessKeyId', 403],
    ['sqs', 'InvalidClientTokenId', 403],
    ['dynamodb', 'UnrecognizedClientException', 400],
    ['acm', 'UnrecognizedClientException', 400],
    ['lambda', 'UnrecognizedClientException', 403],
  ])('is said by %s as %s', (service, code, status) => {
    expect(unknownAccessKey(service)).toMatchObject({ code, status })
  })
})

describe('unsigned', () => {
  it.each([
    ['iam', 'MissingAuthenticationToken', 403],
    ['states', 'MissingAuthenticationTokenException', 400],
  ])('is said by %s as %s', (service, code, status) => {
    expect(unsigned(service)).toMatchObject({ code, status })
  })
})

describe('throttled', () => {
  it.each([
    ['route53', 'Throttling'],
    ['acm', 'ThrottlingException'],
  ])('is said by %s as %s', (service, code) => {
    expect(throttled(service)).toMatchObject({ code, status: 400 })
  })
})

describe('inWordsOf', () => {
  const denied = accessDenied('arn:aws:sts::1:assumed-role/a/b', 'dynamodb:PutItem', 'table/x', 'no policy')

  it.each([
    ['dynamodb', 400],
    ['events', 400],
    ['sqs', 403],
    ['lambda', 403],
  ])('turns AccessDenied into AccessDeniedException for %s', (service, status) => {
    const worded = inWordsOf(service, denied)

    expect(worded).toMatchObject({
      code: 'AccessDeniedException',
      status,
      message: denied.message,
      cause: denied,
    })
  })

  it.each(['iam', 's3', 'cloudfront'])('leaves AccessDenied of %s', (service) => {
    expect(inWordsOf(service, denied)).toBe(denied)
  })

  it('turns ExpiredToken of a session into what the SDKs know of a service that speaks JSON', () => {
    const expired = new AwsError('ExpiredToken', 'The security token included in the request is expired', 403)

    expect(inWordsOf('dynamodb', expired)).toMatchObject({ code: 'ExpiredTokenException', status: 400 })
    expect(inWordsOf('iam', expired)).toBe(expired)
  })

  it('leaves every other error', () => {
    const other = new AwsError('ValidationException', 'no')
    expect(inWordsOf('dynamodb', other)).toBe(other)
  })
})
