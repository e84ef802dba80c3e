/**
 * The only place that makes SDK clients, but for `document-client.ts`. One function per service, so that a bundle holds the SDKs that its handler uses
 * and no other; one client per service and region, so that a warm function keeps its connections.
 * Credentials and, in local mode, the endpoint come from the environment, as the SDK reads it.
 */
import { AccessAnalyzerClient } from '@aws-sdk/client-accessanalyzer'
import { ACMClient } from '@aws-sdk/client-acm'
import { CloudFrontClient } from '@aws-sdk/client-cloudfront'
import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { IAMClient, type IAMClientConfig } from '@aws-sdk/client-iam'
import { LambdaClient } from '@aws-sdk/client-lambda'
import { Route53Client, type Route53ClientConfig } from '@aws-sdk/client-route-53'
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3'
import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas'
import { SFNClient } from '@aws-sdk/client-sfn'
import { SQSClient } from '@aws-sdk/client-sqs'
import { STSClient } from '@aws-sdk/client-sts'
import type { Partition } from './partitions.ts'

const s3Clients = new Map<string, S3Client>()
const acmClients = new Map<string, ACMClient>()
const cloudFrontClients = new Map<string, CloudFrontClient>()
const route53Clients = new Map<string, Route53Client>()
const iamClients = new Map<string, IAMClient>()
const serviceQuotasClients = new Map<string, ServiceQuotasClient>()
const stsClients = new Map<string, STSClient>()
const eventBridgeClients = new Map<string, EventBridgeClient>()
const sfnClients = new Map<string, SFNClient>()
const sqsClients = new Map<string, SQSClient>()
const lambdaClients = new Map<string, LambdaClient>()
const accessAnalyzerClients = new Map<string, AccessAnalyzerClient>()

export const s3Client = (region: string): S3Client =>
  clientOf(s3Clients, region, (settings) => new S3Client(settings))

/** By a session of another role: a client of its own. */
export const s3ClientWith = (
  region: string,
  credentials: NonNullable<S3ClientConfig['credentials']>,
): S3Client => new S3Client({ ...SETTINGS, region, credentials })

/** CloudFront takes certificates of one region only, whatever the stack's. Where it serves no issuers nobody has a call to make. */
export const acmClient = (partition: Partition): ACMClient =>
  clientOf(acmClients, globalRegion(partition), (settings) => new ACMClient(settings))

export const cloudFrontClient = (partition: Partition): CloudFrontClient =>
  clientOf(cloudFrontClients, globalRegion(partition), (settings) => new CloudFrontClient(settings))

export const route53Client = (partition: Partition): Route53Client =>
  clientOf(route53Clients, partition.route53Region, (settings) => new Route53Client(settings))

/** Of another account, as `iamClientWith`. */
export const route53ClientWith = (
  partition: Partition,
  credentials: NonNullable<Route53ClientConfig['credentials']>,
): Route53Client => new Route53Client({ ...SETTINGS, region: partition.route53Region, credentials })

export const iamClient = (partition: Partition): IAMClient =>
  clientOf(iamClients, partition.iamRegion, (settings) => new IAMClient(settings))

/**
 * Of another account: a client of its own, for its caller to keep. The SDK asks for credentials at the first call, keeps them until five
 * minutes before they expire, and keeps no failure.
 */
export const iamClientWith = (
  partition: Partition,
  credentials: NonNullable<IAMClientConfig['credentials']>,
): IAMClient => new IAMClient({ ...SETTINGS, region: partition.iamRegion, credentials })

/**
 * IAM's and CloudFront's quotas, and those of its certificates and of all buckets, are kept in one region. Every partition has the service:
 * in China https://docs.amazonaws.cn/en_us/aws/latest/userguide/servicequotas.html
 */
export const serviceQuotasClient = (partition: Partition): ServiceQuotasClient =>
  clientOf(serviceQuotasClients, globalRegion(partition), (settings) => new ServiceQuotasClient(settings))

export const stsClient = (region: string): STSClient =>
  clientOf(stsClients, region, (settings) => new STSClient(settings))

export const eventBridgeClient = (region: string): EventBridgeClient =>
  clientOf(eventBridgeClients, region, (settings) => new EventBridgeClient(settings))

export const sfnClient = (region: string): SFNClient =>
  clientOf(sfnClients, region, (settings) => new SFNClient(settings))

export const sqsClient = (region: string): SQSClient =>
  clientOf(sqsClients, region, (settings) => new SQSClient(settings))

export const lambdaClient = (region: string): LambdaClient =>
  clientOf(lambdaClients, region, (settings) => new LambdaClient(settings))

/** Who asks it has somebody waiting at the other end, for 30 seconds at most: two calls one after the other must end before. */
export const accessAnalyzerClient = (region: string): AccessAnalyzerClient =>
  clientOf(accessAnalyzerClients, region, ({ requestHandler, ...settings }) => {
    const impatient = { ...requestHandler, requestTimeout: 4_000 }
    return new AccessAnalyzerClient({ ...settings, maxAttempts: 2, requestHandler: impatient })
  })

/**
 * A call that hangs must leave time for others in the same step: at worst 3 × 10 s and the pauses between. The state machine
 * tries the step again after that, so more attempts here only hide a throttle from it.
 */
const SETTINGS = {
  maxAttempts: 3,
  requestHandler: {
    connectionTimeout: 2_000, // ms
    requestTimeout: 10_000, // ms, request and answer
    throwOnRequestTimeout: true, // else it only warns
  },
}

interface AnyClient {
  readonly middlewareStack: { readonly remove: (name: string) => boolean }
}

type Settings = typeof SETTINGS & { readonly region: string }

/** The one of `clients` for the region, made at first use. */
export function clientOf<Client extends AnyClient>(
  clients: Map<string, Client>,
  region: string,
  make: (settings: Settings) => Client,
): Client {
  const known = clients.get(region)
  if (known !== undefined) return known
  const client = make({ ...SETTINGS, region })
  // It prepares every input and output for a logger that there is none of, which takes a tenth of the call.
  client.middlewareStack.remove('loggerMiddleware')
  clients.set(region, client)
  return client
}

function globalRegion({ cloudFrontRegion, iamRegion }: Partition): string {
  return cloudFrontRegion ?? iamRegion
}
