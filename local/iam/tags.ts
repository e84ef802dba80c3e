/** IAM's own rules for tags: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html#id_tags_rules */
import type { Tag } from '@aws-sdk/client-iam'
import { parseTags, resourceTagContext, type Tags } from '../tags.ts'
import { invalidInput, limitExceeded } from './errors.ts'

const MOST_TAGS = 50

/** Keys of roles are the same key whatever their case. */
export function caselessKey(key: string): string {
  return key.toLowerCase()
}

/** Keys of policies and providers are the same key only if they are equal. */
export function exactKey(key: string): string {
  return key
}

type Identity = typeof caselessKey

/** Throws AwsError (InvalidInput, LimitExceeded). */
export function newTags(tags: readonly Tag[] | undefined, identityOf: Identity): Tags {
  return withTags(new Map(), tags, identityOf)
}

/** A tag takes the place of the one with the same key. Throws AwsError (InvalidInput, LimitExceeded). */
export function withTags(existing: Tags, tags: readonly Tag[] | undefined, identityOf: Identity): Tags {
  const parsed = parseTags(tags, invalidInput)
  const identities = new Set([...parsed.keys()].map(identityOf))
  if (identities.size < parsed.size)
    throw invalidInput('Duplicate tag keys found. Please note that Tag keys are case insensitive.')
  const all = new Map([...existing].filter(([key]) => !identities.has(identityOf(key))))
  for (const [key, value] of parsed) all.set(key, value)
  if (all.size > MOST_TAGS)
    throw limitExceeded(`The number of tags has reached the maximum limit: ${MOST_TAGS}.`)
  return all
}

export function withoutTags(existing: Tags, keys: readonly string[], identityOf: Identity): Tags {
  const gone = new Set(keys.map(identityOf))
  return new Map([...existing].filter(([key]) => !gone.has(identityOf(key))))
}

/** Of a role: `aws:ResourceTag/<key>` and IAM's own `iam:ResourceTag/<key>`, which policies and providers do not have. */
export function roleTagContext(tags: Tags | undefined): Record<string, string> {
  return {
    ...resourceTagContext(tags),
    ...Object.fromEntries([...(tags ?? [])].map(([key, value]) => [`iam:ResourceTag/${key}`, value])),
  }
}
