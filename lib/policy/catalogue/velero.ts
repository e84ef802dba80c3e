import * as z from 'zod'
import { allow, catalogueEntry } from './entry.ts'
import { bucketName, keyPrefix } from './parameters.ts'

/** https://github.com/vmware-tanzu/velero-plugin-for-aws#set-permissions-for-velero */
export const velero = catalogueEntry({
  name: 'velero',
  description: 'Velero: keeps backups in the bucket named, and snapshots of EBS volumes if wanted.',
  parameters: z.strictObject({
    bucket: bucketName,
    prefix: keyPrefix.default(''),
    volumeSnapshots: z.boolean().default(true).describe('False where the CSI driver takes them.'),
  }),
  statements: ({ bucket, prefix, volumeSnapshots }, { partition, region }) => [
    ...allow(
      [
        's3:AbortMultipartUpload',
        's3:DeleteObject',
        's3:GetObject',
        's3:ListMultipartUploadParts',
        's3:PutObject',
        's3:PutObjectTagging',
      ],
      [`arn:${partition}:s3:::${bucket}/${prefix}*`],
    ),
    ...allow(['s3:ListBucket'], [`arn:${partition}:s3:::${bucket}`]),
    ...allow(
      [
        'ec2:CreateSnapshot',
        'ec2:CreateTags',
        'ec2:CreateVolume',
        'ec2:DeleteSnapshot',
        'ec2:DescribeSnapshots',
        'ec2:DescribeVolumes',
      ],
      volumeSnapshots ? ['*'] : [],
      { StringEquals: { 'aws:RequestedRegion': region } },
    ),
  ],
})
