/** What a person who looks around asks of a zone's name servers, through an SDK client. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type Change,
  ChangeResourceRecordSetsCommand,
  CreateHostedZoneCommand,
  Route53Client,
  type RRType,
  TestDNSAnswerCommand,
  type TestDNSAnswerResponse,
  waitUntilResourceRecordSetsChanged,
} from '@aws-sdk/client-route-53'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startLocalAws } from '../../../local/aws.ts'
import { cloudFrontAlias, hostingFixture, SECOND, stranger, upsert } from '../hosting.ts'

async function zoneWith(...Changes: Change[]) {
  const directory = mkdtempSync(join(tmpdir(), 'local-aws-'))
  const aws = await startLocalAws({ speed: 1000, directory })
  const client = new Route53Client({
    endpoint: aws.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  })
  onTestFinished(async () => {
    client.destroy()
    await aws.stop()
    rmSync(directory, { recursive: true })
  })
  const created = await client.send(
    new CreateHostedZoneCommand({ Name: 'example.com', CallerReference: 'a' }),
  )
  const HostedZoneId = created.HostedZone?.Id
  const changed = await client.send(
    new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch: { Changes } }),
  )
  const Id = changed.ChangeInfo?.Id
  await waitUntilResourceRecordSetsChanged({ client, maxWaitTime: 10, minDelay: 1 }, { Id })
  const ask = async (RecordName: string, RecordType: RRType = 'A', zone = HostedZoneId) => {
    const input = { HostedZoneId: zone, RecordName, RecordType }
    const { $metadata, ...output } = await client.send(new TestDNSAnswerCommand(input))
    return output
  }
  return { ask, nameServers: created.DelegationSet?.NameServers ?? [] }
}

describe('TestDNSAnswer', () => {
  test('answers a record as the first name server of the zone', async () => {
    const { ask, nameServers } = await zoneWith(
      upsert('A', 'www.example.com', '192.0.2.1'),
      upsert('TXT', 'www.example.com', '"a b"'),
      upsert('A', '*.wild.example.com', '192.0.2.2'),
    )

    expect(await ask('www.example.com')).toEqual({
      Nameserver: nameServers[0],
      RecordName: 'www.example.com',
      RecordType: 'A',
      RecordData: ['192.0.2.1'],
      ResponseCode: 'NOERROR',
      Protocol: 'UDP',
    })
    expect(await ask('WWW.example.com.', 'TXT')).toMatchObject({ RecordData: ['"a b"'] })
    expect(await ask('any.wild.example.com')).toMatchObject({ RecordData: ['192.0.2.2'] })
    expect(await ask('example.com', 'NS')).toMatchObject({
      RecordData: nameServers.map((server) => `${server}.`),
    })
  })

  test('answers an alias, and a name with a CNAME, with the name that they lead to', async () => {
    const { ask } = await zoneWith(
      cloudFrontAlias('CREATE', 'alias.example.com', 'D1.cloudfront.net'),
      upsert('CNAME', 'link.example.com', 'elsewhere.example.org'),
    )

    expect(await ask('alias.example.com')).toMatchObject({ RecordData: ['d1.cloudfront.net.'] })
    for (const type of ['A', 'CNAME'] as const)
      expect(await ask('link.example.com', type)).toMatchObject({
        RecordType: type,
        RecordData: ['elsewhere.example.org.'],
      })
  })

  test('tells a name without such a record from one that does not exist, and from one of another zone', async () => {
    const { ask } = await zoneWith(upsert('A', 'deep.www.example.com', '192.0.2.1'))
    const code = async (name: string, type: RRType = 'A') => {
      const { RecordData, ResponseCode } = await ask(name, type)
      return [RecordData, ResponseCode]
    }

    expect(await code('deep.www.example.com', 'TXT')).toEqual([[], 'NOERROR'])
    expect(await code('www.example.com')).toEqual([[], 'NOERROR'])
    expect(await code('none.example.com')).toEqual([[], 'NXDOMAIN'])
    expect(await code('www.example.org')).toEqual([[], 'REFUSED'])
    await expect(ask('www.example.com', 'A', 'ZNONE')).rejects.toMatchObject({ name: 'NoSuchHostedZone' })
  })

  test('knows a change only when it is INSYNC', async () => {
    const { clock, run, createZone, changeRecords } = hostingFixture()
    const HostedZoneId = await createZone('example.com')
    await changeRecords(HostedZoneId, [upsert('A', 'www.example.com', '192.0.2.1')])
    const input = { HostedZoneId, RecordName: 'www.example.com', RecordType: 'A' }
    const data = async () => (await run<TestDNSAnswerResponse>('route53', 'TestDNSAnswer', input)).RecordData

    expect(await data()).toEqual([])
    clock.advance(30 * SECOND)
    expect(await data()).toEqual(['192.0.2.1'])
  })

  test('is for public zones of one’s own, and IAM is asked for every resource', async () => {
    const { run, asks, createZone } = hostingFixture()
    const { HostedZone } = await run<{ HostedZone: { Id: string } }>('route53', 'CreateHostedZone', {
      Name: 'example.com',
      CallerReference: 'private',
      VPC: { VPCId: 'vpc-1', VPCRegion: 'eu-central-1' },
    })
    const input = { RecordName: 'www.example.com', RecordType: 'A' }
    const hidden = { ...input, HostedZoneId: HostedZone.Id }
    const own = { ...input, HostedZoneId: await createZone('example.org') }

    await expect(run('route53', 'TestDNSAnswer', hidden)).rejects.toMatchObject({ code: 'InvalidInput' })
    await expect(run('route53', 'TestDNSAnswer', own, stranger)).rejects.toMatchObject({
      code: 'AccessDenied',
    })
    expect(asks('route53', 'TestDNSAnswer', own)).toEqual([
      { action: 'route53:TestDNSAnswer', resource: '*' },
    ])
  })
})
