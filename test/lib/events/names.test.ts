import { describe, expect, test } from 'vitest'
import { eventSchemas, INBOUND, OUTBOUND } from '../../../lib/events/names.ts'
import { parse } from '../../../lib/parse.ts'

const members = {
  cluster: 'golem',
  accountId: '111122223333',
  issuer: 'https://irsa.golem.example.com',
  generation: 3,
  run: 7,
}
const role = { namespace: 'default', serviceAccount: 'app', roleArn: 'arn:aws:iam::111122223333:role/irsa/x' }
const failure = { error: 'RoleNotOurs: The role exists.', remedy: 'Remove it.' }

describe('the contract', () => {
  test('has these events in', () => {
    expect(Object.keys(INBOUND)).toEqual(['Cluster Created', 'Cluster Keys Changed', 'Cluster Deleted'])
  })

  test.each([
    ['Issuer Ready', { ...members, providerArn: 'arn:…', audiences: ['sts.amazonaws.com'] }],
    ['Role Ready', { ...members, ...role }],
    ['Role Failed', { ...members, ...role, ...failure }],
    ['Provisioning Failed', { ...members, ...failure, workflow: 'provision', step: 'certificate' }],
    ['Keys Published', { ...members, kids: ['a'] }],
    [
      'Drift Found',
      { ...members, resource: 'bucket', differences: [{ field: 'a', desired: true, observed: null }] },
    ],
    ['Orphan Found', { accountId: members.accountId, cluster: 'golem', resource: 'role', id: 'arn:…' }],
    ['Cluster Deprovisioned', members],
    [
      'Approval Requested',
      {
        ...members,
        ...role,
        version: 2,
        tenant: 'shop',
        requestedBy: 'iam:…',
        requestedAt: '2026-01-31T12:00:00.000Z',
        needs: [{ rule: 'AssumesRole', pointer: '/policies/0', detail: 'assumes' }],
      },
    ],
    [
      'Approval Decided',
      {
        ...members,
        ...role,
        version: 2,
        tenant: 'shop',
        requestedBy: 'iam:…',
        decision: 'rejected',
        by: 'iam:…',
        reason: 'no',
      },
    ],
  ] as const)('has %s out, with every member and no other', (name, detail) => {
    expect(parse(OUTBOUND[name], detail, 'detail')).toEqual(detail)
    for (const member of Object.keys(detail))
      expect(OUTBOUND[name].safeParse({ ...detail, [member]: undefined }).success).toBe(false)
    expect(OUTBOUND[name].safeParse({ ...detail, more: 1 }).success).toBe(false)
  })

  test('has no event out without a case above', () => {
    expect(Object.keys(OUTBOUND)).toHaveLength(10)
  })
})

describe('eventSchemas', () => {
  test('describes every event as JSON Schema that knows no further members', () => {
    const schemas = eventSchemas()

    expect(Object.keys(schemas)).toEqual([...Object.keys(INBOUND), ...Object.keys(OUTBOUND)])
    for (const schema of Object.values(schemas))
      expect(schema).toMatchObject({ type: 'object', additionalProperties: false })
  })

  test('says what a sender must give', () => {
    expect(eventSchemas()['Cluster Created']).toMatchObject({
      required: ['cluster'],
      allOf: [
        { else: { oneOf: [{ required: ['serviceAccountKeys'] }, { required: ['jwks'] }] } },
        { then: { properties: { baseDomain: false } }, else: { required: ['baseDomain'] } },
      ],
    })
  })
})
