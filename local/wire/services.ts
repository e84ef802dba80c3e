/** The services that local mode speaks for, and how each is spoken. The operations come from the SDK clients. */

export type Protocol = 'query' | 'rest-xml' | 'rest-json' | 'json-1.0' | 'json-1.1' | 'rpc-v2-cbor'

export interface WireService {
  /** The signing name, but for DynamoDB Streams, which signs as dynamodb and is told apart by its target. */
  readonly name: string
  readonly protocol: Protocol
  /** Before the dot in X-Amz-Target. */
  readonly target?: string
  /** `Version` in a query form. */
  readonly version?: string
  readonly xmlNamespace?: string
  /** Signed with any region of the partition, answered by one. */
  readonly global?: boolean
  /** Loaded at the first request: fourteen clients at start would cost half a second. */
  readonly client: () => Promise<object>
}

export const wireServices: readonly WireService[] = [
  {
    name: 'iam',
    protocol: 'query',
    version: '2010-05-08',
    xmlNamespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
    global: true,
    client: () => import('@aws-sdk/client-iam'),
  },
  {
    name: 'sts',
    protocol: 'query',
    version: '2011-06-15',
    xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
    client: () => import('@aws-sdk/client-sts'),
  },
  {
    name: 'cloudformation',
    protocol: 'query',
    version: '2010-05-15',
    xmlNamespace: 'http://cloudformation.amazonaws.com/doc/2010-05-15/',
    client: () => import('@aws-sdk/client-cloudformation'),
  },
  {
    name: 's3',
    protocol: 'rest-xml',
    xmlNamespace: 'http://s3.amazonaws.com/doc/2006-03-01/',
    client: () => import('@aws-sdk/client-s3'),
  },
  {
    name: 'cloudfront',
    protocol: 'rest-xml',
    xmlNamespace: 'http://cloudfront.amazonaws.com/doc/2020-05-31/',
    global: true,
    client: () => import('@aws-sdk/client-cloudfront'),
  },
  {
    name: 'route53',
    protocol: 'rest-xml',
    xmlNamespace: 'https://route53.amazonaws.com/doc/2013-04-01/',
    global: true,
    client: () => import('@aws-sdk/client-route-53'),
  },
  { name: 'apigateway', protocol: 'rest-json', client: () => import('@aws-sdk/client-apigatewayv2') },
  {
    name: 'access-analyzer',
    protocol: 'rest-json',
    client: () => import('@aws-sdk/client-accessanalyzer'),
  },
  { name: 'lambda', protocol: 'rest-json', client: () => import('@aws-sdk/client-lambda') },
  {
    name: 'acm',
    protocol: 'json-1.1',
    target: 'CertificateManager',
    client: () => import('@aws-sdk/client-acm'),
  },
  {
    name: 'events',
    protocol: 'json-1.1',
    target: 'AWSEvents',
    client: () => import('@aws-sdk/client-eventbridge'),
  },
  {
    name: 'states',
    protocol: 'json-1.0',
    target: 'AWSStepFunctions',
    client: () => import('@aws-sdk/client-sfn'),
  },
  {
    name: 'dynamodb',
    protocol: 'json-1.0',
    target: 'DynamoDB_20120810',
    client: () => import('@aws-sdk/client-dynamodb'),
  },
  {
    name: 'dynamodbstreams',
    protocol: 'json-1.0',
    target: 'DynamoDBStreams_20120810',
    client: () => import('@aws-sdk/client-dynamodb-streams'),
  },
  {
    name: 'servicequotas',
    protocol: 'json-1.1',
    target: 'ServiceQuotasV20190624',
    client: () => import('@aws-sdk/client-service-quotas'),
  },
  // The SDK for JavaScript speaks JSON to it, the AWS CLI CBOR.
  {
    name: 'monitoring',
    protocol: 'json-1.0',
    target: 'GraniteServiceVersion20100801',
    client: () => import('@aws-sdk/client-cloudwatch'),
  },
  { name: 'monitoring', protocol: 'rpc-v2-cbor', client: () => import('@aws-sdk/client-cloudwatch') },
  { name: 'sqs', protocol: 'json-1.0', target: 'AmazonSQS', client: () => import('@aws-sdk/client-sqs') },
]
