import * as z from 'zod'
import type { Statement } from '../document.ts'
import { allow, catalogueEntry } from './entry.ts'
import { kmsKeyArns } from './parameters.ts'

/** https://github.com/kubernetes-sigs/aws-ebs-csi-driver/blob/master/docs/example-iam-policy.json */
export const ebsCsiDriver = catalogueEntry({
  name: 'ebs-csi-driver',
  description:
    'Amazon EBS CSI driver: makes, attaches, snapshots and removes the volumes that it has tagged.',
  parameters: z.strictObject({ kmsKeyArns: kmsKeyArns.describe('For encrypted volumes.') }),
  statements: (parameters, { partition }) => {
    const volumes = `arn:${partition}:ec2:*:*:volume/*`
    const snapshots = `arn:${partition}:ec2:*:*:snapshot/*`
    const instances = `arn:${partition}:ec2:*:*:instance/*`
    return [
      ...allow(DESCRIBE, ['*']),
      ...allow(['ec2:CreateSnapshot', 'ec2:ModifyVolume', 'ec2:CopyVolumes'], [volumes]),
      ...allow(['ec2:AttachVolume', 'ec2:DetachVolume'], [volumes, instances]),
      ...allow(['ec2:CreateVolume', 'ec2:EnableFastSnapshotRestores'], [snapshots]),
      ...allow(['ec2:CreateTags'], [volumes, snapshots], {
        StringEquals: { 'ec2:CreateAction': ['CopyVolumes', 'CreateSnapshot', 'CreateVolume'] },
      }),
      ...allow(['ec2:DeleteTags'], [volumes, snapshots]),
      ...ifTagged(['ec2:CreateVolume', 'ec2:CopyVolumes'], volumes, 'aws:RequestTag', VOLUME_TAGS),
      ...ifTagged(['ec2:DeleteVolume'], volumes, 'ec2:ResourceTag', [
        ...VOLUME_TAGS,
        ['kubernetes.io/created-for/pvc/name', '*'],
      ]),
      ...ifTagged(['ec2:CreateSnapshot'], snapshots, 'aws:RequestTag', SNAPSHOT_TAGS),
      ...ifTagged(['ec2:DeleteSnapshot'], snapshots, 'ec2:ResourceTag', SNAPSHOT_TAGS),
      ...allow(['kms:CreateGrant', 'kms:ListGrants', 'kms:RevokeGrant'], parameters.kmsKeyArns, {
        Bool: { 'kms:GrantIsForAWSResource': 'true' },
      }),
      ...allow(USE_KEY, parameters.kmsKeyArns),
    ]
  },
})

const DESCRIBE = [
  'ec2:DescribeAvailabilityZones',
  'ec2:DescribeInstanceTypes',
  'ec2:DescribeInstances',
  'ec2:DescribeSnapshots',
  'ec2:DescribeTags',
  'ec2:DescribeVolumeStatus',
  'ec2:DescribeVolumes',
  'ec2:DescribeVolumesModifications',
]

const USE_KEY = ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*']

type Tag = readonly [key: string, value: string]

const VOLUME_TAGS: readonly Tag[] = [
  ['ebs.csi.aws.com/cluster', 'true'],
  ['CSIVolumeName', '*'],
]

const SNAPSHOT_TAGS: readonly Tag[] = [
  ['ebs.csi.aws.com/cluster', 'true'],
  ['CSIVolumeSnapshotName', '*'],
]

/** One statement per tag: within one, conditions are joined by "and". */
function ifTagged(
  actions: readonly string[],
  resource: string,
  conditionKey: 'aws:RequestTag' | 'ec2:ResourceTag',
  tags: readonly Tag[],
): Statement[] {
  return tags.flatMap(([key, value]) =>
    allow(actions, [resource], { StringLike: { [`${conditionKey}/${key}`]: value } }),
  )
}
