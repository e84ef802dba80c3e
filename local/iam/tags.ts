/** IAM's own rules for tags: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html#id_tags_rules */
import type { Tag } from '@aws-sdk/client-iam'
import { parseTags, resourceTagContext, type Tags } from '../tags.ts'
import { invalidInput, limitExceeded } from './errors.ts'

const MOST_TAGS = 50

/** Throws AwsError (InvalidInput, LimitExceeded). */
export function newTags(tags: readonly Tag[] | undefined): Tags {
  return withTags(new Map(), tags)
}

/** A key that is there in another case is that tag, and keeps its case. Throws AwsError (InvalidInput, LimitExceeded). */
export function withTags(existing: Tags, tags: readonly Tag[] | undefined): Tags {
  const parsed = parseTags(tags, invalidInput)
  const folded = [...parsed.keys()].map((key) => key.toLowerCase())
  if (new Set(folded).size < folded.length)
    throw invalidInput('Duplicate tag keys found. Please note that Tag keys are case insensitive.')
  const all = new Map(existing)
  for (const [key, value] of parsed) {
    const same = [...existing.keys()].find((other) => other.toLowerCase() === key.toLowerCase())
    all.set(same ?? key, value)
  }
  if (all.size > MOST_TAGS)
    throw limitExceeded(`The number of tags has reached the maximum limit: ${MOST_TAGS}.`)
  return all
}

export function withoutTags(existing: Tags, keys: readonly string[] | undefined): Tags {
  const gone = new Set(keys?.map((key) => key.toLowerCase()))
  return new Map([...existing].filter(([key]) => !gone.has(key.toLowerCase())))
}

/** `aws:ResourceTag/<key>` and IAM's own `iam:ResourceTag/<key>`. */
export function resourceTags(tags: Tags | undefined): Record<string, string> {
  return {
    ...resourceTagContext(tags),
    ...Object.fromEntries([...(tags ?? [])].map(([key, value]) => [`iam:ResourceTag/${key}`, value])),
  }
}
