import type {
  CreateHostedZoneResponse,
  GetHostedZoneResponse,
  ListHostedZonesByNameResponse,
  ListHostedZonesResponse,
} from '@aws-sdk/client-route-53'
import { describe, expect, test } from 'vitest'
import { hostingFixture, stack, stranger, upsert } from '../hosting.ts'

describe('CreateHostedZone', () => {
  test('answers the zone with trailing dot, its name servers and a pending change', async () => {
    const { run } = hostingFixture()

    const output = await run<CreateHostedZoneResponse>('route53', 'CreateHostedZone', {
      Name: 'Example.com',
      CallerReference: 'one',
    })

    expect(output.HostedZone?.Id).toMatch(/^\/hostedzone\/Z[0-9A-Z]{20}$/)
    expect(output.HostedZone).toMatchObject({
      Name: 'example.com.',
      CallerReference: 'one',
      Config: { PrivateZone: false },
      ResourceRecordSetCount: 2,
    })
    expect(output.ChangeInfo?.Status).toBe('PENDING')
    expect(output.DelegationSet?.NameServers).toHaveLength(4)
  })

  test('allows a second zone of the same name, but no second use of a caller reference', async () => {
    const { run } = hostingFixture()
    const create = (CallerReference: string, call = stack) =>
      run('route53', 'CreateHostedZone', { Name: 'example.com', CallerReference }, call)
    await create('one')

    await create('two')
    await create('one', stranger)

    await expect(create('one')).rejects.toMatchObject({ code: 'HostedZoneAlreadyExists', status: 409 })
  })

  test('a private zone needs a VPC and has no delegation', async () => {
    const { run, asks } = hostingFixture()
    const input = {
      Name: 'example.com',
      CallerReference: 'one',
      HostedZoneConfig: { PrivateZone: true, Comment: 'inside' },
    }
    await expect(run('route53', 'CreateHostedZone', input)).rejects.toMatchObject({ code: 'InvalidInput' })

    const vpc = { VPCId: 'vpc-1', VPCRegion: 'eu-central-1' }
    const { HostedZone } = await run<CreateHostedZoneResponse>('route53', 'CreateHostedZone', {
      ...input,
      VPC: vpc,
    })
    const output = await run<GetHostedZoneResponse>('route53', 'GetHostedZone', { Id: HostedZone?.Id })

    expect(output.HostedZone?.Config).toEqual({ Comment: 'inside', PrivateZone: true })
    expect(output.VPCs).toEqual([vpc])
    expect(output.DelegationSet).toBeUndefined()
    expect(asks('route53', 'CreateHostedZone', { ...input, VPC: vpc })).toEqual([
      {
        action: 'route53:CreateHostedZone',
        resource: '*',
        context: { 'route53:VPCs': ['VPCId=vpc-1,VPCRegion=eu-central-1'] },
      },
      { action: 'ec2:DescribeVpcs', resource: '*' },
    ])
  })

  test.each(['', 'a..b', `${'a'.repeat(64)}.com`])('refuses the name %j', async (Name) => {
    const { run } = hostingFixture()
    await expect(run('route53', 'CreateHostedZone', { Name, CallerReference: 'one' })).rejects.toMatchObject({
      code: 'InvalidDomainName',
    })
  })
})

describe('GetHostedZone', () => {
  test('takes the ID with and without prefix, and refuses zones that are missing or of others', async () => {
    const { run, createZone } = hostingFixture()
    const id = await createZone('example.com')

    for (const Id of [id, id.replace('/hostedzone/', '')])
      expect(await run<GetHostedZoneResponse>('route53', 'GetHostedZone', { Id })).toMatchObject({
        HostedZone: { Id: id },
      })
    await expect(run('route53', 'GetHostedZone', { Id: 'Z0' })).rejects.toMatchObject({
      code: 'NoSuchHostedZone',
      status: 404,
    })
    await expect(run('route53', 'GetHostedZone', { Id: id }, stranger)).rejects.toMatchObject({
      code: 'AccessDenied',
      status: 403,
    })
  })
})

describe('DeleteHostedZone', () => {
  test('takes an empty zone away, with its DNS, and refuses one that has records', async () => {
    const { run, clock, dns, createZone, changeRecords } = hostingFixture()
    const id = await createZone('example.com')
    const change = upsert('A', 'www.example.com', '192.0.2.1')
    await changeRecords(id, [change])
    clock.advance(30_000)
    await expect(run('route53', 'DeleteHostedZone', { Id: id })).rejects.toMatchObject({
      code: 'HostedZoneNotEmpty',
    })

    await changeRecords(id, [{ ...change, Action: 'DELETE' }])
    await run('route53', 'DeleteHostedZone', { Id: id })

    expect(dns.lookup('www.example.com', 'A')).toEqual([])
    expect(await run('route53', 'GetHostedZoneCount', {})).toEqual({ HostedZoneCount: 0 })
  })
})

describe('ListHostedZones', () => {
  test('pages through all zones of the account; the marker is the first of the next page', async () => {
    const { run, createZone } = hostingFixture()
    const ids = await Promise.all(['a.com', 'b.com', 'c.com'].map((name) => createZone(name)))
    await createZone('d.com', stranger)

    const first = await run<ListHostedZonesResponse>('route53', 'ListHostedZones', { MaxItems: 2 })
    const second = await run<ListHostedZonesResponse>('route53', 'ListHostedZones', {
      MaxItems: 2,
      Marker: first.NextMarker,
    })

    expect(first).toMatchObject({ IsTruncated: true, MaxItems: 2, Marker: '' })
    expect(second).toMatchObject({ IsTruncated: false, Marker: first.NextMarker })
    expect(second.HostedZones?.[0]?.Id).toBe(`/hostedzone/${first.NextMarker}`)
    const listed = [...(first.HostedZones ?? []), ...(second.HostedZones ?? [])].map(({ Id }) => Id)
    expect(listed.sort()).toEqual(ids.sort())
  })
})

describe('ListHostedZonesByName', () => {
  test('sorts by reversed labels and begins at the name that is given', async () => {
    const { run, createZone } = hostingFixture()
    for (const name of ['www.example.com', 'example.org', 'example.com', 'aaa.net']) await createZone(name)

    const from = async (input: object) => {
      const output = await run<ListHostedZonesByNameResponse>('route53', 'ListHostedZonesByName', input)
      return { ...output, HostedZones: output.HostedZones?.map(({ Name }) => Name) }
    }

    expect((await from({})).HostedZones).toEqual([
      'example.com.',
      'www.example.com.',
      'aaa.net.',
      'example.org.',
    ])
    const page = await from({ DNSName: 'www.example.com', MaxItems: 1 })
    expect(page).toMatchObject({
      HostedZones: ['www.example.com.'],
      DNSName: 'www.example.com.',
      IsTruncated: true,
      NextDNSName: 'aaa.net.',
    })
    const next = await from({ DNSName: page.NextDNSName, HostedZoneId: page.NextHostedZoneId })
    expect(next.HostedZones).toEqual(['aaa.net.', 'example.org.'])
  })
})

describe('tags', () => {
  test('are added, replaced and removed', async () => {
    const { run, createZone } = hostingFixture()
    const id = (await createZone('example.com')).replace('/hostedzone/', '')
    const resource = { ResourceType: 'hostedzone', ResourceId: id }

    await run('route53', 'ChangeTagsForResource', {
      ...resource,
      AddTags: [
        { Key: 'a', Value: '1' },
        { Key: 'b', Value: '2' },
      ],
    })
    await run('route53', 'ChangeTagsForResource', {
      ...resource,
      AddTags: [{ Key: 'a', Value: '3' }],
      RemoveTagKeys: ['b'],
    })

    expect(await run('route53', 'ListTagsForResource', resource)).toEqual({
      ResourceTagSet: { ...resource, Tags: [{ Key: 'a', Value: '3' }] },
    })
  })
})
