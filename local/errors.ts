/** Errors that the embedded AWS answers with; the wire codec turns them into each protocol's own form. */

/** `code` as AWS names it (`NoSuchEntity`, `ThrottlingException`); `details` are further members of the modelled error. */
export class AwsError extends Error {
  override readonly name = 'AwsError'
  readonly code: string
  readonly status: number
  readonly details: Readonly<Record<string, unknown>>

  constructor(
    code: string,
    message: string,
    status = 400,
    details: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.code = code
    this.status = status
    this.details = details
  }
}

/** For everything that AWS has and local mode does not: said loudly, never guessed. */
export class NotInLocalMode extends AwsError {
  constructor(what: string) {
    super('NotInLocalMode', `Local mode does not have ${what}.`, 501)
  }
}

/** IAM's refusal, in AWS's own words, so that tests and people find action and resource in it. */
export function accessDenied(principalArn: string, action: string, resource: string, why: string): AwsError {
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
  const connected = why.startsWith('with ') ? why : `because ${why}`
  return new AwsError(
    'AccessDenied',
    `User: ${principalArn} is not authorized to perform: ${action} on resource: ${resource} ${connected}`,
    403,
  )
}
