import { describe, expect, test } from 'vitest'
import { cloudFrontAlias, hostingFixture, SECOND, stranger, upsert } from '../hosting.ts'

describe('the public DNS', () => {
  test('has a record only when its change is INSYNC, and keeps it until its deletion is', async () => {
    const { clock, dns, createZone, changeRecords } = hostingFixture()
    const zone = await createZone('example.com')
    const change = upsert('A', 'www.example.com', '192.0.2.1')
    const lookup = () => dns.lookup('WWW.example.com', 'A')

    await changeRecords(zone, [change])
    clock.advance(29 * SECOND)
    expect(lookup()).toEqual([])
    clock.advance(SECOND)
    expect(lookup()).toEqual(['192.0.2.1'])

    await changeRecords(zone, [{ ...change, Action: 'DELETE' }])
    clock.advance(29 * SECOND)
    expect(lookup()).toEqual(['192.0.2.1'])
    clock.advance(SECOND)
    expect(lookup()).toEqual([])
  })

  test('shows each of two changes at its own time', async () => {
    const { clock, dns, createZone, changeRecords } = hostingFixture()
    const zone = await createZone('example.com')
    await changeRecords(zone, [upsert('A', 'one.example.com', '192.0.2.1')])
    clock.advance(20 * SECOND)
    await changeRecords(zone, [upsert('A', 'two.example.com', '192.0.2.2')])

    clock.advance(10 * SECOND)

    expect(dns.lookup('one.example.com', 'A')).toEqual(['192.0.2.1'])
    expect(dns.lookup('two.example.com', 'A')).toEqual([])
  })

  test('asks the zone with the longest name, of equal ones the first created, of any account', async () => {
    const { clock, dns, createZone, changeRecords } = hostingFixture()
    const add = async (zoneName: string, value: string, call = stranger) =>
      changeRecords(await createZone(zoneName, call), [upsert('A', 'www.team.example.com', value)], call)
    await add('example.com', '192.0.2.1')
    await add('team.example.com', '192.0.2.2')
    clock.advance(SECOND)
    await add('team.example.com', '192.0.2.3')

    clock.advance(60 * SECOND)

    expect(dns.lookup('www.team.example.com', 'A')).toEqual(['192.0.2.2'])
  })

  test('knows nothing of private zones', async () => {
    const { clock, dns, run, changeRecords } = hostingFixture()
    const created = await run<{ HostedZone: { Id: string } }>('route53', 'CreateHostedZone', {
      Name: 'example.com',
      CallerReference: 'private',
      VPC: { VPCId: 'vpc-1', VPCRegion: 'eu-central-1' },
    })
    await changeRecords(created.HostedZone.Id, [upsert('A', 'www.example.com', '192.0.2.1')])
    clock.advance(60 * SECOND)

    expect(dns.lookup('www.example.com', 'A')).toEqual([])
  })

  test('answers an alias with its target, and an address with what a CNAME leads to', async () => {
    const { clock, dns, createZone, changeRecords } = hostingFixture()
    const zone = await createZone('example.com')
    await changeRecords(zone, [
      cloudFrontAlias('CREATE', 'alias.example.com', 'D1.cloudfront.net'),
      upsert('CNAME', 'one.example.com', 'alias.example.com.'),
      upsert('CNAME', 'out.example.com', 'd2.cloudfront.net'),
    ])
    clock.advance(60 * SECOND)

    expect(dns.lookup('alias.example.com', 'A')).toEqual(['d1.cloudfront.net'])
    expect(dns.lookup('one.example.com', 'A')).toEqual(['d1.cloudfront.net'])
    expect(dns.lookup('out.example.com', 'A')).toEqual(['d2.cloudfront.net'])
    expect(dns.lookup('one.example.com', 'CNAME')).toEqual(['alias.example.com'])
    expect(dns.lookup('one.example.com', 'TXT')).toEqual([])
  })

  test('gives up on CNAMEs that go in a circle', async () => {
    const { clock, dns, createZone, changeRecords } = hostingFixture()
    const zone = await createZone('example.com')
    await changeRecords(zone, [
      upsert('CNAME', 'one.example.com', 'two.example.com'),
      upsert('CNAME', 'two.example.com', 'one.example.com'),
    ])
    clock.advance(60 * SECOND)

    expect(dns.lookup('one.example.com', 'A')).toEqual([])
  })

  test('uses a wildcard only for names that do not exist themselves', async () => {
    const { clock, dns, createZone, changeRecords } = hostingFixture()
    const zone = await createZone('example.com')
    await changeRecords(zone, [
      upsert('A', '*.example.com', '192.0.2.1'),
      upsert('TXT', 'www.example.com', '"here"'),
    ])
    clock.advance(60 * SECOND)

    expect(dns.lookup('any.example.com', 'A')).toEqual(['192.0.2.1'])
    expect(dns.lookup('deep.any.example.com', 'A')).toEqual(['192.0.2.1'])
    expect(dns.lookup('www.example.com', 'A')).toEqual([])
    expect(dns.lookup('below.www.example.com', 'A')).toEqual([])
  })
})
