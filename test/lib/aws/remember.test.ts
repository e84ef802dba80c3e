import { ACMClient, ListCertificatesCommand } from '@aws-sdk/client-acm'
import {
  GetHostedZoneCountCommand,
  ListHostedZonesByNameCommand,
  Route53Client,
} from '@aws-sdk/client-route-53'
import { expect, onTestFinished, test } from 'vitest'
import { rememberCertificates, rememberZones } from '../../../lib/aws/remember.ts'
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
    acm: { ListCertificates: answering('ListCertificates', { CertificateSummaryList: [] }) },
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
  const forgetCertificates = rememberCertificates(clients.acm)
  const zones = rememberZones(() => clients.route53)
  function forget() {
    forgetCertificates()
    zones.forget()
  }
  return { asked, acm: clients.acm, route53Of: zones.route53Of, forget }
}

test('lists are asked for once, until they are forgotten; nothing else is kept', async () => {
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
