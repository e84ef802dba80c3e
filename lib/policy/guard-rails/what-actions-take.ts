/** What some actions take besides their own names: a role, or no resource at all. */

/** Whoever may also pass a role starts code with it. */
export const TAKES_A_ROLE: readonly string[] = [
  'apprunner:CreateService',
  'batch:RegisterJobDefinition',
  'bedrock-agentcore:CreateAgentRuntime',
  'bedrock-agentcore:CreateCodeInterpreter',
  'cloudformation:CreateStack',
  'cloudformation:CreateStackSet',
  'codebuild:CreateProject',
  'datapipeline:CreatePipeline',
  'ec2:CreateFleet',
  'ec2:RequestSpotFleet',
  'ec2:RequestSpotInstances',
  'ec2:RunInstances',
  'ecs:CreateService',
  'ecs:RegisterTaskDefinition',
  'ecs:RunTask',
  'ecs:StartTask',
  'elasticmapreduce:RunJobFlow',
  'glue:CreateDevEndpoint',
  'glue:CreateJob',
  'glue:CreateSession',
  'lambda:CreateFunction',
  'sagemaker:CreateNotebookInstance',
  'sagemaker:CreateProcessingJob',
  'sagemaker:CreateTrainingJob',
  'scheduler:CreateSchedule',
  'states:CreateStateMachine',
]

/**
 * On these `*` is the only resource there is, or gives no more than names. A judgement by how AWS names its actions, so that what
 * it gets wrong is a needless approval, or names that are seen.
 */
export const TAKES_NO_RESOURCE: readonly string[] = [
  '*:Describe*',
  '*:List*',
  'ce:Get*',
  'cloudwatch:GetMetric*',
  'cloudwatch:PutMetricData',
  'comprehend:BatchDetect*',
  'comprehend:Detect*',
  'ecr-public:GetAuthorizationToken',
  'ecr:GetAuthorizationToken',
  'iam:GetAccountSummary',
  'kms:GenerateRandom',
  'logs:StopQuery',
  'polly:SynthesizeSpeech',
  'pricing:*',
  'rekognition:Detect*',
  'route53:GetHostedZoneCount',
  'secretsmanager:GetRandomPassword',
  'servicediscovery:DiscoverInstances',
  'sts:GetCallerIdentity',
  'tag:Get*',
  'textract:*',
  'translate:TranslateText',
  'xray:GetSampling*',
  'xray:Put*',
]
