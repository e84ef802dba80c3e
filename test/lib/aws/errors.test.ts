import { describe, expect, test } from 'vitest'
import {
  isAliasTaken,
  isAlreadyExists,
  isCertificateRefused,
  isConcurrentChange,
  isConditionFailed,
  isInUse,
  isInvalidChangeBatch,
  isIssuerUnreachable,
  isNoSuchBucket,
  isNotFound,
  isOtherOwner,
  isPolicyMalformed,
  isTakenElsewhere,
  messageOf,
  translate,
  translateRace,
  undefinedIf,
} from '../../../lib/aws/errors.ts'
import { BucketNotOurs } from '../../../lib/errors.ts'
import { refusal } from './sdk.ts'

function thrownBy(act: () => unknown): unknown {
  try {
    act()
  } catch (error) {
    return error
  }
  throw new Error('it threw nothing')
}

describe('translate', () => {
  test.each([
    ['Throttling', 400, 'Throttled'],
    ['ThrottlingException', 400, 'Throttled'],
    ['TooManyRequestsException', 429, 'Throttled'],
    ['SlowDown', 503, 'Throttled'],
    ['RequestLimitExceeded', 400, 'Throttled'],
    ['ConcurrentModification', 409, 'ConcurrentChange'],
    ['PreconditionFailed', 412, 'ConcurrentChange'],
    ['InvalidIfMatchVersion', 400, 'ConcurrentChange'],
    ['PriorRequestNotComplete', 400, 'ConcurrentChange'],
    ['OperationAborted', 409, 'ConcurrentChange'],
    ['BucketNotEmpty', 409, 'ConcurrentChange'],
    ['ConditionalCheckFailedException', 400, 'ConcurrentChange'],
    ['AccessDenied', 403, 'AccessDenied'],
    ['AccessDeniedException', 400, 'AccessDenied'],
    ['UnrecognizedClientException', 400, 'AccessDenied'],
    ['Forbidden', 403, 'AccessDenied'],
    ['LimitExceeded', 409, 'QuotaExceeded'],
    ['LimitExceededException', 400, 'QuotaExceeded'],
    ['LimitsExceeded', 400, 'QuotaExceeded'],
    ['TooManyDistributions', 400, 'QuotaExceeded'],
    ['TooManyBuckets', 400, 'QuotaExceeded'],
    ['ServiceFailure', 500, 'AwsUnavailable'],
    ['InternalError', 500, 'AwsUnavailable'],
    ['SomethingNew', 503, 'AwsUnavailable'],
    ['ExpiredToken', 403, 'AwsUnavailable'],
    ['ExpiredTokenException', 400, 'AwsUnavailable'],
    ['InvalidInput', 400, 'AwsRefused'],
    ['NoSuchEntity', 404, 'AwsRefused'],
  ])('makes of %s with status %i a %s', (name, status, ours) => {
    const cause = refusal(name, 'what AWS says', status)

    expect(thrownBy(() => translate('iam:CreateRole')(cause))).toMatchObject({
      name: ours,
      message: `iam:CreateRole: ${name}: what AWS says (request 5f0)`,
      cause,
    })
  })

  test.each(['ECONNRESET', 'ECONNREFUSED', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN'])(
    'makes of a connection that ended with %s an AwsUnavailable',
    (code) => {
      const cause = Object.assign(new Error('cut off'), { code })

      expect(thrownBy(() => translate('iam:GetRole')(cause))).toMatchObject({
        name: 'AwsUnavailable',
        message: 'iam:GetRole: Error: cut off',
      })
    },
  )

  test('makes of the SDK’s own time limit an AwsUnavailable', () => {
    const cause = Object.assign(new Error('too slow'), { name: 'TimeoutError' })

    expect(thrownBy(() => translate('iam:GetRole')(cause))).toMatchObject({ name: 'AwsUnavailable' })
  })

  test.each([
    ['one of ours', new BucketNotOurs('b', 'it is not')],
    ['a bug', new TypeError('x is undefined')],
    ['what is no error', 'text'],
  ])('passes %s as it is', (_, error) => {
    expect(thrownBy(() => translate('s3:GetObject')(error))).toBe(error)
  })
})

describe('undefinedIf', () => {
  test('answers undefined for what is expected', () => {
    expect(undefinedIf(isNotFound, 'iam:GetRole')(refusal('NoSuchEntity'))).toBeUndefined()
  })

  test('translates all else', () => {
    const act = () => undefinedIf(isNotFound, 'iam:GetRole')(refusal('Throttling'))

    expect(thrownBy(act)).toMatchObject({ name: 'Throttled' })
  })
})

describe('translateRace', () => {
  test('makes of what is gone a ConcurrentChange', () => {
    const cause = refusal('NoSuchDistribution', 'none', 404)

    expect(thrownBy(() => translateRace('cloudfront:UpdateDistribution')(cause))).toMatchObject({
      name: 'ConcurrentChange',
      cause,
    })
  })

  test('translates all else', () => {
    expect(thrownBy(() => translateRace('s3:PutObject')(refusal('InvalidArgument')))).toMatchObject({
      name: 'AwsRefused',
    })
  })
})

describe('what an error is', () => {
  test.each([
    [isNotFound, 'NotFound'],
    [isNotFound, 'NoSuchTagSet'],
    [isNotFound, 'NoSuchEntityException'],
    [isNotFound, 'ResourceNotFoundException'],
    [isNotFound, 'NoSuchHostedZone'],
    [isNoSuchBucket, 'NoSuchBucket'],
    [isAlreadyExists, 'EntityAlreadyExists'],
    [isAlreadyExists, 'BucketAlreadyOwnedByYou'],
    [isInUse, 'ResourceInUseException'],
    [isInUse, 'DistributionNotDisabled'],
    [isInUse, 'DeleteConflict'],
    [isTakenElsewhere, 'BucketAlreadyExists'],
    [isTakenElsewhere, 'PermanentRedirect'],
    [isConcurrentChange, 'ConditionalRequestConflict'],
    [isConditionFailed, 'ConditionalCheckFailedException'],
    [isInvalidChangeBatch, 'InvalidChangeBatch'],
    [isAliasTaken, 'CNAMEAlreadyExists'],
    [isCertificateRefused, 'InvalidViewerCertificate'],
    [isIssuerUnreachable, 'OpenIdIdpCommunicationErrorException'],
    [isPolicyMalformed, 'MalformedPolicyDocument'],
    [isPolicyMalformed, 'PolicyNotAttachableException'],
  ])('%o knows %s and nothing like it', (is, name) => {
    expect(is(refusal(name))).toBe(true)
    expect(is(refusal(`${name}Not`))).toBe(false)
    expect(is(name)).toBe(false)
  })

  test('a bucket of which only the tags are missing is there', () => {
    expect(isNoSuchBucket(refusal('NoSuchTagSet'))).toBe(false)
  })

  test.each([
    ['Access Denied', true],
    ['User: arn:aws:sts::1:assumed-role/x is not authorized to perform: s3:GetObject', false],
  ])('S3’s %j is the answer for another owner: %s', (message, other) => {
    expect(isOtherOwner(refusal('AccessDenied', message, 403))).toBe(other)
  })

  test('the message is AWS’s, and nothing for what is no error', () => {
    expect([messageOf(refusal('X', 'words')), messageOf('text')]).toEqual(['words', ''])
  })
})
