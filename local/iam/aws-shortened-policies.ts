/**
 * More of AWS's managed policies. Their documents are SHORTENED: the gist of what AWS's own allow, without their lists
 * of single actions, conditions and lesser services. https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
 */

/** Statements by path and name. */
export const SHORTENED: Readonly<Record<string, readonly object[]>> = {
  '/AmazonDynamoDBReadOnlyAccess': allow(
    ...['BatchGet*', 'Describe*', 'Get*', 'List*', 'PartiQLSelect', 'Query', 'Scan'].map(of('dynamodb')),
    'cloudwatch:GetMetric*',
    'cloudwatch:ListMetrics',
    'kms:DescribeKey',
    'kms:ListAliases',
  ),
  '/AmazonDynamoDBFullAccess': allow('dynamodb:*', 'dax:*', 'cloudwatch:GetMetric*', 'kms:DescribeKey'),
  '/AmazonSQSReadOnlyAccess': allow('sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:List*'),
  '/AmazonSQSFullAccess': allow('sqs:*'),
  '/AmazonSNSReadOnlyAccess': allow('sns:GetTopicAttributes', 'sns:List*', 'sns:GetSubscriptionAttributes'),
  '/AmazonSNSFullAccess': allow('sns:*'),
  '/AmazonSSMReadOnlyAccess': allow('ssm:Describe*', 'ssm:Get*', 'ssm:List*'),
  '/AmazonSSMManagedInstanceCore': allow(
    ...['DescribeAssociation', 'DescribeDocument', 'GetDocument', 'GetManifest', 'GetParameter'].map(
      of('ssm'),
    ),
    ...['GetParameters', 'ListAssociations', 'ListInstanceAssociations', 'PutInventory'].map(of('ssm')),
    ...['UpdateInstanceInformation', 'UpdateInstanceAssociationStatus'].map(of('ssm')),
    'ssmmessages:*',
    'ec2messages:*',
  ),
  '/AmazonRoute53FullAccess': allow(
    'route53:*',
    'route53domains:*',
    'cloudfront:ListDistributions',
    's3:ListBucket',
    's3:GetBucketLocation',
  ),
  '/AmazonRoute53ReadOnlyAccess': allow('route53:Get*', 'route53:List*', 'route53:TestDNSAnswer'),
  '/AmazonEC2ReadOnlyAccess': allow(
    'ec2:Describe*',
    'ec2:Get*',
    'elasticloadbalancing:Describe*',
    'autoscaling:Describe*',
    'cloudwatch:Describe*',
    'cloudwatch:Get*',
    'cloudwatch:List*',
  ),
  '/CloudWatchReadOnlyAccess': allow(
    ...['BatchGet*', 'Describe*', 'Get*', 'List*'].map(of('cloudwatch')),
    ...['Describe*', 'FilterLogEvents', 'Get*', 'List*', 'StartQuery', 'StopQuery'].map(of('logs')),
    'autoscaling:Describe*',
    'sns:Get*',
    'sns:List*',
    'xray:BatchGet*',
    'xray:Get*',
  ),
  '/CloudWatchAgentServerPolicy': [
    ...allow(
      'cloudwatch:PutMetricData',
      'ec2:DescribeVolumes',
      'ec2:DescribeTags',
      ...['CreateLogGroup', 'CreateLogStream', 'DescribeLogGroups', 'DescribeLogStreams'].map(of('logs')),
      'logs:PutLogEvents',
      'logs:PutRetentionPolicy',
      ...xrayWrites(),
    ),
    { Effect: 'Allow', Action: 'ssm:GetParameter', Resource: 'arn:aws:ssm:*:*:parameter/AmazonCloudWatch-*' },
  ],
  '/AWSXRayDaemonWriteAccess': allow(...xrayWrites()),
  '/AmazonKinesisReadOnlyAccess': allow('kinesis:Get*', 'kinesis:List*', 'kinesis:Describe*'),
  '/SecretsManagerReadWrite': allow(
    'secretsmanager:*',
    'kms:DescribeKey',
    'kms:ListAliases',
    'kms:ListKeys',
    'tag:GetResources',
  ),
  '/AmazonEC2ContainerRegistryPowerUser': allow(
    ...['GetAuthorizationToken', 'BatchCheckLayerAvailability', 'GetDownloadUrlForLayer'].map(of('ecr')),
    ...['GetRepositoryPolicy', 'GetLifecyclePolicy', 'GetLifecyclePolicyPreview'].map(of('ecr')),
    ...['Describe*', 'List*', 'BatchGetImage', 'PutImage'].map(of('ecr')),
    ...['InitiateLayerUpload', 'UploadLayerPart', 'CompleteLayerUpload'].map(of('ecr')),
  ),
  '/service-role/AmazonEBSCSIDriverPolicy': allow(
    ...['AttachVolume', 'CreateSnapshot', 'CreateTags', 'CreateVolume', 'DeleteSnapshot'].map(of('ec2')),
    ...['DeleteTags', 'DeleteVolume', 'Describe*', 'DetachVolume', 'ModifyVolume'].map(of('ec2')),
    'ec2:EnableFastSnapshotRestores',
  ),
  '/service-role/AmazonEFSCSIDriverPolicy': allow(
    ...['CreateAccessPoint', 'DeleteAccessPoint', 'Describe*', 'TagResource'].map(of('elasticfilesystem')),
    'ec2:DescribeAvailabilityZones',
  ),
  '/AmazonEKS_CNI_Policy': allow(
    ...['AssignPrivateIpAddresses', 'UnassignPrivateIpAddresses', 'CreateTags', 'Describe*'].map(of('ec2')),
    ...['AttachNetworkInterface', 'CreateNetworkInterface', 'DeleteNetworkInterface'].map(of('ec2')),
    ...['DetachNetworkInterface', 'ModifyNetworkInterfaceAttribute'].map(of('ec2')),
  ),
  '/PowerUserAccess': [
    { Effect: 'Allow', NotAction: ['iam:*', 'organizations:*', 'account:*'], Resource: '*' },
    ...allow(
      ...['CreateServiceLinkedRole', 'DeleteServiceLinkedRole', 'ListRoles'].map(of('iam')),
      'organizations:DescribeOrganization',
      'account:GetAccountInformation',
      'account:ListRegions',
    ),
  ],
  '/IAMFullAccess': allow('iam:*', 'organizations:Describe*', 'organizations:List*'),
  // Neither of these two reads secrets.
  '/ReadOnlyAccess': allow(
    ...readsOf('acm', 'apigateway', 'autoscaling', 'cloudformation', 'cloudfront', 'cloudtrail'),
    ...readsOf('cloudwatch', 'dynamodb', 'ec2', 'ecr', 'ecs', 'eks', 'elasticfilesystem', 'events', 'iam'),
    ...readsOf('kinesis', 'kms', 'lambda', 'logs', 'rds', 'route53', 's3', 'sns', 'sqs', 'ssm', 'states'),
    ...['BatchGet*', 'PartiQLSelect', 'Query', 'Scan'].map(of('dynamodb')),
    'ecr:BatchGetImage',
    'logs:FilterLogEvents',
    'secretsmanager:Describe*',
    'secretsmanager:GetResourcePolicy',
    'secretsmanager:List*',
  ),
  '/SecurityAudit': allow(
    ...surveysOf(
      'acm',
      'autoscaling',
      'cloudformation',
      'cloudfront',
      'cloudtrail',
      'cloudwatch',
      'dynamodb',
    ),
    ...surveysOf('ec2', 'ecr', 'ecs', 'eks', 'elasticfilesystem', 'events', 'kms', 'lambda', 'logs', 'rds'),
    ...surveysOf('route53', 'secretsmanager', 'sns', 'sqs', 'ssm', 'states'),
    ...['GenerateCredentialReport', 'Get*', 'List*', 'SimulatePrincipalPolicy'].map(of('iam')),
    ...['GetBucket*', 'GetEncryptionConfiguration', 'GetAccountPublicAccessBlock', 'List*'].map(of('s3')),
    'kms:GetKeyPolicy',
    'lambda:GetPolicy',
    'sqs:GetQueueAttributes',
    'sns:GetTopicAttributes',
  ),
}

function allow(...actions: readonly string[]): readonly object[] {
  return [{ Effect: 'Allow', Action: actions, Resource: '*' }]
}

function of(service: string): (action: string) => string {
  return (action) => `${service}:${action}`
}

function readsOf(...services: readonly string[]): string[] {
  return services.flatMap((service) => ['Describe*', 'Get*', 'List*'].map(of(service)))
}

/** What there is and how it is set up, not what it holds. */
function surveysOf(...services: readonly string[]): string[] {
  return services.flatMap((service) => ['Describe*', 'List*'].map(of(service)))
}

function xrayWrites(): string[] {
  return ['PutTraceSegments', 'PutTelemetryRecords', 'GetSamplingRules', 'GetSamplingTargets']
    .concat('GetSamplingStatisticSummaries')
    .map(of('xray'))
}
