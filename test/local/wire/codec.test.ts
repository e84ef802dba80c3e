import { describe, expect, it } from 'vitest'
import { AwsError } from '../../../local/errors.ts'
import { openExchange } from '../../../local/wire/codec.ts'
import { aForm, aRequest, aTarget } from './requests.ts'

describe('openExchange', () => {
  it('takes service, region and access key from the credential scope', async () => {
    const exchange = await openExchange(aTarget('states', 'AWSStepFunctions.ListExecutions'), 'id')

    expect(exchange).toMatchObject({
      service: 'states',
      operation: 'ListExecutions',
      region: 'eu-central-1',
      accessKeyId: 'local',
    })
  })

  it('takes them from a presigned query too', async () => {
    const path =
      '/b/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=local%2F20260101%2Feu-west-1%2Fs3%2Faws4_request'

    const exchange = await openExchange(aRequest({ method: 'GET', path }), 'id')

    expect(exchange).toMatchObject({ service: 's3', region: 'eu-west-1', accessKeyId: 'local' })
    expect(exchange.input()).toEqual({ Bucket: 'b', Key: 'k' })
  })

  it.each([
    ['iam', 'eu-central-1', 'us-east-1'],
    ['iam', 'cn-northwest-1', 'cn-north-1'],
    ['iam', 'us-gov-east-1', 'us-gov-west-1'],
    ['iam', 'eusc-de-east-1', 'eusc-de-east-1'],
    ['sts', 'eu-central-1', 'eu-central-1'],
  ])('lets %s signed for %s be answered by %s', async (service, region, answering) => {
    const exchange = await openExchange(aForm(service, 'Action=GetRole', region), 'id')

    expect(exchange.region).toBe(answering)
  })

  it('tells DynamoDB Streams from DynamoDB by the target', async () => {
    const table = await openExchange(aTarget('dynamodb', 'DynamoDB_20120810.ListTables'), 'id')
    const stream = await openExchange(aTarget('dynamodb', 'DynamoDBStreams_20120810.ListStreams'), 'id')

    expect([table.service, stream.service]).toEqual(['dynamodb', 'dynamodbstreams'])
  })

  it('knows the unsigned form of STS by its version', async () => {
    const exchange = await openExchange(
      aForm(
        undefined,
        'Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=a&RoleSessionName=b&WebIdentityToken=c',
      ),
      'id',
    )

    expect(exchange).toMatchObject({ service: 'sts', accessKeyId: undefined, region: 'us-east-1' })
    expect(exchange.input()).toEqual({ RoleArn: 'a', RoleSessionName: 'b', WebIdentityToken: 'c' })
  })

  it('takes the region of an unsigned request from the host', async () => {
    const form = 'Action=AssumeRoleWithWebIdentity&Version=2011-06-15'
    const headers = {
      host: 'sts.eu-west-3.amazonaws.com',
      'content-type': 'application/x-www-form-urlencoded',
    }

    expect((await openExchange(aRequest({ body: form, headers }), 'id')).region).toBe('eu-west-3')
  })

  it.each([
    [
      'an operation that AWS does not have',
      aForm('iam', 'Action=MakeRole'),
      'iam MakeRole',
      /<Code>NotInLocalMode/,
    ],
    ['no operation', aForm('iam', ''), 'iam ', /<Code>NotInLocalMode/],
    [
      'a path that AWS does not have',
      aRequest({ service: 'route53', path: '/x' }),
      'route53 POST /x',
      /<Code>Not/,
    ],
    [
      'a target that AWS does not have',
      aTarget('acm', 'CertificateManager.Forge'),
      'acm Forge',
      /"__type":"NotIn/,
    ],
    ['another service in JSON', aTarget('kms', 'TrentService.ListKeys'), 'kms ListKeys', /"__type":"NotIn/],
    [
      'another service in a form',
      aForm('ec2', 'Action=RunInstances'),
      'ec2 RunInstances',
      /<Code>NotInLocalMode/,
    ],
    [
      'another service in REST',
      aRequest({ service: 'eks', path: '/clusters' }),
      'eks POST /clusters',
      /"message":/,
    ],
    ['nothing that can be known', aRequest({ method: 'GET' }), 'unknown GET /', /"message":/],
  ])('refuses %s, in the protocol that was spoken', async (_what, request, asked, spoken) => {
    const exchange = await openExchange(request, 'id')

    expect(exchange.input).toThrow(`Local mode does not have ${asked}.`)
    const refusal = exchange.refuse(new AwsError('NotInLocalMode', 'no', 501))
    expect(refusal).toMatchObject({ status: 501, headers: { 'x-amzn-requestid': 'id' } })
    expect(Buffer.from(refusal.body).toString()).toMatch(spoken)
  })
})
