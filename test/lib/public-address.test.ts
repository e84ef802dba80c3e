import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isPublicAddress } from '../../lib/public-address.ts'

/** First and last address of each block that is none of the public internet's. */
const SPECIAL: readonly [string, string, string][] = [
  ['0.0.0.0/8, this network', '0.0.0.0', '0.255.255.255'],
  ['10.0.0.0/8, private', '10.0.0.0', '10.255.255.255'],
  ['100.64.0.0/10, shared by a carrier’s customers', '100.64.0.0', '100.127.255.255'],
  ['127.0.0.0/8, loopback', '127.0.0.0', '127.255.255.255'],
  ['169.254.0.0/16, link-local: the metadata service', '169.254.0.0', '169.254.255.255'],
  ['172.16.0.0/12, private', '172.16.0.0', '172.31.255.255'],
  ['192.0.0.0/24, protocol assignments', '192.0.0.0', '192.0.0.255'],
  ['192.0.2.0/24, documentation', '192.0.2.0', '192.0.2.255'],
  ['192.31.196.0/24, AS112', '192.31.196.0', '192.31.196.255'],
  ['192.52.193.0/24, multicast tunnelling', '192.52.193.0', '192.52.193.255'],
  ['192.88.99.0/24, 6to4 relays', '192.88.99.0', '192.88.99.255'],
  ['192.168.0.0/16, private', '192.168.0.0', '192.168.255.255'],
  ['192.175.48.0/24, AS112', '192.175.48.0', '192.175.48.255'],
  ['198.18.0.0/15, benchmarks', '198.18.0.0', '198.19.255.255'],
  ['198.51.100.0/24, documentation', '198.51.100.0', '198.51.100.255'],
  ['203.0.113.0/24, documentation', '203.0.113.0', '203.0.113.255'],
  ['224.0.0.0/4, multicast', '224.0.0.0', '239.255.255.255'],
  ['240.0.0.0/4, reserved, and broadcast', '240.0.0.0', '255.255.255.255'],
  ['::/3: unspecified, loopback, translated, discarded', '::', '1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['::1, loopback', '::1', '0:0:0:0:0:0:0:1'],
  ['::/96, once IPv4-compatible', '::8.8.8.8', '::ffff:ffff'],
  ['::ffff:0:0:0/96, translated', '::ffff:0:8.8.8.8', '::ffff:0:ffff:ffff'],
  ['64:ff9b::/96, NAT64', '64:ff9b::', '64:ff9b::255.255.255.255'],
  ['64:ff9b:1::/48, NAT64 of one network', '64:ff9b:1::', '64:ff9b:1:ffff:ffff:ffff:ffff:ffff'],
  ['100::/64, discarded', '100::', '100::ffff:ffff:ffff:ffff'],
  ['100:0:0:1::/64, dummy', '100:0:0:1::', '100:0:0:1:ffff:ffff:ffff:ffff'],
  ['2001::/23, protocol assignments', '2001::', '2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['2001::/32, Teredo', '2001:0:1::', '2001:0:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['2001:20::/28, ORCHID', '2001:20::', '2001:2f:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['2001:db8::/32, documentation', '2001:db8::', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['2002::/16, 6to4', '2002::', '2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['2620:4f:8000::/48, AS112', '2620:4f:8000::', '2620:4f:8000:ffff:ffff:ffff:ffff:ffff'],
  ['3fff::/20, documentation', '3fff::', '3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['4000::/2, not given out', '4000::', '7fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['5f00::/16, segment routing', '5f00::', '5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['fc00::/7, unique local: the metadata service', 'fc00::', 'fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['fe80::/10, link-local', 'fe80::', 'febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['fec0::/10, once site-local', 'fec0::', 'feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['ff00::/8, multicast', 'ff00::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
]

/** The last address before a block and the first after it, where those are public. */
const PUBLIC = [
  ['1.0.0.0'],
  ['9.255.255.255', '11.0.0.0'],
  ['100.63.255.255', '100.128.0.0'],
  ['126.255.255.255', '128.0.0.0'],
  ['169.253.255.255', '169.255.0.0'],
  ['172.15.255.255', '172.32.0.0'],
  ['191.255.255.255', '192.0.1.0'],
  ['192.0.1.255', '192.0.3.0'],
  ['192.31.195.255', '192.31.197.0'],
  ['192.52.192.255', '192.52.194.0'],
  ['192.88.98.255', '192.88.100.0'],
  ['192.167.255.255', '192.169.0.0'],
  ['192.175.47.255', '192.175.49.0'],
  ['198.17.255.255', '198.20.0.0'],
  ['198.51.99.255', '198.51.101.0'],
  ['203.0.112.255', '203.0.114.0'],
  ['223.255.255.255'],
  ['2000::', '2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['2001:200::', '2001:db7:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['2001:db9::', '2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['2003::'],
  ['2620:4f:7fff:ffff:ffff:ffff:ffff:ffff', '2620:4f:8001::'],
  ['3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff', '3fff:1000::'],
  ['3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
].flat()

describe('isPublicAddress', () => {
  test.each(SPECIAL)('refuses %s', (_, first, last) => {
    expect([first, last].filter(isPublicAddress)).toEqual([])
  })

  test.each(PUBLIC)('takes %s, which is beside a block', (address) => {
    expect(isPublicAddress(address)).toBe(true)
  })

  test('judges an IPv4 address that is mapped into IPv6 as itself, however it is written', () => {
    const octet = fc.integer({ min: 0, max: 255 })
    fc.assert(
      fc.property(octet, octet, octet, octet, (a, b, c, d) => {
        const address = `${a}.${b}.${c}.${d}`
        const hex = `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
        const mapped = [`::ffff:${address}`, `::ffff:${hex}`, `0:0:0:0:0:FFFF:${hex.toUpperCase()}`]

        expect(mapped.map(isPublicAddress)).toEqual(mapped.map(() => isPublicAddress(address)))
      }),
      {
        examples: [
          [10, 0, 0, 1],
          [8, 8, 8, 8],
          [127, 0, 0, 1],
          [169, 254, 169, 254],
        ],
      },
    )
  })

  test('takes no IPv6 address from outside 2000::/3 but mapped ones', () => {
    const group = fc.integer({ min: 0, max: 0xffff })
    fc.assert(
      fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (groups) => {
        const [first = 0] = groups
        const address = groups.map((one) => one.toString(16)).join(':')
        fc.pre(first >> 13 !== 1 && !address.startsWith('0:0:0:0:0:ffff:'))

        expect(isPublicAddress(address)).toBe(false)
      }),
    )
  })

  test.each(['fe80::1%eth0', '2606:4700::1111%eth0', '::ffff:8.8.8.8%1'])(
    'refuses one with a zone, which is of one machine’s own network: %s',
    (address) => {
      expect(isPublicAddress(address)).toBe(false)
    },
  )

  test.each([
    '',
    'example.com',
    '8.8.8',
    '8.8.8.8.',
    '8.8.8.8/32',
    '8.8.8.256',
    '08.8.8.8',
    '0x8.8.8.8',
    '134744072',
    '[2606:4700::1111]',
    ' 8.8.8.8',
  ])('refuses what is no address: %j', (text) => {
    expect(isPublicAddress(text)).toBe(false)
  })
})
