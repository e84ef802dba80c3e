import { describe, expect, test } from 'vitest'
import {
  accessAnalyzerClient,
  acmClient,
  cloudFrontClient,
  eventBridgeClient,
  iamClient,
  route53Client,
  s3Client,
  serviceQuotasClient,
  sfnClient,
  sqsClient,
  stsClient,
} from '../../../lib/aws/clients.ts'
import { documentClient } from '../../../lib/aws/document-client.ts'
import { partitionOf } from '../../../lib/aws/partitions.ts'

const AWS = partitionOf('eu-central-1')
const CHINA = partitionOf('cn-north-1')
const GOVERNMENT = partitionOf('us-gov-west-1')

describe('the region of a client', () => {
  test.each([
    ['s3', s3Client('eu-central-1'), 'eu-central-1'],
    ['sts', stsClient('eu-central-1'), 'eu-central-1'],
    ['dynamodb', documentClient('eu-central-1'), 'eu-central-1'],
    ['events', eventBridgeClient('eu-central-1'), 'eu-central-1'],
    ['states', sfnClient('eu-central-1'), 'eu-central-1'],
    ['access-analyzer', accessAnalyzerClient('eu-central-1'), 'eu-central-1'],
    ['sqs', sqsClient('eu-central-1'), 'eu-central-1'],
    ['acm, whose certificates CloudFront takes from there only', acmClient(AWS), 'us-east-1'],
    ['cloudfront', cloudFrontClient(AWS), 'us-east-1'],
    ['servicequotas', serviceQuotasClient(AWS), 'us-east-1'],
    ['servicequotas in China', serviceQuotasClient(CHINA), 'cn-north-1'],
    ['acm in GovCloud, where nobody calls it', acmClient(GOVERNMENT), 'us-gov-west-1'],
    ['cloudfront in China, where nobody calls it', cloudFrontClient(CHINA), 'cn-north-1'],
    ['route53', route53Client(AWS), 'us-east-1'],
    ['route53 in China', route53Client(CHINA), 'cn-northwest-1'],
    ['iam', iamClient(AWS), 'us-east-1'],
    ['iam in China', iamClient(CHINA), 'cn-north-1'],
    ['iam in GovCloud', iamClient(GOVERNMENT), 'us-gov-west-1'],
  ])('%s', async (_, client, region) => {
    expect(await client.config.region()).toBe(region)
  })
})

describe('a client', () => {
  test('is made once per service and region, so that a warm function keeps its connections', () => {
    expect(s3Client('eu-west-1')).toBe(s3Client('eu-west-1'))
    expect(s3Client('eu-west-1')).not.toBe(s3Client('eu-west-2'))
  })

  test('gives up in time for the step to say so', async () => {
    const { config } = s3Client('eu-west-1')

    expect(await config.maxAttempts()).toBe(3)
    // The handler keeps what it was given, and tells it only after the first request.
    expect(await Reflect.get(config.requestHandler, 'configProvider')).toMatchObject({
      connectionTimeout: 2_000,
      requestTimeout: 10_000,
      throwOnRequestTimeout: true,
    })
  })
})
