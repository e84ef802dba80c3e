import { ACMClient, ListCertificatesCommand } from '@aws-sdk/client-acm'
import {
  GetHostedZoneCountCommand,
  ListHostedZonesByNameCommand,
  Route53Client,
} from '@aws-sdk/client-route-53'
import { expect, onTestFinished, test } from 'vitest'
import { rememberLists } from '../../../lib/aws/remember.ts'
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
  return { asked, ...clients, forget: rememberLists(clients) }
}

test('lists are asked for once, until they are forgotten; nothing else is kept', async () => {
  const { asked, acm, route53, forget } = await aws()
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
