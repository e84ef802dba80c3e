/** The credentials of a session that STS has given, as the SDK's clients take them. */
import type { Credentials } from '@aws-sdk/client-sts'

export function credentialsOf(given: Credentials | undefined) {
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '', Expiration } = given ?? {}
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
    ...(Expiration && { expiration: Expiration }),
  }
}
