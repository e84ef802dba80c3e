import {
  ListHostedZonesByNameCommand,
  ListResourceRecordSetsCommand,
  type ResourceRecordSet,
  Route53Client,
} from '@aws-sdk/client-route-53'
import { mockClient } from 'aws-sdk-client-mock'
import { expect, test } from 'vitest'
import type { AllowedZone } from '../../../../lib/aws/stack.ts'
import { lookAtRecords } from '../../../../lib/ops/adoption/records.ts'
import { route53OfOwn } from '../../../../lib/wiring.ts'
import { HOST, STACK } from '../../resources/golem.ts'

const GOLEM = { host: HOST, accountId: '111122223333' }
const OURS = 'd1.cloudfront.net'

/** With these records in the zone gigantic.io of the stack's account. */
function look(records: ResourceRecordSet[], hostedZones: readonly AllowedZone[] = []) {
  const client = new Route53Client({ region: 'us-east-1' })
  const route53 = mockClient(client)
  const zone = { Id: '/hostedzone/Z1', Name: 'gigantic.io.', CallerReference: '1' }
  const page = { IsTruncated: false, MaxItems: 100 }
  route53.on(ListHostedZonesByNameCommand).resolves({ ...page, HostedZones: [zone] })
  route53.on(ListResourceRecordSetsCommand).resolves({ ...page, ResourceRecordSets: records })
  const own = route53OfOwn(STACK)
  const route53Of: typeof own = (one) => (one.accountId === undefined ? client : own(one))
  return lookAtRecords({ route53Of, stack: { ...STACK, hostedZones } }, GOLEM, OURS)
}

const cname = (Value: string): ResourceRecordSet => ({
  Name: `${HOST}.`,
  Type: 'CNAME',
  TTL: 60,
  ResourceRecords: [{ Value }],
})

test.each([
  ['without records', []],
  ['with one that points at the distribution', [cname(OURS)]],
])('nothing is in the way %s', async (_, records) => {
  expect(await look(records)).toEqual({ left: [], obstacles: [] })
})

test('a record that points elsewhere is', async () => {
  expect(await look([cname('d9.cloudfront.net')])).toEqual({
    left: [],
    obstacles: [`The record ${HOST} CNAME d9.cloudfront.net points elsewhere than to ${OURS}.`],
  })
})

test('so is it that no zone is for the cluster’s account', async () => {
  const others = [{ id: 'Z1', name: 'gigantic.io', usedBy: ['444455556666'] }]

  expect(await look([], others)).toEqual({
    left: [],
    obstacles: [`No public hosted zone that account ${GOLEM.accountId} may use covers ${HOST}.`],
  })
})

test('a host whose zone is in another account is left to the run', async () => {
  expect(await look([], [{ id: 'Z5', name: 'gigantic.io', accountId: '444455556666' }])).toEqual({
    left: [{ what: HOST, why: expect.stringContaining('not of account 444455556666') }],
    obstacles: [],
  })
})
