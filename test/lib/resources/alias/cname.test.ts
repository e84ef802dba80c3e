/** A host that others pointed at the distribution before it was ours. */
import type { ResourceRecordSet } from '@aws-sdk/client-route-53'
import { describe, expect, test } from 'vitest'
import { RecordTaken } from '../../../../lib/errors.ts'
import { sent, sentNames } from '../../aws/sdk.ts'
import { HOST } from '../golem.ts'
import { CLUSTER, deleted, desired, theAlias } from './fixture.ts'

describe('a CNAME that leads to our distribution', () => {
  const FORMER = cname('d1.cloudfront.net')

  test('is the alias in another form', async () => {
    const { alias } = theAlias([FORMER])

    expect(await alias.observe(CLUSTER)).toMatchObject({
      status: 'ready',
      differences: ['A', 'AAAA'].map((type) => ({ field: `${HOST} ${type}`, observed: 'd1.cloudfront.net' })),
    })
  })

  test('goes in the same change in which the alias comes: the host always has an address', async () => {
    const { alias, route53 } = theAlias([FORMER])

    await alias.create(CLUSTER)

    const Changes = [
      { Action: 'DELETE', ResourceRecordSet: FORMER },
      { Action: 'CREATE', ResourceRecordSet: desired('A') },
      { Action: 'CREATE', ResourceRecordSet: desired('AAAA') },
    ]
    expect(sent(route53).at(-1)).toEqual([
      'ChangeResourceRecordSets',
      { HostedZoneId: 'Z1', ChangeBatch: { Changes } },
    ])
  })

  test('is deleted with the cluster', async () => {
    const { alias, route53 } = theAlias([FORMER])

    await alias.delete(CLUSTER)

    expect(sent(route53).at(-1)).toEqual(deleted('Z1', FORMER))
  })

  test('to another one is somebody else’s', async () => {
    const { alias, route53 } = theAlias([cname('d2.cloudfront.net')])

    expect(await alias.observe(CLUSTER)).toMatchObject({
      status: 'absent',
      obstacle: { name: 'RecordTaken' },
    })
    await expect(alias.create(CLUSTER)).rejects.toBeInstanceOf(RecordTaken)
    await alias.delete(CLUSTER)
    expect(sentNames(route53)).not.toContain('ChangeResourceRecordSets')
  })
})

function cname(Value: string): ResourceRecordSet {
  return { Name: `${HOST}.`, Type: 'CNAME', TTL: 600, ResourceRecords: [{ Value }] }
}
