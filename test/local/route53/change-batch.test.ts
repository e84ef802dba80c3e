import type { Change, ListResourceRecordSetsResponse } from '@aws-sdk/client-route-53'
import { describe, expect, test } from 'vitest'
import { cloudFrontAlias, type HostingFixture, hostingFixture, stranger, upsert } from '../hosting.ts'

const www = upsert('A', 'www.example.com', '192.0.2.1')
const as = (Action: Change['Action'], change: Change): Change => ({ ...change, Action })
const target = 'd111111abcdef8.cloudfront.net'

async function zoneFixture() {
  const fixture = hostingFixture()
  return { ...fixture, zone: await fixture.createZone('example.com') }
}

async function namesIn({ run }: HostingFixture, zone: string): Promise<string[]> {
  const { ResourceRecordSets = [] } = await run<ListResourceRecordSetsResponse>(
    'route53',
    'ListResourceRecordSets',
    { HostedZoneId: zone },
  )
  return ResourceRecordSets.map(({ Name, Type }) => `${Name} ${Type}`)
}

describe('CREATE', () => {
  test('refuses a record set that exists, whatever its values, in the words of AWS', async () => {
    const { zone, changeRecords } = await zoneFixture()
    await changeRecords(zone, [as('CREATE', www)])

    await expect(
      changeRecords(zone, [as('CREATE', upsert('A', 'WWW.example.com.', '192.0.2.9'))]),
    ).rejects.toMatchObject({
      code: 'InvalidChangeBatch',
      message:
        "[Tried to create resource record set [name='www.example.com.', type='A'] but it already exists]",
      details: {
        messages: [
          "Tried to create resource record set [name='www.example.com.', type='A'] but it already exists",
        ],
      },
    })
  })
})

describe('DELETE', () => {
  test('needs the exact record set', async () => {
    const { zone, changeRecords } = await zoneFixture()
    await changeRecords(zone, [as('CREATE', www)])

    await expect(
      changeRecords(zone, [as('DELETE', upsert('A', 'www.example.com', '192.0.2.2'))]),
    ).rejects.toThrow(
      "[Tried to delete resource record set [name='www.example.com.', type='A'] but the values provided do not match the current values]",
    )
    await expect(
      changeRecords(zone, [as('DELETE', upsert('A', 'other.example.com', '192.0.2.1'))]),
    ).rejects.toThrow(
      "[Tried to delete resource record set [name='other.example.com.', type='A'] but it was not found]",
    )
    await changeRecords(zone, [as('DELETE', www)])
  })

  test('does not mind the order of values', async () => {
    const { zone, changeRecords } = await zoneFixture()
    await changeRecords(zone, [upsert('A', 'www.example.com', '192.0.2.1', '192.0.2.2')])

    await changeRecords(zone, [as('DELETE', upsert('A', 'www.example.com', '192.0.2.2', '192.0.2.1'))])
  })

  test('leaves NS and SOA of the apex alone', async () => {
    const { zone, run, changeRecords } = await zoneFixture()
    const { ResourceRecordSets = [] } = await run<ListResourceRecordSetsResponse>(
      'route53',
      'ListResourceRecordSets',
      { HostedZoneId: zone },
    )
    for (const ResourceRecordSet of ResourceRecordSets)
      await expect(changeRecords(zone, [{ Action: 'DELETE', ResourceRecordSet }])).rejects.toThrow(
        /^\[A HostedZone must contain/,
      )
  })
})

describe('a batch', () => {
  test('is made as a whole or not at all, and names every problem', async () => {
    const fixture = await zoneFixture()
    const { zone, changeRecords } = fixture

    await expect(
      changeRecords(zone, [
        as('CREATE', www),
        as('DELETE', upsert('A', 'a.example.com', '192.0.2.1')),
        as('DELETE', upsert('A', 'b.example.com', '192.0.2.1')),
      ]),
    ).rejects.toThrow(/a\.example\.com.*, Tried to delete .*b\.example\.com/)

    expect(await namesIn(fixture, zone)).toEqual(['example.com. NS', 'example.com. SOA'])
  })

  test('is applied in its order: a record set can be replaced by another type in one call', async () => {
    const fixture = await zoneFixture()
    const { zone, changeRecords } = fixture
    const cname = upsert('CNAME', 'www.example.com', 'elsewhere.example.net')
    await changeRecords(zone, [cname])

    await changeRecords(zone, [as('DELETE', cname), as('CREATE', www)])

    expect(await namesIn(fixture, zone)).toContain('www.example.com. A')
    expect(await namesIn(fixture, zone)).not.toContain('www.example.com. CNAME')
  })

  test('has at most 1,000 values, an UPSERT counting twice', async () => {
    const { zone, changeRecords } = await zoneFixture()
    const batch = (count: number, action: Change['Action']) =>
      Array.from({ length: count }, (_, index) =>
        as(action, upsert('A', `n${index}.example.com`, '192.0.2.1')),
      )

    await expect(changeRecords(zone, batch(501, 'UPSERT'))).rejects.toThrow(
      '[Number of records limit of 1000 exceeded.]',
    )
    await changeRecords(zone, batch(1000, 'CREATE'))
  })
})

describe('what Route 53 refuses', () => {
  const refused: readonly (readonly [string, Change, string])[] = [
    [
      'a name outside the zone',
      upsert('A', 'www.example.org', '192.0.2.1'),
      'RRSet with DNS name www.example.org. is not permitted in zone example.com.',
    ],
    [
      'a name that only ends like the zone',
      upsert('A', 'notexample.com', '192.0.2.1'),
      'RRSet with DNS name notexample.com. is not permitted in zone example.com.',
    ],
    [
      'a CNAME at the apex',
      upsert('CNAME', 'example.com', 'elsewhere.example.net'),
      'RRSet of type CNAME with DNS name example.com. is not permitted at apex in zone example.com.',
    ],
    [
      'a CNAME beside another type',
      upsert('CNAME', 'www.example.com', 'elsewhere.example.net'),
      'RRSet of type CNAME with DNS name www.example.com. is not permitted because a conflicting RRSet of type A with the same DNS name already exists in zone example.com.',
    ],
    [
      'an address that is none',
      upsert('A', 'new.example.com', '192.0.2'),
      "Invalid Resource Record: 'FATAL problem: ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address) encountered with '192.0.2''",
    ],
    [
      'a text without quotation marks',
      upsert('TXT', 'new.example.com', 'hello'),
      "Invalid Resource Record: 'FATAL problem: InvalidCharacterString (Value should be enclosed in quotation marks) encountered with 'hello''",
    ],
    [
      'an alias that is not in the zone of its target',
      cloudFrontAlias('CREATE', 'new.example.com', 'www.example.org'),
      'Tried to create an alias that targets www.example.org., type A in zone Z2FDTNDATAQYW2, but the alias target name does not lie within the target zone',
    ],
  ]
  test.each(refused)('%s', async (_, change, message) => {
    const { zone, changeRecords } = await zoneFixture()
    await changeRecords(zone, [www])
    await expect(changeRecords(zone, [change])).rejects.toMatchObject({
      code: 'InvalidChangeBatch',
      message: `[${message}]`,
    })
  })

  test('an alias to CloudFront that evaluates target health', async () => {
    const { zone, changeRecords } = await zoneFixture()
    const AliasTarget = { HostedZoneId: 'Z2FDTNDATAQYW2', DNSName: target, EvaluateTargetHealth: true }
    await expect(
      changeRecords(zone, [
        { Action: 'CREATE', ResourceRecordSet: { Name: 'new.example.com', Type: 'A', AliasTarget } },
      ]),
    ).rejects.toMatchObject({ code: 'InvalidChangeBatch' })
  })

  test('a record set with neither alias nor values', async () => {
    const { zone, changeRecords } = await zoneFixture()
    await expect(
      changeRecords(zone, [
        { Action: 'CREATE', ResourceRecordSet: { Name: 'new.example.com', Type: 'A', TTL: 60 } },
      ]),
    ).rejects.toMatchObject({ code: 'InvalidInput' })
  })

  test('routing policies, which local mode does not have', async () => {
    const { zone, changeRecords } = await zoneFixture()
    const ResourceRecordSet = { Name: 'x.example.com', Type: 'A', SetIdentifier: 'blue', Weight: 1 } as const
    await expect(changeRecords(zone, [{ Action: 'CREATE', ResourceRecordSet }])).rejects.toMatchObject({
      code: 'NotInLocalMode',
    })
  })
})

describe('GetChange', () => {
  test('is PENDING for about half a minute', async () => {
    const { zone, run, clock, changeRecords } = await zoneFixture()
    const answer = await changeRecords(zone, [www])
    const Id = JSON.parse(JSON.stringify(answer)).ChangeInfo.Id.replace('/change/', '')

    expect(await run('route53', 'GetChange', { Id })).toMatchObject({ ChangeInfo: { Status: 'PENDING' } })
    clock.advance(30_000)
    expect(await run('route53', 'GetChange', { Id: `/change/${Id}` })).toMatchObject({
      ChangeInfo: { Id: `/change/${Id}`, Status: 'INSYNC' },
    })
    await expect(run('route53', 'GetChange', { Id: 'C0' })).rejects.toMatchObject({ code: 'NoSuchChange' })
    await expect(run('route53', 'GetChange', { Id }, stranger)).rejects.toMatchObject({
      code: 'AccessDenied',
    })
  })
})

describe('ListResourceRecordSets', () => {
  test('answers by reversed labels and type, with escapes and trailing dots, in pages', async () => {
    const { zone, run, changeRecords } = await zoneFixture()
    await changeRecords(zone, [
      upsert('TXT', 'b.example.com', '"text"'),
      upsert('A', 'b.example.com', '192.0.2.1'),
      upsert('A', 'z.a.example.com', '192.0.2.1'),
      upsert('A', '*.example.com', '192.0.2.1'),
      cloudFrontAlias('CREATE', 'a.example.com', target.toUpperCase()),
    ])
    const list = async (input: object) => {
      const output = await run<ListResourceRecordSetsResponse>('route53', 'ListResourceRecordSets', {
        HostedZoneId: zone,
        ...input,
      })
      return { ...output, ResourceRecordSets: output.ResourceRecordSets ?? [] }
    }

    const first = await list({ MaxItems: 4 })
    const second = await list({
      StartRecordName: first.NextRecordName,
      StartRecordType: first.NextRecordType,
    })

    expect(first).toMatchObject({
      IsTruncated: true,
      MaxItems: 4,
      NextRecordName: 'z.a.example.com.',
      NextRecordType: 'A',
    })
    expect(
      [...first.ResourceRecordSets, ...second.ResourceRecordSets].map(({ Name, Type }) => `${Name} ${Type}`),
    ).toEqual([
      'example.com. NS',
      'example.com. SOA',
      '\\052.example.com. A',
      'a.example.com. A',
      'z.a.example.com. A',
      'b.example.com. A',
      'b.example.com. TXT',
    ])
    expect(first.ResourceRecordSets[3]).toEqual({
      Name: 'a.example.com.',
      Type: 'A',
      AliasTarget: {
        HostedZoneId: 'Z2FDTNDATAQYW2',
        DNSName: `${target}.`,
        EvaluateTargetHealth: false,
      },
    })
  })

  test('refuses a type to start from without a name', async () => {
    const { zone, run } = await zoneFixture()
    await expect(
      run('route53', 'ListResourceRecordSets', { HostedZoneId: zone, StartRecordType: 'A' }),
    ).rejects.toMatchObject({ code: 'InvalidInput' })
  })
})

describe('what IAM is asked', () => {
  test('names, types and actions once each, the names normalised', async () => {
    const { asks } = hostingFixture()
    const Changes = [
      as('CREATE', upsert('A', 'WWW.Example.com.', '192.0.2.1')),
      as('CREATE', upsert('TXT', 'www.example.com', '"text"')),
      as('DELETE', upsert('A', '*.example.com', '192.0.2.1')),
    ]
    expect(
      asks('route53', 'ChangeResourceRecordSets', {
        HostedZoneId: '/hostedzone/Z1',
        ChangeBatch: { Changes },
      }),
    ).toEqual([
      {
        action: 'route53:ChangeResourceRecordSets',
        resource: 'arn:aws:route53:::hostedzone/Z1',
        context: {
          'route53:ChangeResourceRecordSetsNormalizedRecordNames': ['www.example.com', '\\052.example.com'],
          'route53:ChangeResourceRecordSetsRecordTypes': ['A', 'TXT'],
          'route53:ChangeResourceRecordSetsActions': ['CREATE', 'DELETE'],
        },
      },
    ])
  })
})
