import * as z from 'zod'
import { allow, catalogueEntry } from './entry.ts'
import { bucketName, keyPrefix, kmsKeyArns } from './parameters.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html */
export const s3Read = catalogueEntry({
  name: 's3-read',
  description: 'Reads the objects of one bucket, or of one prefix in it.',
  parameters: z.strictObject({ bucket: bucketName, prefix: keyPrefix.default(''), kmsKeyArns }),
  statements: ({ bucket, prefix, kmsKeyArns }, { partition }) => [
    ...allow(['s3:GetObject', 's3:GetObjectVersion'], [`arn:${partition}:s3:::${bucket}/${prefix}*`]),
    ...allow(
      ['s3:ListBucket'],
      [`arn:${partition}:s3:::${bucket}`],
      prefix === '' ? undefined : { StringLike: { 's3:prefix': `${prefix}*` } },
    ),
    ...allow(['s3:GetBucketLocation'], [`arn:${partition}:s3:::${bucket}`]),
    ...allow(['kms:Decrypt'], kmsKeyArns),
  ],
})
