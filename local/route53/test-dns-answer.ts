/** TestDNSAnswer: what a zone's name servers answer, which is a change only once it is INSYNC. */
import type { TestDNSAnswerRequest, TestDNSAnswerResponse } from '@aws-sdk/client-route-53'
import { AwsError } from '../errors.ts'
import { operation } from '../service.ts'
import { recordsIn } from './dns.ts'
import { findZone, type HostedZone, type HostedZones, isPublic, type RecordSet } from './hosted-zone.ts'
import { canonicalName, isInZone } from './record-name.ts'

export function testDnsAnswerOperations(zones: HostedZones) {
  return {
    TestDNSAnswer: operation<TestDNSAnswerRequest, TestDNSAnswerResponse>({
      run: (input, call) => answer(findZone(zones, input.HostedZoneId, call), input),
      // The action has no resource types.
      asks: () => [{ action: 'route53:TestDNSAnswer', resource: '*' }],
    }),
  }
}

/** Who asks (resolver, client subnet) makes no difference: local mode has no record sets that answer by place. */
function answer(zone: HostedZone, input: TestDNSAnswerRequest): TestDNSAnswerResponse {
  if (!isPublic(zone))
    throw new AwsError('InvalidInput', 'The input is not valid: only public hosted zones can be queried')
  const { RecordName: asked = '', RecordType: type } = input
  const name = canonicalName(asked)
  const records = recordsIn(zone, name)
  const record = records.find((one) => one.type === type) ?? records.find((one) => one.type === 'CNAME')
  return {
    Nameserver: zone.nameServers[0],
    RecordName: asked,
    RecordType: type,
    RecordData: record ? [...recordData(record)] : [],
    ResponseCode: responseCode(zone, name, records),
    Protocol: 'UDP',
  }
}

/** An alias answers its target's name, as nothing in local mode has addresses. */
function recordData({ type, answer: kept }: RecordSet): readonly string[] {
  if (kept.kind === 'alias') return [kept.dnsName]
  return type === 'CNAME' ? kept.values.map(canonicalName) : kept.values
}

/** RFC 8020: a name above an existing one exists too, with nothing of its own. */
function responseCode(zone: HostedZone, name: string, records: readonly RecordSet[]): string {
  if (!isInZone(name, zone.name)) return 'REFUSED'
  const exists = records.length > 0 || [...zone.published.values()].some((one) => isInZone(one.name, name))
  return exists ? 'NOERROR' : 'NXDOMAIN'
}
