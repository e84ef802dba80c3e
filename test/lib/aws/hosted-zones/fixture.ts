/** Route 53 of one account or two, with zones for the example's host. */
import { type HostedZone, ListHostedZonesByNameCommand, Route53Client } from '@aws-sdk/client-route-53'
import { mockClient } from 'aws-sdk-client-mock'
import type { Zoning } from '../../../../lib/aws/hosted-zones.ts'
import type { AllowedZone } from '../../../../lib/aws/stack.ts'

export const STACK_ACCOUNT = '000000000000'
export const OWNER = '111122223333'
export const ELSEWHERE = '444455556666'
export const HOST = 'irsa.golem.gigantic.io'
export const GOLEM = { host: HOST, accountId: OWNER }

/** Route 53 of an account with these zones. */
export function theZones(...zones: HostedZone[]) {
  return theZonesByPage({ zones })
}

/** In its order: by name from the right, then by ID. `between` is what it compares between two labels, if anything. */
export function theZonesByPage({ zones, size = 100, between = '.' }: Paging) {
  const client = new Route53Client({ region: 'us-east-1' })
  const route53 = mockClient(client)
  const place = (name = '', id = '') =>
    `${name.replace(/\.$/, '').split('.').toReversed().join(between)}\0\0${id}`
  const sorted = zones
    .map((zone) => ({ zone, at: place(zone.Name, zone.Id?.replace('/hostedzone/', '')) }))
    .toSorted((one, other) => (one.at < other.at ? -1 : 1))
  route53.on(ListHostedZonesByNameCommand).callsFake(async ({ DNSName, HostedZoneId }) => {
    const rest = sorted.filter(({ at }) => at >= place(DNSName, HostedZoneId)).map(({ zone }) => zone)
    const next = rest[size]
    return {
      HostedZones: rest.slice(0, size),
      IsTruncated: next !== undefined,
      ...(next && { NextDNSName: next.Name, NextHostedZoneId: next.Id?.replace('/hostedzone/', '') }),
      MaxItems: size,
    }
  })
  return { client, route53, zoning: zoningOf(client) }
}

export interface Paging {
  readonly zones: readonly HostedZone[]
  readonly size?: number
  readonly between?: string
}

/** By default every zone of the stack's account is for everybody. */
export function zoningOf(client: Route53Client, hostedZones: readonly AllowedZone[] = []): Zoning {
  return { route53Of: () => client, stack: { hostedZones, accountId: STACK_ACCOUNT } }
}

/** The stack's account, and another one that has opened its zones. */
export function twoAccounts(own: HostedZone[], others: HostedZone[], hostedZones: readonly AllowedZone[]) {
  const [here, there] = [theZones(...own), theZones(...others)]
  const asked: (string | undefined)[] = []
  const zoning: Zoning = {
    route53Of({ id, accountId }) {
      asked.push(id ?? '*')
      return accountId === ELSEWHERE ? there.client : here.client
    },
    stack: { hostedZones, accountId: STACK_ACCOUNT },
  }
  return { here, there, zoning, asked }
}

export function zone(id: string, name: string, PrivateZone = false): HostedZone {
  return { Id: `/hostedzone/${id}`, Name: `${name}.`, CallerReference: id, Config: { PrivateZone } }
}
