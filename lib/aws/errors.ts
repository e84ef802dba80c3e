/** AWS's errors: recognised by name, and made ours. */
import {
  AccessDenied,
  AwsRefused,
  AwsUnavailable,
  ConcurrentChange,
  IrsaError,
  QuotaExceeded,
  Throttled,
} from '../errors.ts'

/**
 * For `.catch(…)` behind a call: throws the error of lib/errors.ts that says what it means, with AWS's words and
 * the original as `cause`. Errors that are ours already, or that no call to AWS made, pass as they are.
 */
export function translate(operation: string): (error: unknown) => never {
  return (error) => {
    const Kind = error instanceof IrsaError ? undefined : kindOf(error)
    if (Kind === undefined) throw error
    throw new Kind(`${operation}: ${words(error)}`, { cause: error })
  }
}

/** For `.catch(…)` behind a call whose refusal is an answer: `undefined` then, and all else as `translate`. */
export function undefinedIf(
  expected: (error: unknown) => boolean,
  operation: string,
): (error: unknown) => undefined {
  return (error) => (expected(error) ? undefined : translate(operation)(error))
}

/** For a call on what the same verb has just read: when it is gone now, somebody took it away, and reading again tells. */
export function translateRace(operation: string): (error: unknown) => never {
  return (error) => {
    if (isNotFound(error)) throw new ConcurrentChange(`${operation}: ${words(error)}`, { cause: error })
    return translate(operation)(error)
  }
}

/** S3 keeps a bucket policy from being public: the bucket's own block, also for a moment after it was taken off, or the account's. */
export function isPublicPolicyBlocked(error: unknown): boolean {
  return isNamed(error, ACCESS_DENIED) && messageOf(error).includes('BlockPublicPolicy')
}

/** The thing that the call is about is not there. */
export function isNotFound(error: unknown): boolean {
  return isNamed(error, NOT_FOUND)
}

const NOT_FOUND: ReadonlySet<string> = new Set([
  'NoSuchEntity', // IAM
  'NoSuchEntityException',
  'NoSuchBucket', // S3
  'NoSuchKey',
  'NotFound', // S3's answer to HEAD has no body, and so no code
  'NoSuchTagSet',
  'NoSuchBucketPolicy',
  'NoSuchPublicAccessBlockConfiguration',
  'OwnershipControlsNotFoundError',
  'ServerSideEncryptionConfigurationNotFoundError',
  'ResourceNotFoundException', // ACM
  'NoSuchDistribution', // CloudFront
  'NoSuchInvalidation',
  'NoSuchResource',
  'NoSuchHostedZone', // Route 53
  'NoSuchChange',
])

/** Of what a list has thrown: Service Quotas does not know the service, here. */
export function isUnknownService(error: unknown): boolean {
  return error instanceof IrsaError && nameOf(error.cause) === 'NoSuchResourceException'
}

/** The bucket itself is not there; with the other names of `isNotFound` only something in it or about it. */
export function isNoSuchBucket(error: unknown): boolean {
  return nameOf(error) === 'NoSuchBucket'
}

/** It is there, and belongs to this account. */
export function isAlreadyExists(error: unknown): boolean {
  return isNamed(error, ALREADY_EXISTS)
}

const ALREADY_EXISTS: ReadonlySet<string> = new Set([
  'EntityAlreadyExists',
  'EntityAlreadyExistsException',
  'BucketAlreadyOwnedByYou',
  'DistributionAlreadyExists',
])

/** Something else uses it, or it must be switched off first: deleting works later. */
export function isInUse(error: unknown): boolean {
  return isNamed(error, IN_USE)
}

const IN_USE: ReadonlySet<string> = new Set([
  'ResourceInUseException', // ACM
  'ResourceInUse', // CloudFront
  'DistributionNotDisabled',
  'DeleteConflict', // IAM
  'DeleteConflictException',
])

/** A bucket's name that belongs to another account, or to a bucket in another region than our names say. */
export function isTakenElsewhere(error: unknown): boolean {
  return isNamed(error, TAKEN_ELSEWHERE)
}

const TAKEN_ELSEWHERE: ReadonlySet<string> = new Set(['BucketAlreadyExists', 'PermanentRedirect'])

/**
 * S3 answers with the same code for a bucket that is not the expected owner's and for a missing permission; only the latter
 * names the action. https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html
 */
export function isOtherOwner(error: unknown): boolean {
  return nameOf(error) === 'AccessDenied' && !messageOf(error).includes('not authorized to perform')
}

/** Somebody else changed the same thing, or is about to: our own call whose answer was lost included. */
export function isConcurrentChange(error: unknown): boolean {
  return isNamed(error, CONCURRENT)
}

/** DynamoDB's condition on a write did not hold. */
export function isConditionFailed(error: unknown): boolean {
  return nameOf(error) === 'ConditionalCheckFailedException'
}

/** Route 53: a record is there already, or not as the deletion says. */
export function isInvalidChangeBatch(error: unknown): boolean {
  return nameOf(error) === 'InvalidChangeBatch'
}

/** CloudFront: another distribution, perhaps of another account, has the alias. */
export function isAliasTaken(error: unknown): boolean {
  return nameOf(error) === 'CNAMEAlreadyExists'
}

/** CloudFront does not see a certificate that ACM has just issued for some time, or it is wrong. */
export function isCertificateRefused(error: unknown): boolean {
  return nameOf(error) === 'InvalidViewerCertificate'
}

/** IAM could not read the issuer's documents or certificate. */
export function isIssuerUnreachable(error: unknown): boolean {
  return /^OpenIdIdpCommunicationError(Exception)?$/.test(nameOf(error))
}

/** IAM refuses the text of a policy, or a managed policy that only service roles may have. */
export function isPolicyMalformed(error: unknown): boolean {
  return /^(MalformedPolicyDocument|PolicyNotAttachable)(Exception)?$/.test(nameOf(error))
}

/** Whoever asks may not, or is nobody any more. */
export function isDenied(error: unknown): boolean {
  return kindOf(error) === AccessDenied
}

/** IAM, as we tell it: of its quotas the one of all roles of an account. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export function saysAccountIsFull({
  error,
  message = '',
}: {
  readonly error?: string | undefined
  readonly message?: string | undefined
}): boolean {
  return error === 'QuotaExceeded' && message.includes('RolesPerAccount')
}

/** Access Analyzer: it can make nothing of the documents. */
export function isUndecidable(error: unknown): boolean {
  return /^(UnprocessableEntity|InvalidParameter)Exception$/.test(nameOf(error))
}

/** For a refusal that only one call can answer with. */
export function isNamedError(name: string): (error: unknown) => boolean {
  return (error) => nameOf(error) === name
}

/** What AWS said, without its code. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : ''
}

type Kind = new (message: string, options: ErrorOptions) => IrsaError

function kindOf(error: unknown): Kind | undefined {
  if (isThrottled(error)) return Throttled
  if (isNamed(error, CONCURRENT)) return ConcurrentChange
  // Before what is denied: credentials that have expired are answered with 403.
  if (isUnavailable(error)) return AwsUnavailable
  if (isNamed(error, ACCESS_DENIED) || statusOf(error) === 403) return AccessDenied
  if (isQuota(error)) return QuotaExceeded
  return statusOf(error) === undefined ? undefined : AwsRefused
}

function isThrottled(error: unknown): boolean {
  return statusOf(error) === 429 || isNamed(error, THROTTLED)
}

/** Not `LimitExceededException`, which the SDK counts here: IAM and ACM mean a quota. */
const THROTTLED: ReadonlySet<string> = new Set([
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'RequestThrottled',
  'RequestThrottledException',
  'RequestLimitExceeded',
  'TooManyRequestsException',
  'ProvisionedThroughputExceededException',
  'SlowDown',
  // CloudFront, of all distributions together: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Invalidation_Requests.html
  'TooManyInvalidationsInProgress',
])

const CONCURRENT: ReadonlySet<string> = new Set([
  'ConcurrentModification', // IAM, Route 53
  'ConcurrentModificationException',
  'EntityTemporarilyUnmodifiable',
  'EntityTemporarilyUnmodifiableException',
  'ConflictException', // ACM
  'RequestInProgressException',
  'OperationAborted', // S3
  'BucketNotEmpty', // an object came after the last one was deleted
  'ConditionalRequestConflict',
  'PreconditionFailed', // S3, CloudFront
  'InvalidIfMatchVersion',
  'PriorRequestNotComplete', // Route 53
  'ConditionalCheckFailedException', // DynamoDB
  'TransactionConflictException',
])

const ACCESS_DENIED: ReadonlySet<string> = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'NotAuthorizedException',
  'UnauthorizedOperation',
  'AuthorizationError',
  'InvalidClientTokenId',
  'UnrecognizedClientException',
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'CredentialsProviderError',
])

function isQuota(error: unknown): boolean {
  const name = nameOf(error)
  return QUOTA.has(name) || name.startsWith('TooMany')
}

const QUOTA: ReadonlySet<string> = new Set([
  'LimitExceeded', // IAM
  'LimitExceededException', // IAM, ACM
  'LimitsExceeded', // Route 53
  'ServiceQuotaExceededException',
  'ExecutionLimitExceeded', // Step Functions
])

function isUnavailable(error: unknown): boolean {
  return (statusOf(error) ?? 0) >= 500 || isNamed(error, UNAVAILABLE) || isNamed(error, CUT_OFF, codeOf)
}

const UNAVAILABLE: ReadonlySet<string> = new Set([
  'ServiceFailure', // IAM
  'ServiceFailureException',
  'InternalError', // S3
  'InternalServerException', // ACM
  'ServiceUnavailable',
  'RequestTimeout',
  'RequestTimeoutException',
  'TimeoutError', // the SDK's own
  // Credentials of a function that was frozen for long: the next call has new ones.
  'ExpiredToken',
  'ExpiredTokenException',
  'RequestExpired',
])

/** Node's codes when there was no answer. */
const CUT_OFF: ReadonlySet<string> = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
])

function isNamed(error: unknown, names: ReadonlySet<string>, read = nameOf): boolean {
  return names.has(read(error))
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : ''
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}

/** Undefined when no service answered. */
function statusOf(error: unknown): number | undefined {
  const { httpStatusCode } = metadataOf(error)
  return typeof httpStatusCode === 'number' ? httpStatusCode : undefined
}

function metadataOf(error: unknown): { readonly httpStatusCode?: unknown; readonly requestId?: unknown } {
  if (!(error instanceof Error) || !('$metadata' in error)) return {}
  const { $metadata } = error
  return typeof $metadata === 'object' && $metadata !== null ? $metadata : {}
}

/** `NoSuchEntity: The role … (request 5f0…)` */
function words(error: unknown): string {
  const { requestId } = metadataOf(error)
  const suffix = typeof requestId === 'string' ? ` (request ${requestId})` : ''
  return `${nameOf(error)}: ${messageOf(error)}${suffix}`
}
