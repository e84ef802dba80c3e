import * as z from 'zod'
import type { PolicyContext } from '../context.ts'
import type { Statement } from '../document.ts'
import { allow, catalogueEntry } from './entry.ts'
import { clusterTagName, queueArns } from './parameters.ts'

/**
 * https://karpenter.sh/docs/reference/cloudformation/ without managing instance profiles, which the permissions boundary
 * denies: node classes name a profile that exists (spec.instanceProfile). The node role must be among the stack's
 * `passableRoles`.
 */
export const karpenter = catalogueEntry({
  name: 'karpenter',
  description:
    'Karpenter: launches and ends EC2 instances tagged kubernetes.io/cluster/<clusterName>=owned, with an instance profile that exists.',
  parameters: z.strictObject({
    nodeRoleArn: z
      .string()
      .regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/, 'must be the ARN of a role'),
    interruptionQueueArns: queueArns.default([]),
    clusterName: clusterTagName,
  }),
  statements: (parameters, context) => {
    const clusterName = parameters.clusterName ?? context.cluster
    return [
      ...launching(clusterName, context),
      ...tagging(clusterName, context),
      ...ending(clusterName, context),
      ...reading(context),
      ...allow(
        ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:ReceiveMessage'],
        parameters.interruptionQueueArns,
      ),
      ...allow(['iam:PassRole'], [parameters.nodeRoleArn], {
        StringEquals: { 'iam:PassedToService': ['ec2.amazonaws.com', 'ec2.amazonaws.com.cn'] },
      }),
      ...allow(['iam:GetInstanceProfile', 'iam:ListInstanceProfiles'], ['*']),
    ]
  },
})

const LAUNCHED = [
  'fleet',
  'instance',
  'volume',
  'network-interface',
  'launch-template',
  'spot-instances-request',
]
const USED = ['security-group', 'subnet', 'capacity-reservation']

function launching(clusterName: string, context: PolicyContext): Statement[] {
  const { partition, region } = context
  const images = [`arn:${partition}:ec2:${region}::image/*`, `arn:${partition}:ec2:${region}::snapshot/*`]
  return [
    ...allow(['ec2:CreateFleet', 'ec2:RunInstances'], [...images, ...ec2Arns(USED, context)]),
    ...allow(
      ['ec2:CreateFleet', 'ec2:RunInstances'],
      ec2Arns(['launch-template'], context),
      owned('aws:ResourceTag', clusterName),
    ),
    ...allow(
      ['ec2:CreateFleet', 'ec2:CreateLaunchTemplate', 'ec2:RunInstances'],
      ec2Arns(LAUNCHED, context),
      owned('aws:RequestTag', clusterName),
    ),
  ]
}

function tagging(clusterName: string, context: PolicyContext): Statement[] {
  const created = owned('aws:RequestTag', clusterName)
  const existing = owned('aws:ResourceTag', clusterName)
  return [
    ...allow(['ec2:CreateTags'], ec2Arns(LAUNCHED, context), {
      ...created,
      StringEquals: {
        ...created.StringEquals,
        'ec2:CreateAction': ['CreateFleet', 'CreateLaunchTemplate', 'RunInstances'],
      },
    }),
    ...allow(['ec2:CreateTags'], ec2Arns(['instance'], context), {
      ...existing,
      'ForAllValues:StringEquals': { 'aws:TagKeys': ['Name', 'karpenter.sh/nodeclaim'] },
    }),
  ]
}

function ending(clusterName: string, context: PolicyContext): Statement[] {
  return allow(
    ['ec2:DeleteLaunchTemplate', 'ec2:TerminateInstances'],
    ec2Arns(['instance', 'launch-template'], context),
    owned('aws:ResourceTag', clusterName),
  )
}

function reading({ partition, region }: PolicyContext): Statement[] {
  return [
    ...allow(
      [
        'ec2:DescribeAvailabilityZones',
        'ec2:DescribeCapacityReservations',
        'ec2:DescribeImages',
        'ec2:DescribeInstances',
        'ec2:DescribeInstanceStatus',
        'ec2:DescribeInstanceTypeOfferings',
        'ec2:DescribeInstanceTypes',
        'ec2:DescribeLaunchTemplates',
        'ec2:DescribeSecurityGroups',
        'ec2:DescribeSpotPriceHistory',
        'ec2:DescribeSubnets',
      ],
      ['*'],
      { StringEquals: { 'aws:RequestedRegion': region } },
    ),
    ...allow(['ssm:GetParameter'], [`arn:${partition}:ssm:${region}::parameter/aws/service/*`]),
    ...allow(['pricing:GetProducts'], ['*']),
  ]
}

function ec2Arns(types: readonly string[], { partition, region }: PolicyContext): string[] {
  return types.map((type) => `arn:${partition}:ec2:${region}:*:${type}/*`)
}

/** Karpenter sets both tags on everything that it makes. */
function owned(key: 'aws:RequestTag' | 'aws:ResourceTag', clusterName: string) {
  return {
    StringEquals: { [`${key}/kubernetes.io/cluster/${clusterName}`]: 'owned' },
    StringLike: { [`${key}/karpenter.sh/nodepool`]: '*' },
  }
}
