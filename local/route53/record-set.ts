/** Record sets between the wire and what is kept: parsing with Route 53's rules for values, and back. */
import { isIPv4, isIPv6 } from 'node:net'
import type { ResourceRecordSet } from '@aws-sdk/client-route-53'
import { AwsError } from '../errors.ts'
import { refuseMembers } from '../unsupported.ts'
import type { RecordAnswer, RecordSet } from './hosted-zone.ts'
import { canonicalName } from './record-name.ts'

/** The zone that every CloudFront alias names: https://docs.aws.amazon.com/Route53/latest/APIReference/API_AliasTarget.html */
export const CLOUDFRONT_ZONE_ID = 'Z2FDTNDATAQYW2'

/** Throws `InvalidInput` when the record set has neither a whole alias nor TTL and values. */
export function parseRecordSet(input: ResourceRecordSet, action: string): RecordSet {
  refuseMembers('record sets', input, [
    'SetIdentifier',
    'Weight',
    'Region',
    'GeoLocation',
    'Failover',
    'MultiValueAnswer',
    'HealthCheckId',
    'TrafficPolicyInstanceId',
    'CidrRoutingConfig',
    'GeoProximityLocation',
  ])
  const { Name, Type } = input
  if (!Name || !Type) throw new AwsError('InvalidInput', 'Invalid request: Missing field Name or Type')
  return { name: canonicalName(Name), type: Type, answer: parseAnswer(input, action) }
}

function parseAnswer(input: ResourceRecordSet, action: string): RecordAnswer {
  const { AliasTarget: alias, TTL: ttl, ResourceRecords: records } = input
  if (alias && ttl === undefined && !records?.length)
    return {
      kind: 'alias',
      hostedZoneId: alias.HostedZoneId ?? '',
      dnsName: canonicalName(alias.DNSName ?? ''),
    }
  if (!alias && ttl !== undefined && records?.length)
    return { kind: 'values', ttl, values: records.map((record) => record.Value ?? '') }
  const found = alias ? 'more than one' : 'none'
  throw new AwsError(
    'InvalidInput',
    'Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or ' +
      `TrafficPolicyInstanceId], but found ${found} in Change with [Action=${action}, Name=${input.Name}, ` +
      `Type=${input.Type}, SetIdentifier=null]`,
  )
}

export function describeRecordSet({ name, type, answer }: RecordSet): ResourceRecordSet {
  return answer.kind === 'alias'
    ? {
        Name: name,
        Type: type,
        AliasTarget: {
          HostedZoneId: answer.hostedZoneId,
          DNSName: answer.dnsName,
          EvaluateTargetHealth: false,
        },
      }
    : {
        Name: name,
        Type: type,
        TTL: answer.ttl,
        ResourceRecords: answer.values.map((Value) => ({ Value })),
      }
}

/** What is wrong with a value, in Route 53's words; undefined if nothing. Types not listed here are kept as given. */
export function valueProblem(type: string, value: string): string | undefined {
  const rule = VALUE_RULES[type]
  if (!rule || rule.test(value)) return undefined
  return `Invalid Resource Record: 'FATAL problem: ${rule.problem} encountered with '${value}''`
}

interface ValueRule {
  readonly test: (value: string) => boolean
  readonly problem: string
}

// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html
const VALUE_RULES: Readonly<Record<string, ValueRule>> = {
  A: { test: isIPv4, problem: 'ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address)' },
  AAAA: { test: isIPv6, problem: 'AAAARRDATAIllegalIPv6Address (Value is not a valid IPv6 address)' },
  CAA: {
    test: (value) => /^\d{1,3} [a-zA-Z0-9]+ "[^"]*"$/.test(value),
    problem: 'CAARRDATAInvalidFormat (Value must be flags, tag and a quoted value)',
  },
  CNAME: {
    test: (value) => /^[^\s.]+(\.[^\s.]+)*\.?$/.test(value),
    problem: 'DomainNameInvalid (Value is not a valid domain name)',
  },
  TXT: {
    test: (value) => /^"(?:[^"\\]|\\.)*"(?: "(?:[^"\\]|\\.)*")*$/.test(value),
    problem: 'InvalidCharacterString (Value should be enclosed in quotation marks)',
  },
}
