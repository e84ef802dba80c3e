import { template } from './fixture.ts'

export const trust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
}
export const S3_KEY = 'serverless/irsa/local/1795493158409-2026-11-24T04:05:58.409Z/bucket.zip'

/** As Serverless Framework and its Step Functions plugin write it. */
export const packaged = template(
  {
    ServerlessDeploymentBucket: {
      Type: 'AWS::S3::Bucket',
      Properties: {
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
        },
      },
    },
    ServerlessDeploymentBucketPolicy: {
      Type: 'AWS::S3::BucketPolicy',
      Properties: {
        Bucket: { Ref: 'ServerlessDeploymentBucket' },
        PolicyDocument: {
          Statement: [
            {
              Action: 's3:*',
              Effect: 'Deny',
              Principal: '*',
              Resource: [
                {
                  'Fn::Join': [
                    '',
                    [
                      'arn:',
                      { Ref: 'AWS::Partition' },
                      ':s3:::',
                      { Ref: 'ServerlessDeploymentBucket' },
                      '/*',
                    ],
                  ],
                },
              ],
              Condition: { Bool: { 'aws:SecureTransport': false } },
            },
          ],
        },
      },
    },
    BucketLogGroup: {
      Type: 'AWS::Logs::LogGroup',
      Properties: { LogGroupName: '/aws/lambda/irsa-local-bucket' },
    },
    BucketLambdaFunction: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Code: { S3Bucket: { Ref: 'ServerlessDeploymentBucket' }, S3Key: S3_KEY },
        Handler: 'functions/bucket.handler',
        Runtime: 'nodejs24.x',
        FunctionName: 'irsa-local-bucket',
        MemorySize: 1024,
        Timeout: 6,
        Architectures: ['arm64'],
        Role: { 'Fn::GetAtt': ['BucketRole', 'Arn'] },
      },
      DependsOn: ['BucketLogGroup', 'BucketRole'],
    },
    IrsaDashlocalDashprovisionDashcluster: {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: {
        DefinitionString: {
          'Fn::Sub': [
            '{"StartAt":"Bucket","States":{"Bucket":{"Type":"Task","Resource":"${c18466}","End":true}}}',
            { c18466: { 'Fn::GetAtt': ['BucketLambdaFunction', 'Arn'] } },
          ],
        },
        RoleArn: { 'Fn::GetAtt': ['BucketRole', 'Arn'] },
        StateMachineName: 'irsa-local-provision-cluster',
      },
      DependsOn: [],
    },
    BucketRole: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: trust } },
  },
  {
    Outputs: {
      ServerlessDeploymentBucketName: {
        Value: { Ref: 'ServerlessDeploymentBucket' },
        Export: { Name: 'sls-irsa-local-ServerlessDeploymentBucketName' },
      },
      MachineArn: { Description: 'its ARN', Value: { Ref: 'IrsaDashlocalDashprovisionDashcluster' } },
    },
  },
)
