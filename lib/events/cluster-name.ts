import * as z from 'zod'

/** RFC 1123 §2.1. It becomes part of names and tags everywhere; where it is too long there, it is cut. */
export const clusterName = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    'must be a DNS label: 1 to 63 lower-case letters, digits and inner hyphens',
  )
