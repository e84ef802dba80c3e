import { describe, expect, it } from 'vitest'
import { openExchange } from '../../../local/wire/codec.ts'
import type { WireRequest } from '../../../local/wire/message.ts'
import { aForm, aRequest, aTarget } from './requests.ts'

describe('checkInput', () => {
  it.each([
    ['iam', aForm('iam', 'Action=CreateRole&RoleName=r'), 'ValidationError', 'assumeRolePolicyDocument'],
    [
      'iam',
      aForm('iam', 'Action=TagRole&RoleName=r&Tags.member.1.Key=k'),
      'ValidationError',
      'tags.1.member.value',
    ],
    ['acm', aTarget('acm', 'CertificateManager.RequestCertificate'), 'ValidationException', 'domainName'],
    [
      'events',
      aTarget('events', 'AWSEvents.PutEvents', '{"Entries":null}'),
      'ValidationException',
      'entries',
    ],
    ['sqs', aTarget('sqs', 'AmazonSQS.SendMessage', '{"QueueUrl":"q"}'), 'MissingParameter', 'MessageBody'],
    ['route53', aChange('<Changes/>'), undefined, ''],
    ['route53', aChange(''), 'InvalidInput', 'changeBatch.changes'],
    ['cloudfront', aDistribution('<Comment/>'), 'MalformedInput', 'distributionConfig.callerReference'],
    ['s3', anObjectDeletion('<Delete/>'), 'MalformedXML', 'delete.objects'],
  ])('makes %s say which required member is missing', async (_service, request, code, member) => {
    const refusal = await refusalOf(request)

    expect(refusal?.code).toBe(code)
    expect(refusal?.message ?? '').toContain(member)
  })

  it('names every missing member at once', async () => {
    const refusal = await refusalOf(aForm('iam', 'Action=CreateRole'))

    expect(refusal?.message).toBe(
      "2 validation errors detected: Value null at 'roleName' failed to satisfy constraint: Member must not be null; " +
        "Value null at 'assumeRolePolicyDocument' failed to satisfy constraint: Member must not be null",
    )
  })

  it.each([
    ['a number for a string', '{"DomainName":5}', 'DomainName is not a string'],
    [
      'a string for a list',
      '{"DomainName":"d","SubjectAlternativeNames":"s"}',
      'SubjectAlternativeNames is not a list',
    ],
    [
      'nothing in a list',
      '{"DomainName":"d","SubjectAlternativeNames":[null]}',
      'SubjectAlternativeNames.1.member is not a string',
    ],
    ['text for the whole', '"d"', 'the request is not a structure'],
    ['no JSON', '{"DomainName":', 'JSON'],
  ])('refuses %s', async (_what, body, reason) => {
    const refusal = await refusalOf(aTarget('acm', 'CertificateManager.RequestCertificate', body))

    expect(refusal).toMatchObject({ code: 'SerializationException', status: 400 })
    expect(refusal?.message).toContain(reason)
  })

  it.each([
    ['a form', aForm('iam', 'Action=ListRoles&MaxItems=many'), 'MalformedInput', '"many" is not a number'],
    [
      'a query',
      aRequest({ service: 's3', method: 'GET', path: '/b?list-type=2&max-keys=x' }),
      'InvalidArgument',
      '"x" is not a number',
    ],
    [
      'a header',
      aRequest({ service: 's3', method: 'GET', path: '/b/k', headers: { 'if-modified-since': 'soon' } }),
      'InvalidArgument',
      '"soon" is not a timestamp',
    ],
    ['XML', aDistribution('<Enabled>'), 'MalformedInput', 'XML'],
    [
      'a path',
      aRequest({ service: 'lambda', method: 'GET', path: '/2015-03-31/functions/%E0%A4%A' }),
      'InvalidRequestContentException',
      'URI',
    ],
  ])('says what cannot be read in %s', async (_where, request, code, reason) => {
    const refusal = await refusalOf(request)

    expect(refusal).toMatchObject({ code, status: 400 })
    expect(refusal?.message).toContain(reason)
  })
})

async function refusalOf(request: WireRequest): Promise<{ code: string; message: string } | undefined> {
  const exchange = await openExchange(request, 'id')
  try {
    exchange.input()
    return undefined
  } catch (error) {
    return error as { code: string; message: string }
  }
}

function aChange(changes: string): WireRequest {
  const body = `<ChangeResourceRecordSetsRequest><ChangeBatch><Comment>c</Comment>${changes}</ChangeBatch></ChangeResourceRecordSetsRequest>`
  return aRequest({ service: 'route53', path: '/2013-04-01/hostedzone/Z1/rrset/', body })
}

function aDistribution(content: string): WireRequest {
  const body = `<DistributionConfig>${content}</DistributionConfig>`
  return aRequest({ service: 'cloudfront', path: '/2020-05-31/distribution', body })
}

function anObjectDeletion(body: string): WireRequest {
  return aRequest({ service: 's3', path: '/b?delete', body })
}
