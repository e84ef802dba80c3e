import type { PolicyContext } from '../context.ts'
import type { Statement } from '../document.ts'
import { allow, catalogueEntry } from './entry.ts'
import { noParameters } from './parameters.ts'

/** https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/main/docs/install/iam_policy.json */
export const awsLoadBalancerController = catalogueEntry({
  name: 'aws-load-balancer-controller',
  description: 'AWS Load Balancer Controller: makes load balancers, target groups and security groups.',
  parameters: noParameters,
  statements: (_, context) => [
    ...reading(),
    ...protecting(),
    ...securityGroups(context),
    ...loadBalancers(context),
    ...tagging(context),
    ...allow(['iam:CreateServiceLinkedRole'], ['*'], {
      StringEquals: { 'iam:AWSServiceName': 'elasticloadbalancing.amazonaws.com' },
    }),
  ],
})

const IS_OURS = { Null: { 'aws:ResourceTag/elbv2.k8s.aws/cluster': 'false' } }
const BECOMES_OURS = { Null: { 'aws:RequestTag/elbv2.k8s.aws/cluster': 'false' } }
/** Tags of our own things may change, but not the one that makes them ours. */
const STAYS_OURS = {
  Null: {
    'aws:RequestTag/elbv2.k8s.aws/cluster': 'true',
    'aws:ResourceTag/elbv2.k8s.aws/cluster': 'false',
  },
}

function reading(): Statement[] {
  return allow(
    [
      'ec2:DescribeAccountAttributes',
      'ec2:DescribeAddresses',
      'ec2:DescribeAvailabilityZones',
      'ec2:DescribeCoipPools',
      'ec2:DescribeInstances',
      'ec2:DescribeInternetGateways',
      'ec2:DescribeIpamPools',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeRouteTables',
      'ec2:DescribeSecurityGroups',
      'ec2:DescribeSubnets',
      'ec2:DescribeTags',
      'ec2:DescribeVpcPeeringConnections',
      'ec2:DescribeVpcs',
      'ec2:GetCoipPoolUsage',
      'ec2:GetSecurityGroupsForVpc',
      'elasticloadbalancing:Describe*',
    ],
    ['*'],
  )
}

/** Certificates, user pools, web ACLs and Shield that annotations may name. */
function protecting(): Statement[] {
  return allow(
    [
      'acm:DescribeCertificate',
      'acm:ListCertificates',
      'cognito-idp:DescribeUserPoolClient',
      'iam:GetServerCertificate',
      'iam:ListServerCertificates',
      'shield:CreateProtection',
      'shield:DeleteProtection',
      'shield:DescribeProtection',
      'shield:GetSubscriptionState',
      'waf-regional:AssociateWebACL',
      'waf-regional:DisassociateWebACL',
      'waf-regional:GetWebACL',
      'waf-regional:GetWebACLForResource',
      'wafv2:AssociateWebACL',
      'wafv2:DisassociateWebACL',
      'wafv2:GetWebACL',
      'wafv2:GetWebACLForResource',
    ],
    ['*'],
  )
}

function securityGroups({ partition }: PolicyContext): Statement[] {
  const groups = [`arn:${partition}:ec2:*:*:security-group/*`]
  return [
    // Without a condition: the controller opens the nodes' security groups, which it did not make.
    ...allow(
      ['ec2:AuthorizeSecurityGroupIngress', 'ec2:CreateSecurityGroup', 'ec2:RevokeSecurityGroupIngress'],
      ['*'],
    ),
    ...allow(['ec2:DeleteSecurityGroup'], ['*'], IS_OURS),
    ...allow(['ec2:CreateTags'], groups, {
      ...BECOMES_OURS,
      StringEquals: { 'ec2:CreateAction': 'CreateSecurityGroup' },
    }),
    ...allow(['ec2:CreateTags', 'ec2:DeleteTags'], groups, STAYS_OURS),
  ]
}

function loadBalancers({ partition }: PolicyContext): Statement[] {
  return [
    ...allow(elb('CreateLoadBalancer', 'CreateTargetGroup'), ['*'], BECOMES_OURS),
    ...allow(
      elb(
        'DeleteLoadBalancer',
        'DeleteTargetGroup',
        'ModifyCapacityReservation',
        'ModifyIpPools',
        'ModifyListenerAttributes',
        'ModifyLoadBalancerAttributes',
        'ModifyTargetGroup',
        'ModifyTargetGroupAttributes',
        'SetIpAddressType',
        'SetSecurityGroups',
        'SetSubnets',
      ),
      ['*'],
      IS_OURS,
    ),
    // Without a condition, as upstream: target groups of others can be bound, and listeners once had no tags.
    ...allow(elb('DeregisterTargets', 'RegisterTargets'), [
      `arn:${partition}:elasticloadbalancing:*:*:targetgroup/*/*`,
    ]),
    ...allow(
      elb(
        'AddListenerCertificates',
        'CreateListener',
        'CreateRule',
        'DeleteListener',
        'DeleteRule',
        'ModifyListener',
        'ModifyRule',
        'RemoveListenerCertificates',
        'SetRulePriorities',
        'SetWebAcl',
      ),
      ['*'],
    ),
  ]
}

function tagging({ partition }: PolicyContext): Statement[] {
  const arn = (resource: string) => `arn:${partition}:elasticloadbalancing:*:*:${resource}`
  const balancers = ['targetgroup/*/*', 'loadbalancer/net/*/*', 'loadbalancer/app/*/*'].map(arn)
  const listeners = ['listener/net/*/*/*', 'listener/app/*/*/*'].map(arn)
  const rules = ['listener-rule/net/*/*/*', 'listener-rule/app/*/*/*'].map(arn)
  return [
    ...allow(elb('AddTags', 'RemoveTags'), balancers, STAYS_OURS),
    ...allow(elb('AddTags', 'RemoveTags'), [...listeners, ...rules]),
    ...allow(elb('AddTags'), balancers, {
      ...BECOMES_OURS,
      StringEquals: { 'elasticloadbalancing:CreateAction': ['CreateLoadBalancer', 'CreateTargetGroup'] },
    }),
  ]
}

function elb(...operations: readonly string[]): string[] {
  return operations.map((operation) => `elasticloadbalancing:${operation}`)
}
