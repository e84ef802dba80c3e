/**
 * Which addresses are the public internet's: none of IANA's special-purpose registries, even where one is marked as globally
 * reachable (AS112, NAT64, …: no issuer is there), no multicast, and of IPv6 only what is given out at all.
 * https://www.iana.org/assignments/iana-ipv4-special-registry https://www.iana.org/assignments/iana-ipv6-special-registry
 */
import { BlockList, isIP } from 'node:net'

const SPECIAL_IPV4 = blocks('ipv4', [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
])

/** https://www.iana.org/assignments/ipv6-address-space: loopback, NAT64, unique local, link-local, multicast, … are outside. */
const GLOBAL_UNICAST = blocks('ipv6', ['2000::/3'])

const SPECIAL_GLOBAL_UNICAST = blocks('ipv6', [
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '2620:4f:8000::/48',
  '3fff::/20',
])

const MAPPED_IPV4 = blocks('ipv6', ['::ffff:0:0/96'])

/** False for what is no IP address, and for one with a zone. */
export function isPublicAddress(address: string): boolean {
  const version = address.includes('%') ? 0 : isIP(address)
  if (version === 4) return !SPECIAL_IPV4.check(address, 'ipv4')
  if (version !== 6) return false
  // Such a socket speaks IPv4. A list of IPv4 blocks knows mapped addresses.
  if (MAPPED_IPV4.check(address, 'ipv6')) return !SPECIAL_IPV4.check(address, 'ipv6')
  return GLOBAL_UNICAST.check(address, 'ipv6') && !SPECIAL_GLOBAL_UNICAST.check(address, 'ipv6')
}

function blocks(family: 'ipv4' | 'ipv6', prefixes: readonly string[]): BlockList {
  const list = new BlockList()
  for (const prefix of prefixes) {
    const [network = '', bits] = prefix.split('/')
    list.addSubnet(network, Number(bits), family)
  }
  return list
}
