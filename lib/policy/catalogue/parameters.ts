/** The kinds of parameters that catalogue entries take. Wildcards are only where an entry is made for them. */
import * as z from 'zod'

export const noParameters = z.strictObject({})

export const hostedZoneIds = z
  .array(z.string().regex(/^Z[A-Z0-9]{1,31}$/, 'must be the ID of a hosted zone, like Z0123456789EXAMPLE'))
  .min(1)
  .max(50)

export const bucketName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be the name of a bucket')

/** Below a bucket; empty for all of it. */
export const keyPrefix = z
  .string()
  .regex(/^[\w!.'()/=-]{0,512}$/, "must have only letters, digits and _ ! . ' ( ) / = -")

export const kmsKeyArns = z
  .array(
    z.string().regex(/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/, 'must be the ARN of a KMS key'),
  )
  .max(20)
  .default([])

export const queueArns = z
  .array(
    z.string().regex(/^arn:aws[a-z-]*:sqs:[a-z0-9-]+:\d{12}:[\w.-]{1,80}$/, 'must be the ARN of a queue'),
  )
  .min(1)
  .max(50)

/** The name in the tags that Kubernetes' own tools set. Default: the cluster's name here. */
export const clusterTagName = z
  .string()
  .regex(/^[\w.-]{1,100}$/, 'must be the name of a cluster')
  .exactOptional()
