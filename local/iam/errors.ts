/** IAM's errors, with the status that the API reference gives each. */
import { AwsError } from '../errors.ts'

export function noSuchEntity(message: string): AwsError {
  return new AwsError('NoSuchEntity', message, 404)
}

export function alreadyExists(message: string): AwsError {
  return new AwsError('EntityAlreadyExists', message, 409)
}

export function limitExceeded(message: string): AwsError {
  return new AwsError('LimitExceeded', message, 409)
}

export function deleteConflict(message: string): AwsError {
  return new AwsError('DeleteConflict', message, 409)
}

export function invalidInput(message: string): AwsError {
  return new AwsError('InvalidInput', message)
}

export function validationError(message: string): AwsError {
  return new AwsError('ValidationError', message)
}

export function malformedPolicy(message: string, options?: ErrorOptions): AwsError {
  return new AwsError('MalformedPolicyDocument', message, 400, {}, options)
}

export function issuerUnreachable(message: string, options?: ErrorOptions): AwsError {
  return new AwsError('OpenIdIdpCommunicationError', message, 400, {}, options)
}
