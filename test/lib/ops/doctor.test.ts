import { describe, expect, test } from 'vitest'
import { discoveryDocument } from '../../../lib/oidc/discovery.ts'
import { JWKS_KEY, jwksDocument } from '../../../lib/oidc/jwks.ts'
import { summaryOf } from '../../../lib/ops/clusters.ts'
import type { Findings, RoleFinding } from '../../../lib/ops/doctor/findings.ts'
import { judgeCluster } from '../../../lib/ops/doctor.ts'
import { golemRecord } from '../registry/registry.ts'
import { LAST_ERROR } from './fixture.ts'

const { run: _, lastError: __, ...rest } = golemRecord()
const READY = { ...rest, status: 'READY' } as const
const { desired, keys } = READY
const NOW = new Date('2026-01-31T12:00:00Z')
const days = (count: number) => new Date(NOW.getTime() + count * 86_400_000)
const ARN = `arn:aws:iam::${desired.accountId}:role/irsa/golem/prod_golem_shop_cart`
const TRUST = { Statement: { Action: 'sts:AssumeRoleWithWebIdentity' } }
const PROVIDER = {
  arn: 'arn:aws:iam::1:oidc-provider/golem',
  url: desired.issuer,
  clientIds: desired.audiences,
}
const PROBE = {
  dns: { addresses: ['18.66.0.1'] },
  tls: { protocol: 'TLSv1.3', authority: 'Amazon', validTo: days(100) },
}
const OUTSIDE = {
  probe: PROBE,
  discovery: { body: discoveryDocument(desired.issuer) },
  jwks: { body: jwksDocument(keys) },
  now: NOW,
}
const CART: RoleFinding = {
  role: { namespace: 'shop', serviceAccount: 'cart', state: 'ready', version: 1, status: undefined },
  desired: { arn: ARN, trustPolicy: TRUST },
  found: { arn: ARN, trustPolicy: TRUST },
}

/** Of a cluster that is as it should be, but for the changes. */
function findings(changes: Partial<Findings> = {}): Findings {
  return {
    summary: summaryOf(READY),
    desired,
    partition: 'aws',
    jwksKey: JWKS_KEY,
    keys,
    clusterKeys: keys,
    outside: OUTSIDE,
    certificateDays: { daysLeft: 100 },
    provider: PROVIDER,
    replicas: [],
    roles: [CART],
    quotas: [{ name: 'roles', use: { used: 800, allowed: 1000 } }],
    ...changes,
  }
}

function outside(changes: Partial<Findings['outside']>): Partial<Findings> {
  return { outside: { ...OUTSIDE, ...changes } }
}

const lines = (changes?: Partial<Findings>) =>
  judgeCluster(findings(changes)).filter(({ outcome }) => outcome !== 'ok')

describe('the doctor', () => {
  test('finds nothing wrong with a cluster that is as it should be', () => {
    const checks = judgeCluster(findings())

    expect(checks.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual(
      [
        ...['run', 'dns', 'tls', 'certificate', 'discovery', 'keys', 'cluster-keys'],
        ...['provider', 'audiences', 'role', 'quota'],
      ].map((name) => `${name} ok`),
    )
  })

  test.each<[string, Partial<Findings>, RegExp]>([
    ['dns', outside({ probe: { ...PROBE, dns: { fault: 'ENOTFOUND' } } }), /ENOTFOUND/],
    ['tls', outside({ probe: { ...PROBE, tls: { fault: 'CERT_HAS_EXPIRED' } } }), /CERT_HAS_EXPIRED/],
    ['tls', outside({ probe: { ...PROBE, tls: { ...PROBE.tls, protocol: 'TLSv1.1' } } }), /speaks TLSv1\.1/],
    ['certificate', { certificateDays: undefined }, /No distribution/],
    ['certificate', { certificateDays: { daysLeft: 39.9 } }, /ends in 39 days/],
    ['certificate', { certificateDays: { daysLeft: -1.5 } }, /expired 2 days ago/],
    ['discovery', outside({ discovery: { fault: 'it answers with status 403' } }), /status 403/],
    ['discovery', outside({ discovery: { body: '{' } }), /no JSON object/],
    ['discovery', outside({ discovery: { body: discoveryDocument(`${desired.issuer}/`) } }), /byte for byte/],
    [
      'discovery',
      outside({ discovery: { body: JSON.stringify({ issuer: desired.issuer, jwks_uri: 'https://a.b' }) } }),
      /sends to "https:\/\/a\.b"/,
    ],
    [
      'discovery',
      outside({
        discovery: {
          body: JSON.stringify({ issuer: desired.issuer, jwks_uri: `${desired.issuer}/${JWKS_KEY}` }),
        },
      }),
      /not the one that was published/,
    ],
    ['audiences', { provider: { ...PROVIDER, clientIds: ['vault'] } }, /not take sts.*announced vault/],
    ['provider', { provider: undefined }, /has no OIDC provider/],
    ['provider', { provider: { ...PROVIDER, url: 'https://other' } }, /Its URL is https:\/\/other/],
    ['role', { roles: [{ ...CART, found: undefined }] }, /There is no role/],
    ['role', { roles: [{ ...CART, found: { arn: `${ARN}s`, trustPolicy: TRUST } }] }, /another role/],
    [
      'role',
      { roles: [{ ...CART, found: { arn: ARN, trustPolicy: { Statement: { Action: 'sts:AssumeRole' } } } }] },
      /Statement\.Action is "sts:AssumeRole" and shall be/,
    ],
    ['quota', { quotas: [{ name: 'roles', use: { used: 801, allowed: 1000 } }] }, /801 of 1000/],
  ])('says what is wrong with %s, and how to mend it', (name, changes, words) => {
    expect(lines(changes)).toEqual([
      expect.objectContaining({
        name,
        outcome: 'wrong',
        words: expect.stringMatching(words),
        remedy: expect.stringMatching(/\w/),
      }),
    ])
  })

  test('names the keys that are not served: of the registry, and of the cluster', () => {
    expect(lines(outside({ jwks: { body: '{"keys":[]}' } }))).toMatchObject([
      { name: 'keys', outcome: 'wrong', words: expect.stringContaining(keys[0]?.kid ?? 'no key') },
      { name: 'cluster-keys', outcome: 'wrong', words: expect.stringContaining(keys[0]?.kid ?? 'no key') },
    ])
  })

  test('takes a key of the cluster that names another algorithm of its kind for the same key', () => {
    expect(lines({ clusterKeys: keys.map((key) => ({ ...key, alg: 'RS512' })) })).toEqual([])
  })

  test.each<[string, Partial<Findings>, readonly string[]]>([
    ['there is no DNS and no TLS in local mode', outside({ probe: undefined }), ['dns', 'tls']],
    ['the keys of the cluster were not given', { clusterKeys: undefined }, ['cluster-keys']],
    ['the account is another one', { provider: { untold: 'not yours' } }, ['provider']],
    ['the role is in another account', { roles: [{ ...CART, found: { untold: 'not yours' } }] }, ['role']],
    ['the quota is not told', { quotas: [{ name: 'roles', use: { untold: 'denied' } }] }, ['quota']],
    ['certificates are not told', { certificateDays: { untold: 'denied' } }, ['certificate']],
  ])('does not call wrong what cannot be told: %s', (_, changes, names) => {
    expect(lines(changes).map(({ name, outcome }) => [name, outcome])).toEqual(
      names.map((name) => [name, 'unknown']),
    )
  })

  test('does not judge a role that shall go', () => {
    const removing: RoleFinding = { ...CART, role: { ...CART.role, state: 'removing' }, found: undefined }

    expect(judgeCluster(findings({ roles: [removing] })).map(({ name }) => name)).not.toContain('role')
  })

  const REMOVAL = { number: 2, generation: 2, workflow: 'deprovision' } as const
  const going = { ...READY, status: 'DELETING', removal: { force: false } } as const
  const nothing = {
    certificateDays: undefined,
    provider: undefined,
    roles: [],
    ...outside({ discovery: { fault: 'ENOTFOUND' }, jwks: { fault: 'ENOTFOUND' } }),
  }

  test('expects nothing to be there of a cluster that goes, and says where it is', () => {
    const deleting = summaryOf({ ...going, run: { ...REMOVAL, state: 'STARTED' } })
    const stuck = summaryOf({ ...going, run: { ...REMOVAL, state: 'FAILED' }, lastError: LAST_ERROR })

    expect(lines({ ...nothing, summary: deleting })).toMatchObject([
      { name: 'run', outcome: 'unknown', remedy: 'irsa cluster watch golem' },
    ])
    expect(lines({ ...nothing, summary: stuck })).toMatchObject([
      { name: 'run', outcome: 'wrong', remedy: 'Create one. Then irsa replay golem.' },
    ])
  })

  test('finds nothing wrong with a cluster that is deleted, but what is left of it', () => {
    const summary = summaryOf({ ...going, status: 'DELETED' })

    expect(lines({ ...nothing, summary })).toEqual([])
    expect(lines({ summary }).map(({ name, outcome }) => [name, outcome])).toEqual([
      ['certificate', 'wrong'],
      ['provider', 'wrong'],
    ])
  })

  test('gives the remedy that fits: a replay of a run that failed, a change when none has', () => {
    const failed = summaryOf({
      ...READY,
      run: { number: 1, generation: 1, workflow: 'provision', state: 'FAILED' },
      lastError: LAST_ERROR,
    })

    expect(lines({ summary: failed, provider: undefined }).map(({ remedy }) => remedy)).toEqual([
      'Create one. Then irsa replay golem.',
      'irsa replay golem puts it right.',
    ])
    expect(lines({ provider: undefined })[0]?.remedy).toContain('Announce the cluster with a change')
  })
})

describe('a provider in another account', () => {
  const replica = {
    cluster: 'golem',
    accountId: '444455556666',
    state: 'READY',
    generation: 1,
    at: NOW.toISOString(),
    revision: 1,
  } as const

  test('is judged as that in the cluster’s own', () => {
    const fine = judgeCluster(findings({ replicas: [{ replica, found: PROVIDER }] }))
    const gone = lines({ replicas: [{ replica, found: undefined }] })

    expect(fine.filter(({ about }) => about === 'in 444455556666').map(({ outcome }) => outcome)).toEqual([
      'ok',
      'ok',
    ])
    expect(gone).toMatchObject([
      { name: 'provider', about: 'in 444455556666', words: expect.stringContaining('Account 444455556666') },
    ])
  })

  test('that cannot be made says why, whether it can be looked at or not', () => {
    const error = { error: 'ProvisionerRoleDenied', message: 'no', remedy: 'Roll out.' }
    const found = { untold: 'your credentials are not of account 444455556666' }

    expect(lines({ replicas: [{ replica: { ...replica, error }, found }] })).toEqual([
      {
        name: 'provider',
        about: 'in 444455556666',
        outcome: 'wrong',
        words: 'ProvisionerRoleDenied: no',
        remedy: 'Roll out.',
      },
    ])
    expect(lines({ replicas: [{ replica, found }] })).toMatchObject([{ outcome: 'unknown' }])
  })
})

describe('a cluster that was abandoned', () => {
  const abandoned = { reason: 'closed', at: NOW.toISOString(), accounts: ['111122223333'] }
  const record = { ...READY, status: 'DELETED', abandoned, removal: { force: false } } as const
  const silent = { ...outside({ jwks: { fault: 'it answers with status 403' } }), summary: summaryOf(record) }

  test('is as it should be while its host is held and serves nothing', () => {
    expect(judgeCluster(findings(silent)).map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
      'run ok',
      'dns ok',
      'certificate ok',
      'keys ok',
    ])
  })

  test.each<[string, Partial<Findings>, RegExp]>([
    ['certificate', { certificateDays: undefined }, /whoever gets .* is trusted in 111122223333/],
    ['keys', outside({}), /serves keys: their tokens are trusted in 111122223333/],
  ])('is wrong when %s', (name, changes, words) => {
    expect(lines({ ...silent, ...changes })).toMatchObject([{ name, words: expect.stringMatching(words) }])
  })
})
