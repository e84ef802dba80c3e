import { describe, expect, it } from 'vitest'
import { openExchange } from '../../../local/wire/codec.ts'
import { aRequest, type Sent } from './requests.ts'

describe('findRoute', () => {
  it.each<[string, Sent]>([
    ['ListBuckets', { path: '/' }],
    ['ListObjects', { path: '/b' }],
    ['ListObjectsV2', { path: '/b/?list-type=2&prefix=x' }],
    ['GetBucketPolicy', { path: '/b?policy' }],
    ['GetBucketPolicyStatus', { path: '/b?policyStatus' }],
    ['ListObjectVersions', { path: '/b?versions' }],
    ['GetObject', { path: '/b/k' }],
    ['GetObject', { path: '/b/k?x-id=GetObject&versionId=v' }],
    ['GetObject', { path: '/b/dir/' }],
    ['GetObjectAcl', { path: '/b/k?acl' }],
    ['GetObjectTagging', { path: '/b/k?tagging' }],
    ['ListParts', { path: '/b/k?uploadId=u' }],
    ['GetBucketAnalyticsConfiguration', { path: '/b?analytics&id=i' }],
    ['ListBucketAnalyticsConfigurations', { path: '/b?analytics' }],
    ['HeadBucket', { method: 'HEAD', path: '/b' }],
    ['HeadObject', { method: 'HEAD', path: '/b/k' }],
    ['CreateBucket', { method: 'PUT', path: '/b' }],
    ['PutObject', { method: 'PUT', path: '/b/k' }],
    ['CopyObject', { method: 'PUT', path: '/b/k', headers: { 'x-amz-copy-source': 'b/other' } }],
    ['UploadPart', { method: 'PUT', path: '/b/k?partNumber=1&uploadId=u' }],
    [
      'UploadPartCopy',
      { method: 'PUT', path: '/b/k?partNumber=1&uploadId=u', headers: { 'x-amz-copy-source': 'b/other' } },
    ],
    ['CreateMultipartUpload', { method: 'POST', path: '/b/k?uploads' }],
    ['CompleteMultipartUpload', { method: 'POST', path: '/b/k?uploadId=u' }],
    ['DeleteObjects', { method: 'POST', path: '/b?delete' }],
    ['AbortMultipartUpload', { method: 'DELETE', path: '/b/k?uploadId=u' }],
    ['DeleteObject', { method: 'DELETE', path: '/b/k' }],
    ['DeleteBucket', { method: 'DELETE', path: '/b' }],
  ])('finds S3 %s, with or without x-id', async (operation, sent) => {
    expect((await openExchange(aRequest({ service: 's3', method: 'GET', ...sent }), 'id')).operation).toBe(
      operation,
    )
  })

  it.each<[string, string, Sent]>([
    ['route53', 'ListHostedZones', { path: '/2013-04-01/hostedzone' }],
    ['route53', 'ListHostedZones', { path: '/2013-04-01/hostedzone/' }],
    ['route53', 'GetHostedZone', { path: '/2013-04-01/hostedzone/Z1/' }],
    ['route53', 'ListResourceRecordSets', { path: '/2013-04-01/hostedzone/Z1/rrset?name=a.' }],
    ['route53', 'ListHostedZonesByName', { path: '/2013-04-01/hostedzonesbyname?dnsname=a.' }],
    ['route53', 'GetHostedZoneCount', { path: '/2013-04-01/hostedzonecount' }],
    ['cloudfront', 'ListDistributions', { path: '/2020-05-31/distribution' }],
    ['cloudfront', 'GetDistributionConfig', { path: '/2020-05-31/distribution/E1/config' }],
    ['cloudfront', 'CreateDistribution', { method: 'POST', path: '/2020-05-31/distribution' }],
    [
      'cloudfront',
      'CreateDistributionWithTags',
      { method: 'POST', path: '/2020-05-31/distribution?WithTags' },
    ],
    ['cloudfront', 'TagResource', { method: 'POST', path: '/2020-05-31/tagging?Operation=Tag&Resource=a' }],
    [
      'cloudfront',
      'UntagResource',
      { method: 'POST', path: '/2020-05-31/tagging?Operation=Untag&Resource=a' },
    ],
    ['lambda', 'GetFunction', { path: '/2015-03-31/functions/f' }],
    ['lambda', 'GetFunctionConfiguration', { path: '/2015-03-31/functions/f/configuration' }],
    ['lambda', 'ListFunctions', { path: '/2015-03-31/functions/?MaxItems=5' }],
  ])('finds %s %s', async (service, operation, sent) => {
    expect((await openExchange(aRequest({ service, method: 'GET', ...sent }), 'id')).operation).toBe(
      operation,
    )
  })

  it('finds an operation that lacks a required parameter, so that validation can say so', async () => {
    const request = aRequest({ service: 'cloudfront', method: 'GET', path: '/2020-05-31/tagging' })
    const exchange = await openExchange(request, 'id')

    expect(exchange.operation).toBe('ListTagsForResource')
    expect(exchange.input).toThrow("Value null at 'resource'")
  })

  it('decodes labels once, whatever stands in them', async () => {
    const arn = 'arn%3Aaws%3Alambda%3Aeu-central-1%3A000000000000%3Afunction%3Af'
    const lambda = aRequest({ service: 'lambda', method: 'GET', path: `/2015-03-31/functions/${arn}` })
    const s3 = aRequest({ service: 's3', method: 'GET', path: '/b//a%2Fb/%2541+%20/' })

    expect((await openExchange(lambda, 'id')).input()).toEqual({
      FunctionName: 'arn:aws:lambda:eu-central-1:000000000000:function:f',
    })
    expect((await openExchange(s3, 'id')).input()).toEqual({ Bucket: 'b', Key: '/a/b/%41+ /' })
  })
})
