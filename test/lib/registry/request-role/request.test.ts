import { describe, expect, test } from 'vitest'
import { SHARED_HOST } from '../../../../lib/aws/names.ts'
import {
  ClusterNotFound,
  InvalidInput,
  PolicyRefused,
  PolicyTooLarge,
  RequestRefused,
} from '../../../../lib/errors.ts'
import { NO_LIMITS } from '../../../../lib/policy/guard-rails.ts'
import { putRoleStatus, readRoleRequest } from '../../../../lib/registry/roles.ts'
import { aRoleStatus, aTable, golemRecord, itemsOf, putCluster } from '../registry.ts'
import { ask, KEY, S3_READ, SQS_READ, theTable } from './fixture.ts'

describe('requestRole', () => {
  test('writes the request and claims the name of its role', async () => {
    const table = await theTable()
    const before = await itemsOf(table)

    const record = await ask(table)

    expect(record).toEqual({
      cluster: 'golem',
      ...KEY,
      version: 1,
      desired: 'present',
      content: { policies: [{ arn: S3_READ }], description: '', maxSessionDuration: 3600, tags: {} },
      requestedBy: 'iam:deployer',
      requestedAt: '2026-01-31T12:00:00.000Z',
    })
    expect(await itemsOf(table)).toEqual([
      ...before,
      expect.objectContaining({ ...record, pk: 'CLUSTER#golem', sk: 'ROLE#default#reader' }),
      {
        pk: 'ROLENAME#000000000000#dev_golem_default_reader',
        sk: 'CLAIM',
        holder: 'golem/default/reader',
        version: 1,
      },
    ])
  })

  test('changes nothing when the same is asked for again, whoever asks and however it is spelt', async () => {
    const table = await theTable()
    const first = await ask(table)
    const before = await itemsOf(table)

    const again = await ask(
      table,
      { description: '', tags: {}, maxSessionDuration: 3600 },
      { requestedBy: 'iam:other', now: new Date('2026-02-01T12:00:00Z') },
    )

    expect(again).toEqual(first)
    expect(await itemsOf(table)).toEqual(before)
  })

  test.each([
    ['catalogue parameters', { policies: [{ catalogue: 's3-read', parameters: { bucket: 'golem-logs' } }] }],
    [
      'statements with conditions that are numbers and booleans',
      {
        policies: [
          {
            statements: [
              {
                Effect: 'Allow',
                Action: ['s3:ListBucket'],
                Resource: 'arn:aws:s3:::golem-logs',
                Condition: { Bool: { 'aws:SecureTransport': true }, NumericLessThan: { 's3:max-keys': 10 } },
              },
            ],
          },
        ],
      },
    ],
    ['an audience and tags', { audience: 'sts.amazonaws.com', tags: { team: 'rocket', owner: '' } }],
  ])('recognises %s after they have been stored', async (_, request) => {
    const table = await theTable()
    await ask(table, request)

    expect(await ask(table, request)).toMatchObject({ version: 1 })
  })

  test.each([
    ['failed begins anew', { state: 'FAILED' }, 2],
    ['was tried in vain as often as it ever is begins anew', { state: 'RETRY', attempts: 5 }, 2],
    ['is still being tried stays', { state: 'RETRY', attempts: 4 }, 1],
    ['is ready stays', { state: 'READY' }, 1],
    ['failed in an earlier version stays', { state: 'FAILED', version: 0 }, 1],
  ] as const)('asked for again, the role that %s', async (_, status, version) => {
    const table = await theTable()
    await ask(table)
    await putRoleStatus(table, 'golem', aRoleStatus(status))

    expect(await ask(table)).toMatchObject({ version })
  })

  test('raises the version when something else is asked for, and writes down who asked', async () => {
    const table = await theTable()
    await ask(table)

    const changed = await ask(table, { policies: [{ arn: SQS_READ }] }, { requestedBy: 'iam:other' })

    expect(changed).toMatchObject({ version: 2, requestedBy: 'iam:other' })
    expect(await readRoleRequest(table, 'golem', KEY)).toEqual(changed)
  })

  test('keeps requests of one name in two namespaces apart', async () => {
    const table = await theTable()

    await ask(table)
    await ask(table, { namespace: 'apps' })

    expect(await readRoleRequest(table, 'golem', KEY)).toMatchObject({ version: 1 })
    expect(await readRoleRequest(table, 'golem', { ...KEY, namespace: 'apps' })).toMatchObject({ version: 1 })
  })

  const bigStatements = Array.from({ length: 60 }, (_, index) => ({
    Effect: index % 2 === 0 ? 'Allow' : 'Deny',
    Action: `s3:Action${index}`,
    Resource: `arn:aws:s3:::${'x'.repeat(200)}${index}`,
  }))

  test.each([
    ['names that Kubernetes does not take', { namespace: 'Default' }, InvalidInput],
    ['unknown members', { trustPolicy: {} }, InvalidInput],
    ['an audience that the cluster does not have', { audience: 'vault' }, InvalidInput],
    [
      'wrong parameters of a catalogue entry',
      { policies: [{ catalogue: 's3-read', parameters: {} }] },
      InvalidInput,
    ],
    ['more bytes than a request may have', { policies: manyArns(600) }, InvalidInput],
    ['no entry of the catalogue', { policies: [{ catalogue: 'everything' }] }, PolicyRefused],
    [
      'a policy that is never attached',
      { policies: [{ arn: 'arn:aws:iam::aws:policy/AdministratorAccess' }] },
      RequestRefused,
    ],
    ['more managed policies than IAM attaches', { policies: manyArns(21) }, PolicyRefused],
    ['more statements than a role can hold', { policies: [{ statements: bigStatements }] }, PolicyTooLarge],
  ])('writes nothing when it is refused for %s', async (_, request, kind) => {
    const table = await theTable()
    const before = await itemsOf(table)

    await expect(ask(table, request)).rejects.toThrow(kind)

    expect(await itemsOf(table)).toEqual(before)
  })

  test('holds a tenant to its own limits', async () => {
    const table = await theTable()
    const before = await itemsOf(table)
    const guardRails = { ...NO_LIMITS, absolute: { managedPolicies: [SQS_READ] } }
    const admit = () => [{ tenant: 'team', guardRails }] as const

    await expect(ask(table, {}, { admit })).rejects.toThrow(RequestRefused)

    expect(await itemsOf(table)).toEqual(before)
  })

  test('keeps the request that is there when a change of it is refused', async () => {
    const table = await theTable()
    await ask(table)
    const before = await itemsOf(table)

    await expect(ask(table, { audience: 'vault' })).rejects.toThrow(InvalidInput)

    expect(await itemsOf(table)).toEqual(before)
  })

  test('is refused for the host that clusters share: it signs for nobody', async () => {
    const table = await aTable()
    const { desired, ...rest } = golemRecord()
    await putCluster(table, { ...rest, desired: { ...desired, cluster: SHARED_HOST } })

    await expect(ask(table, {}, { cluster: SHARED_HOST })).rejects.toThrow(ClusterNotFound)
  })

  test('is refused for a cluster that was never announced', async () => {
    const table = await aTable()

    await expect(ask(table)).rejects.toThrow(ClusterNotFound)

    expect(await itemsOf(table)).toEqual([])
  })
})

function manyArns(count: number) {
  return Array.from({ length: count }, (_, index) => ({
    arn: `arn:aws:iam::aws:policy/NumberedReadOnlyAccessOfServices${index}`,
  }))
}
