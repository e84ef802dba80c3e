/** What IAM takes for a provider: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html */
import { invalidInput, limitExceeded, validationError } from './errors.ts'

/** The URL without its scheme, which is its identity. Throws AwsError (ValidationError). */
export function hostPathOf(text = ''): string {
  const invalid = validationError('Invalid Open ID Connect Provider URL')
  if (text.length < 1 || text.length > 255 || !/^https:\/\//i.test(text) || !URL.canParse(text)) throw invalid
  const url = new URL(text)
  const hostPath = text.slice('https://'.length)
  if (url.username || url.password || /[?#\s]/.test(text) || /^[^/]*:/.test(hostPath)) throw invalid
  return hostPath
}

/** Throws AwsError (LimitExceeded, ValidationError). */
export function checkClientIds(ids: readonly string[]): readonly string[] {
  if (ids.length > 100) throw limitExceeded('Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 100')
  if (ids.some((id) => id.length < 1 || id.length > 255))
    throw validationError('Member must have length between 1 and 255 at clientIDList')
  return ids
}

/** Absent is none. Throws AwsError (InvalidInput, ValidationError). */
export function checkThumbprints(thumbprints: readonly string[] = []): readonly string[] {
  if (thumbprints.length > 5) throw invalidInput('Thumbprint list must contain fewer than 5 entries.')
  if (thumbprints.some((thumbprint) => !/^[0-9a-f]{40}$/i.test(thumbprint)))
    throw validationError('Thumbprint must be 40 hexadecimal characters.')
  return thumbprints
}
