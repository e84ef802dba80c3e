import * as z from 'zod'
import { allow, catalogueEntry } from './entry.ts'
import { bucketName } from './parameters.ts'

/**
 * https://github.com/kubernetes-sigs/aws-fsx-csi-driver/blob/master/docs/README.md, without iam:AttachRolePolicy and
 * iam:PutRolePolicy on service-linked roles, which IAM lets nobody but the service do.
 */
export const fsxCsiDriver = catalogueEntry({
  name: 'fsx-csi-driver',
  description: 'Amazon FSx for Lustre CSI driver: makes, changes and removes file systems.',
  parameters: z.strictObject({
    dataBuckets: z.array(bucketName).max(20).default([]).describe('Buckets that file systems are linked to.'),
  }),
  statements: (parameters, { partition, region, accountId }) => [
    ...allow(
      ['fsx:CreateFileSystem', 'fsx:DeleteFileSystem', 'fsx:TagResource', 'fsx:UpdateFileSystem'],
      [`arn:${partition}:fsx:${region}:${accountId}:file-system/*`],
    ),
    ...allow(['fsx:DescribeFileSystems'], ['*']),
    ...allow(
      ['s3:ListBucket'],
      parameters.dataBuckets.map((bucket) => `arn:${partition}:s3:::${bucket}`),
    ),
    ...allow(
      ['iam:CreateServiceLinkedRole'],
      [`arn:${partition}:iam::${accountId}:role/aws-service-role/*`],
      {
        StringEquals: {
          'iam:AWSServiceName': ['fsx.amazonaws.com', 's3.data-source.lustre.fsx.amazonaws.com'],
        },
      },
    ),
  ],
})
