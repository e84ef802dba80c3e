import { describe, expect, it } from 'vitest'
import { AwsError } from '../../../local/errors.ts'
import { openExchange } from '../../../local/wire/codec.ts'
import type { WireRequest, WireResponse } from '../../../local/wire/message.ts'
import { aForm, aRequest, aTarget } from './requests.ts'

describe('writeError', () => {
  it('puts the error of a query service in an ErrorResponse, under the code that AWS sends', async () => {
    const answer = await refused(
      aForm('iam', 'Action=GetRole&RoleName=r'),
      new AwsError('NoSuchEntity', 'no <role>'),
    )

    expect(answer).toMatchObject({ status: 404, headers: { 'content-type': 'text/xml' } })
    expect(text(answer)).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n' +
        '<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">' +
        '<Error><Type>Sender</Type><Code>NoSuchEntity</Code><Message>no &lt;role&gt;</Message></Error>' +
        '<RequestId>id</RequestId></ErrorResponse>',
    )
  })

  it('writes the error of S3 bare, with its details', async () => {
    const request = aRequest({ service: 's3', method: 'GET', path: '/b/k' })
    const error = new AwsError('NoSuchKey', 'gone', 404, { Key: 'k', ignored: { deep: true } })

    expect(text(await refused(request, error))).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n' +
        '<Error><Key>k</Key><Code>NoSuchKey</Code><Message>gone</Message><RequestId>id</RequestId></Error>',
    )
  })

  it('keeps the code that CloudFront and Route 53 gave', async () => {
    const request = aRequest({ service: 'route53', method: 'GET', path: '/2013-04-01/hostedzone' })

    // Not ThrottlingException, which the model has as well.
    expect(text(await refused(request, new AwsError('Throttling', 'Rate exceeded')))).toContain(
      '<Code>Throttling</Code>',
    )
  })

  it('lists the reasons of a refused change batch', async () => {
    const request = aRequest({ service: 'route53', path: '/2013-04-01/hostedzone/Z/rrset' })
    const error = new AwsError('InvalidChangeBatch', 'two things', 400, { messages: ['one', 'two'] })

    expect(text(await refused(request, error))).toContain(
      '<messages><Message>one</Message><Message>two</Message></messages>',
    )
  })

  it('adds the older code to the error of SQS', async () => {
    const answer = await refused(
      aTarget('sqs', 'AmazonSQS.GetQueueUrl'),
      new AwsError('QueueDoesNotExist', 'no'),
    )

    expect(answer).toMatchObject({
      status: 400,
      headers: { 'x-amzn-query-error': 'AWS.SimpleQueueService.NonExistentQueue;Sender' },
    })
    expect(JSON.parse(text(answer))).toEqual({ __type: 'QueueDoesNotExist', message: 'no' })
  })

  it('gives the error of Lambda in a header too, with the headers of its details', async () => {
    const request = aRequest({ service: 'lambda', path: '/2015-03-31/functions/f/invocations' })
    const error = new AwsError('TooManyRequestsException', 'slow', 400, {
      retryAfterSeconds: '3',
      Reason: 'r',
    })
    const answer = await refused(request, error)

    expect(answer).toMatchObject({
      status: 429,
      headers: { 'x-amzn-errortype': 'TooManyRequestsException', 'retry-after': '3' },
    })
    expect(JSON.parse(text(answer))).toMatchObject({ message: 'slow', Reason: 'r' })
  })

  it('writes the details of a DynamoDB error as DynamoDB values', async () => {
    const request = aTarget('dynamodb', 'DynamoDB_20120810.PutItem')
    const error = new AwsError('ConditionalCheckFailedException', 'no', 400, {
      Item: { b: { B: new Uint8Array([1]) } },
    })

    expect(JSON.parse(text(await refused(request, error)))).toEqual({
      __type: 'ConditionalCheckFailedException',
      message: 'no',
      Item: { b: { B: 'AQ==' } },
    })
  })

  it.each([
    ['a status that the model has not', 'ValidationException', 400],
    ['an error that is not modelled', 'MadeUp', 418],
  ])('keeps the status of %s', async (_what, code, status) => {
    const error = new AwsError(code, 'no', status)

    expect((await refused(aTarget('states', 'AWSStepFunctions.ListExecutions'), error)).status).toBe(status)
  })

  it('says Receiver for what is AWS’s fault', async () => {
    const answer = await refused(aForm('iam', 'Action=ListRoles'), new AwsError('ServiceFailure', 'no'))

    expect(answer.status).toBe(500)
    expect(text(answer)).toContain('<Type>Receiver</Type>')
  })
})

async function refused(request: WireRequest, error: AwsError): Promise<WireResponse> {
  return (await openExchange(request, 'id')).refuse(error)
}

function text({ body }: WireResponse): string {
  return Buffer.from(body as string).toString()
}
