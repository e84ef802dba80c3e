/** What AWS answers before an operation runs, each service in its own words. */
import { AwsError } from './errors.ts'
import { wireServices } from './wire/services.ts'

/** https://docs.aws.amazon.com/general/latest/gr/api-retries.html: 400, unlike HTTP's 429. */
export function throttled(service: string): AwsError {
  return new AwsError(speaksJson(service) ? 'ThrottlingException' : 'Throttling', 'Rate exceeded')
}

export function unknownAccessKey(service: string): AwsError {
  if (service === 's3')
    return new AwsError(
      'InvalidAccessKeyId',
      'The AWS Access Key Id you provided does not exist in our records.',
      403,
    )
  const code =
    speaksJson(service) && service !== 'sqs' ? 'UnrecognizedClientException' : 'InvalidClientTokenId'
  return new AwsError(code, 'The security token included in the request is invalid.', statusOf(service))
}

export function unsigned(service: string): AwsError {
  const code = speaksJson(service) ? 'MissingAuthenticationTokenException' : 'MissingAuthenticationToken'
  return new AwsError(code, 'Request is missing Authentication Token', statusOf(service))
}

/** What IAM and STS refuse is called `…Exception` by the services that speak JSON. */
export function inWordsOf(service: string, error: AwsError): AwsError {
  if (!/^(AccessDenied|ExpiredToken)$/.test(error.code) || !speaksJson(service)) return error
  return new AwsError(`${error.code}Exception`, error.message, statusOf(service), error.details, {
    cause: error,
  })
}

function speaksJson(service: string): boolean {
  return wireServices.find(({ name }) => name === service)?.protocol.includes('json') ?? false
}

/** AWS JSON answers nearly everything with 400; Lambda is REST, and SQS keeps the status of its older protocol. */
function statusOf(service: string): number {
  return speaksJson(service) && service !== 'lambda' && service !== 'sqs' ? 400 : 403
}
