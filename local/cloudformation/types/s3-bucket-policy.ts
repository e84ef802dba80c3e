/** AWS::S3::BucketPolicy. */
import * as z from 'zod'
import { unlessGone } from '../gone.ts'
import { document, text } from '../properties.ts'
import { resourceType } from '../resource-type.ts'

const properties = z.strictObject({ Bucket: text, PolicyDocument: document })

export const s3BucketPolicy = resourceType<z.infer<typeof properties>>({
  properties,
  attributes: [],
  replacedBy: ['Bucket'],
  async create({ Bucket, PolicyDocument }, { request }) {
    await request('s3', 'PutBucketPolicy', { Bucket, Policy: PolicyDocument })
    return { physicalId: Bucket, attributes: {} }
  },
  async update({ physicalId: Bucket, after, attributes }, { request }) {
    await request('s3', 'PutBucketPolicy', { Bucket, Policy: after.PolicyDocument })
    return attributes
  },
  delete: ({ physicalId: Bucket }, { request }) =>
    unlessGone(['NoSuchBucket'], () => request('s3', 'DeleteBucketPolicy', { Bucket })),
})
