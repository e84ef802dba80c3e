/** The types of resources that local mode can make. */
import type { ResourceType } from '../resource-type.ts'
import {
  apigatewayv2Api,
  apigatewayv2Authorizer,
  apigatewayv2Integration,
  apigatewayv2Route,
  apigatewayv2Stage,
} from './apigatewayv2.ts'
import { cloudfrontOriginAccessControl } from './cloudfront-origin-access-control.ts'
import { cloudwatchAlarm, cloudwatchDashboard } from './cloudwatch.ts'
import { dynamodbTable } from './dynamodb-table.ts'
import { eventsEventBus } from './events-event-bus.ts'
import { eventsEventBusPolicy } from './events-event-bus-policy.ts'
import { eventsRule } from './events-rule.ts'
import { iamManagedPolicy } from './iam-managed-policy.ts'
import { iamOidcProvider } from './iam-oidc-provider.ts'
import { iamPolicy } from './iam-policy.ts'
import { iamRole } from './iam-role.ts'
import { lambdaEventInvokeConfig } from './lambda-event-invoke-config.ts'
import { lambdaEventSourceMapping } from './lambda-event-source-mapping.ts'
import { lambdaFunction } from './lambda-function.ts'
import { lambdaPermission } from './lambda-permission.ts'
import { lambdaVersion } from './lambda-version.ts'
import { logsLogGroup, logsMetricFilter } from './logs.ts'
import { s3Bucket } from './s3-bucket.ts'
import { s3BucketPolicy } from './s3-bucket-policy.ts'
import { snsSubscription, snsTopic, snsTopicPolicy } from './sns.ts'
import { sqsQueue } from './sqs-queue.ts'
import { sqsQueuePolicy } from './sqs-queue-policy.ts'
import { ssmParameter } from './ssm.ts'
import { stepFunctionsStateMachine } from './step-functions-state-machine.ts'
import { stepFunctionsStateMachineVersion } from './step-functions-state-machine-version.ts'

export function typeNamed(name: string): ResourceType | undefined {
  return Object.hasOwn(TYPES, name) ? TYPES[name] : undefined
}

const TYPES: Readonly<Record<string, ResourceType>> = {
  'AWS::ApiGatewayV2::Api': apigatewayv2Api,
  'AWS::ApiGatewayV2::Authorizer': apigatewayv2Authorizer,
  'AWS::ApiGatewayV2::Integration': apigatewayv2Integration,
  'AWS::ApiGatewayV2::Route': apigatewayv2Route,
  'AWS::ApiGatewayV2::Stage': apigatewayv2Stage,
  'AWS::CloudFront::OriginAccessControl': cloudfrontOriginAccessControl,
  'AWS::CloudWatch::Alarm': cloudwatchAlarm,
  'AWS::CloudWatch::Dashboard': cloudwatchDashboard,
  'AWS::DynamoDB::Table': dynamodbTable,
  'AWS::Events::EventBus': eventsEventBus,
  'AWS::Events::EventBusPolicy': eventsEventBusPolicy,
  'AWS::Events::Rule': eventsRule,
  'AWS::IAM::ManagedPolicy': iamManagedPolicy,
  'AWS::IAM::OIDCProvider': iamOidcProvider,
  'AWS::IAM::Policy': iamPolicy,
  'AWS::IAM::Role': iamRole,
  'AWS::Lambda::EventInvokeConfig': lambdaEventInvokeConfig,
  'AWS::Lambda::EventSourceMapping': lambdaEventSourceMapping,
  'AWS::Lambda::Function': lambdaFunction,
  'AWS::Lambda::Permission': lambdaPermission,
  'AWS::Lambda::Version': lambdaVersion,
  'AWS::Logs::LogGroup': logsLogGroup,
  'AWS::Logs::MetricFilter': logsMetricFilter,
  'AWS::S3::Bucket': s3Bucket,
  'AWS::S3::BucketPolicy': s3BucketPolicy,
  'AWS::SNS::Subscription': snsSubscription,
  'AWS::SNS::Topic': snsTopic,
  'AWS::SNS::TopicPolicy': snsTopicPolicy,
  'AWS::SQS::Queue': sqsQueue,
  'AWS::SQS::QueuePolicy': sqsQueuePolicy,
  'AWS::SSM::Parameter': ssmParameter,
  'AWS::StepFunctions::StateMachine': stepFunctionsStateMachine,
  'AWS::StepFunctions::StateMachineVersion': stepFunctionsStateMachineVersion,
}
