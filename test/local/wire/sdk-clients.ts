/** The SDK clients as a person would make them, pointed at a local endpoint, and what each exports. */
import * as accessanalyzer from '@aws-sdk/client-accessanalyzer'
import * as acm from '@aws-sdk/client-acm'
import * as apigateway from '@aws-sdk/client-apigatewayv2'
import * as cloudformation from '@aws-sdk/client-cloudformation'
import * as cloudfront from '@aws-sdk/client-cloudfront'
import * as monitoring from '@aws-sdk/client-cloudwatch'
import * as dynamodb from '@aws-sdk/client-dynamodb'
import * as dynamodbstreams from '@aws-sdk/client-dynamodb-streams'
import * as events from '@aws-sdk/client-eventbridge'
import * as iam from '@aws-sdk/client-iam'
import * as lambda from '@aws-sdk/client-lambda'
import * as route53 from '@aws-sdk/client-route-53'
import * as s3 from '@aws-sdk/client-s3'
import * as servicequotas from '@aws-sdk/client-service-quotas'
import * as states from '@aws-sdk/client-sfn'
import * as sqs from '@aws-sdk/client-sqs'
import * as sts from '@aws-sdk/client-sts'
import { SmithyRpcV2CborProtocol } from '@smithy/core/cbor'

export interface SdkClient {
  readonly send: (operation: string, input: object) => Promise<Record<string, unknown>>
  /** The SDK's class of an error. */
  readonly errorClass: (name: string) => unknown
  readonly close: () => void
}

/** `protocol` says which, of a service that speaks several. */
export function sdkClient(
  service: string,
  endpoint: string,
  { accessKeyId = 'local', protocol = '' }: { accessKeyId?: string; protocol?: string } = {},
): SdkClient {
  const credentials = { accessKeyId, secretAccessKey: 'local' }
  const make = protocol === 'rpc-v2-cbor' ? cbor[service] : sdk[service]
  const { module, client } = make?.({ ...settings, credentials, endpoint }) ?? {}
  if (!module || !client) throw new RangeError(`no SDK client for ${service}`)
  const exported = new Map<string, unknown>(Object.entries(module))
  return {
    async send(operation, input) {
      const Command = exported.get(`${operation}Command`) as new (input: object) => never
      const { $metadata, ...output } = await client.send(new Command(input))
      return output
    },
    errorClass: (name) => exported.get(name),
    close: () => client.destroy(),
  }
}

interface Client {
  readonly send: (command: never) => Promise<Record<string, unknown>>
  readonly destroy: () => void
}

const settings = {
  region: 'us-east-1',
  maxAttempts: 1,
  // StartSyncExecution would go to sync-127.0.0.1.
  disableHostPrefix: true,
}

type Config = typeof settings & {
  readonly endpoint: string
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
}

type Make = (config: Config) => { module: object; client: Client }

const sdk: Readonly<Record<string, Make>> = {
  'access-analyzer': (config) => ({
    module: accessanalyzer,
    client: new accessanalyzer.AccessAnalyzerClient(config) as Client,
  }),
  acm: (config) => ({ module: acm, client: new acm.ACMClient(config) as Client }),
  apigateway: (config) => ({
    module: apigateway,
    client: new apigateway.ApiGatewayV2Client(config) as Client,
  }),
  cloudformation: (config) => ({
    module: cloudformation,
    client: new cloudformation.CloudFormationClient(config) as Client,
  }),
  cloudfront: (config) => ({ module: cloudfront, client: new cloudfront.CloudFrontClient(config) as Client }),
  dynamodb: (config) => ({ module: dynamodb, client: new dynamodb.DynamoDBClient(config) as Client }),
  dynamodbstreams: (config) => ({
    module: dynamodbstreams,
    client: new dynamodbstreams.DynamoDBStreamsClient(config) as Client,
  }),
  events: (config) => ({ module: events, client: new events.EventBridgeClient(config) as Client }),
  iam: (config) => ({ module: iam, client: new iam.IAMClient(config) as Client }),
  lambda: (config) => ({ module: lambda, client: new lambda.LambdaClient(config) as Client }),
  monitoring: (config) => ({ module: monitoring, client: new monitoring.CloudWatchClient(config) as Client }),
  route53: (config) => ({ module: route53, client: new route53.Route53Client(config) as Client }),
  s3: (config) => ({
    module: s3,
    client: new s3.S3Client({ ...config, responseChecksumValidation: 'WHEN_REQUIRED' }) as Client,
  }),
  servicequotas: (config) => ({
    module: servicequotas,
    client: new servicequotas.ServiceQuotasClient(config) as Client,
  }),
  // A made-up message does not have the MD5 that SQS would send with it.
  sqs: (config) => ({ module: sqs, client: new sqs.SQSClient({ ...config, md5: false }) as Client }),
  states: (config) => ({ module: states, client: new states.SFNClient(config) as Client }),
  sts: (config) => ({ module: sts, client: new sts.STSClient(config) as Client }),
}

const cbor: typeof sdk = {
  monitoring: (config) => ({
    module: monitoring,
    client: new monitoring.CloudWatchClient({ ...config, protocol: SmithyRpcV2CborProtocol }) as Client,
  }),
}
