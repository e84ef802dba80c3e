/** Tags as S3, ACM, CloudFront and Route 53 take them, and what they are in a question to IAM. */
import type { AwsError } from './errors.ts'

/** By key, in the order they were given. */
export type Tags = ReadonlyMap<string, string>

interface WireTag {
  readonly Key?: string | undefined
  readonly Value?: string | undefined
}

/**
 * The tags of a request after AWS's rules for them; `invalid` makes the service's own error.
 * https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
 */
export function parseTags(
  tags: readonly WireTag[] | undefined,
  invalid: (message: string) => AwsError,
): Tags {
  const parsed = new Map<string, string>()
  for (const { Key: key = '', Value: value = '' } of tags ?? []) {
    if (key === '' || key.length > 128) throw invalid('The TagKey you have provided is invalid')
    if (value.length > 256) throw invalid('The TagValue you have provided is invalid')
    if (!TAG_CHARACTERS.test(key)) throw invalid('The TagKey you have provided is invalid')
    if (!TAG_CHARACTERS.test(value)) throw invalid('The TagValue you have provided is invalid')
    if (/^aws:/i.test(key)) throw invalid('System tags cannot be added/updated by requester')
    if (parsed.has(key)) throw invalid('Cannot provide multiple Tags with the same key')
    parsed.set(key, value)
  }
  return parsed
}

const TAG_CHARACTERS = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u

export function tagList(tags: Tags): { Key: string; Value: string }[] {
  return [...tags].map(([Key, Value]) => ({ Key, Value }))
}

/** `aws:RequestTag/<key>` and `aws:TagKeys`, as the request has them: unchecked, IAM is asked first. */
export function requestTagContext(
  tags: readonly WireTag[] | undefined,
): Record<string, string | readonly string[]> {
  if (!tags?.length) return {}
  return {
    ...Object.fromEntries(tags.map((tag) => [`aws:RequestTag/${tag.Key}`, tag.Value ?? ''])),
    'aws:TagKeys': tags.map((tag) => tag.Key ?? ''),
  }
}

/** `aws:ResourceTag/<key>` of what exists. */
export function resourceTagContext(tags: Tags | undefined): Record<string, string> {
  return Object.fromEntries([...(tags ?? [])].map(([key, value]) => [`aws:ResourceTag/${key}`, value]))
}
