/** Tags as a sender may give them, for a cluster's resources or for one role. The ownership tags come from lib/aws. */
import * as z from 'zod'

/** IAM allows 50 on a resource; the rest is for the ownership tags. */
const MAX_TAGS = 40

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_Tag.html; the other services allow no less. */
const CHARACTERS = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u
const WORDS = 'must have only letters, digits, spaces and _ . : / = + - @'

export const tagKeySchema = z
  .string()
  .min(1)
  .max(128)
  .regex(CHARACTERS, WORDS)
  .refine((key) => !/^(aws|irsa):/i.test(key), 'must not begin with aws: or irsa:, which are reserved')

const tagValue = z.string().max(256).regex(CHARACTERS, WORDS)

export const tagsSchema = z
  .record(tagKeySchema, tagValue)
  .refine((tags) => Object.keys(tags).length <= MAX_TAGS, `must have at most ${MAX_TAGS} tags`)
  .refine(
    (tags) => new Set(Object.keys(tags).map((key) => key.toLowerCase())).size === Object.keys(tags).length,
    'must not have keys that differ only in case: to IAM they are the same',
  )
