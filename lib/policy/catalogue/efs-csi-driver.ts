import { allow, catalogueEntry } from './entry.ts'
import { noParameters } from './parameters.ts'

/** https://github.com/kubernetes-sigs/aws-efs-csi-driver/blob/master/docs/iam-policy-example.json */
export const efsCsiDriver = catalogueEntry({
  name: 'efs-csi-driver',
  description: 'Amazon EFS CSI driver: makes and removes the access points that it has tagged.',
  parameters: noParameters,
  statements: () => [
    ...allow(
      [
        'ec2:DescribeAvailabilityZones',
        'elasticfilesystem:DescribeAccessPoints',
        'elasticfilesystem:DescribeFileSystems',
        'elasticfilesystem:DescribeMountTargets',
      ],
      ['*'],
    ),
    ...allow(['elasticfilesystem:CreateAccessPoint', 'elasticfilesystem:TagResource'], ['*'], {
      StringEquals: { 'aws:RequestTag/efs.csi.aws.com/cluster': 'true' },
    }),
    ...allow(['elasticfilesystem:DeleteAccessPoint'], ['*'], {
      StringEquals: { 'aws:ResourceTag/efs.csi.aws.com/cluster': 'true' },
    }),
  ],
})
