import * as z from 'zod'
import { allow, catalogueEntry } from './entry.ts'
import { clusterTagName } from './parameters.ts'

/** https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/cloudprovider/aws/README.md#iam-policy */
export const clusterAutoscaler = catalogueEntry({
  name: 'cluster-autoscaler',
  description:
    'Cluster Autoscaler: resizes the Auto Scaling groups tagged k8s.io/cluster-autoscaler/<clusterName>=owned.',
  parameters: z.strictObject({ clusterName: clusterTagName }),
  statements: ({ clusterName }, { cluster }) => [
    ...allow(
      [
        'autoscaling:DescribeAutoScalingGroups',
        'autoscaling:DescribeAutoScalingInstances',
        'autoscaling:DescribeLaunchConfigurations',
        'autoscaling:DescribeScalingActivities',
        'autoscaling:DescribeTags',
        'ec2:DescribeImages',
        'ec2:DescribeInstanceTypes',
        'ec2:DescribeLaunchTemplateVersions',
        'ec2:GetInstanceTypesFromInstanceRequirements',
      ],
      ['*'],
    ),
    ...allow(['autoscaling:SetDesiredCapacity', 'autoscaling:TerminateInstanceInAutoScalingGroup'], ['*'], {
      StringEquals: { [`aws:ResourceTag/k8s.io/cluster-autoscaler/${clusterName ?? cluster}`]: 'owned' },
    }),
  ],
})
