import {
  ACMClient,
  AddTagsToCertificateCommand,
  DescribeCertificateCommand,
  ListCertificatesCommand,
} from '@aws-sdk/client-acm'
import {
  GetHostedZoneCountCommand,
  ListHostedZonesByNameCommand,
  Route53Client,
} from '@aws-sdk/client-route-53'
import { expect, onTestFinished, test } from 'vitest'
import { rememberReads, rememberZones } from '../../../lib/aws/remember.ts'
import { AwsError } from '../../../local/errors.ts'
import { serve } from '../../local/serve.ts'

/** AWS that counts what it is asked, and refuses the first calls. */
async function aws(refusals = 0) {
  const asked: string[] = []
  const answering = (operation: string, answer: object) => () => {
    asked.push(operation)
    if (asked.length <= refusals) throw new Error('not now')
    return answer
  }
  const { endpoint, stop } = await serve({
    acm: {
      ListCertificates: answering('ListCertificates', { CertificateSummaryList: [] }),
      DescribeCertificate: () => {
        asked.push('DescribeCertificate')
        throw new AwsError('ResourceNotFoundException', 'there is none', 404)
      },
      AddTagsToCertificate: answering('AddTagsToCertificate', {}),
    },
    route53: {
      ListHostedZonesByName: answering('ListHostedZonesByName', {
        HostedZones: [],
        IsTruncated: false,
        MaxItems: 100,
      }),
      GetHostedZoneCount: answering('GetHostedZoneCount', { HostedZoneCount: 1 }),
    },
  })
  onTestFinished(stop)
  const settings = {
    endpoint,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  }
  const clients = { acm: new ACMClient(settings), route53: new Route53Client(settings) }
  const reads = rememberReads()
  const zones = rememberZones(() => clients.route53)
  function forget() {
    reads.forget()
    zones.forget()
  }
  const [acm, sameAcm] = [reads.of(clients.acm), reads.of(new ACMClient(settings))]
  return { asked, acm, sameAcm, route53Of: zones.route53Of, forget }
}

const CERTIFICATE = 'arn:aws:acm:us-east-1:111122223333:certificate/12345678-1234-1234-1234-123456789012'

test('a read is asked for again once something was changed, and one of another input at once', async () => {
  const { asked, acm } = await aws()
  const read = (MaxItems: number) => acm.send(new ListCertificatesCommand({ MaxItems }))
  const Tags = [{ Key: 'team', Value: 'rocket' }]

  await read(1)
  await read(1)
  await read(2)
  await acm.send(new AddTagsToCertificateCommand({ CertificateArn: CERTIFICATE, Tags }))
  await read(1)

  expect(asked).toEqual(['ListCertificates', 'ListCertificates', 'AddTagsToCertificate', 'ListCertificates'])
})

test('what one client changes another one forgets, too', async () => {
  const { asked, acm, sameAcm } = await aws()
  const read = () => acm.send(new ListCertificatesCommand({}))
  const Tags = [{ Key: 'team', Value: 'rocket' }]

  await read()
  await sameAcm.send(new AddTagsToCertificateCommand({ CertificateArn: CERTIFICATE, Tags }))
  await read()

  expect(asked).toEqual(['ListCertificates', 'AddTagsToCertificate', 'ListCertificates'])
})

test('what was read while something was changed is asked for again', async () => {
  const { asked, acm } = await aws()
  const read = () => acm.send(new ListCertificatesCommand({}))
  const Tags = [{ Key: 'team', Value: 'rocket' }]

  await Promise.all([
    read(),
    acm.send(new AddTagsToCertificateCommand({ CertificateArn: CERTIFICATE, Tags })),
    read(),
  ])
  await read()

  expect(asked.filter((operation) => operation === 'ListCertificates')).toHaveLength(3)
})

test('what is not there is asked for once, too', async () => {
  const { asked, acm } = await aws()
  const read = () => acm.send(new DescribeCertificateCommand({ CertificateArn: CERTIFICATE }))

  await expect(read()).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
  await expect(read()).rejects.toMatchObject({ name: 'ResourceNotFoundException' })

  expect(asked).toEqual(['DescribeCertificate'])
})

test('zones are asked for once, until they are forgotten; nothing else of Route 53 is kept', async () => {
  const { asked, acm, route53Of, forget } = await aws()
  const route53 = route53Of({})
  const look = async () => {
    await acm.send(new ListCertificatesCommand({}))
    await route53.send(new ListHostedZonesByNameCommand({ DNSName: 'a.io' }))
    await route53.send(new GetHostedZoneCountCommand({}))
  }

  await look()
  await look()
  expect(asked).toEqual([
    'ListCertificates',
    'ListHostedZonesByName',
    'GetHostedZoneCount',
    'GetHostedZoneCount',
  ])
  await route53.send(new ListHostedZonesByNameCommand({ DNSName: 'b.io' }))
  forget()
  await look()
  expect(asked.slice(4)).toEqual([
    'ListHostedZonesByName',
    'ListCertificates',
    'ListHostedZonesByName',
    'GetHostedZoneCount',
  ])
})

test('a list that AWS refused is asked for again', async () => {
  const { asked, acm } = await aws(1)

  await expect(acm.send(new ListCertificatesCommand({}))).rejects.toThrow()
  expect(await acm.send(new ListCertificatesCommand({}))).toMatchObject({ CertificateSummaryList: [] })
  expect(asked).toHaveLength(2)
})

test('a client that was asked for again remembers as before, and another one by itself', async () => {
  const [one, other] = [await aws(), await aws()]
  const zones = rememberZones(({ accountId }) => (accountId === undefined ? one : other).route53Of({}))
  const look = (accountId?: string) =>
    zones.route53Of({ accountId }).send(new ListHostedZonesByNameCommand({ DNSName: 'a.io' }))

  await look()
  await look()
  await look('111122223333')

  expect([one.asked, other.asked]).toEqual([['ListHostedZonesByName'], ['ListHostedZonesByName']])
})
