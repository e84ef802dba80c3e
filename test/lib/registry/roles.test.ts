import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb'
import { mockClient } from 'aws-sdk-client-mock'
import { describe, expect, test } from 'vitest'
import type { RoleAccepted } from '../../../lib/registry/request-role.ts'
import {
  listRoleRequests,
  listRoleStatuses,
  putRoleRequest,
  putRoleStatus,
  type RoleStatus,
  readRoleRequest,
  readRoleStatus,
  roleOfKey,
} from '../../../lib/registry/roles.ts'
import { aRoleRequest, aRoleStatus, aTable, itemsOf } from './registry.ts'

const READER = { namespace: 'default', serviceAccount: 'reader' }

const FULL: RoleAccepted = aRoleRequest({
  content: {
    policies: [
      { arn: 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess' },
      { catalogue: 'external-dns', parameters: { hostedZoneIds: ['Z1'] } },
      { statements: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::bucket/*' }] },
    ],
    description: '',
    maxSessionDuration: 3600,
    tags: { team: 'rocket' },
    audience: 'vault',
  },
})

describe('putRoleRequest', () => {
  test('keeps a request as it is', async () => {
    const table = await aTable()

    expect(await putRoleRequest(table, FULL, 0)).toBe(true)

    expect(await readRoleRequest(table, 'golem', READER)).toEqual(FULL)
    expect(await itemsOf(table)).toEqual([
      {
        ...FULL,
        pk: 'CLUSTER#golem',
        sk: 'ROLE#default#reader',
        indexState: 'ROLE',
        indexTime: FULL.requestedAt,
      },
    ])
  })

  test('replaces the version that was read', async () => {
    const table = await aTable()
    await putRoleRequest(table, aRoleRequest(), 0)
    const second = aRoleRequest({ version: 2, requestedBy: 'iam:b' })

    expect(await putRoleRequest(table, second, 1)).toBe(true)
    expect(await readRoleRequest(table, 'golem', READER)).toEqual(second)
  })

  test.each([
    ['was made by somebody else', 0],
    ['is newer than the one that was read', 1],
  ])('is false and changes nothing when the request %s', async (_, previous) => {
    const table = await aTable()
    await putRoleRequest(table, aRoleRequest(), 0)
    await putRoleRequest(table, aRoleRequest({ version: 2 }), 1)
    const late = aRoleRequest({ version: previous + 1, requestedBy: 'iam:late' })

    expect(await putRoleRequest(table, late, previous)).toBe(false)
    expect(await readRoleRequest(table, 'golem', READER)).toEqual(aRoleRequest({ version: 2 }))
  })
})

describe('readRoleRequest', () => {
  test('is undefined for a role that nobody asked for, on this cluster', async () => {
    const table = await aTable()
    await putRoleRequest(table, aRoleRequest(), 0)

    expect(await readRoleRequest(table, 'golem', { ...READER, namespace: 'other' })).toBeUndefined()
    expect(await readRoleRequest(table, 'gaia', READER)).toBeUndefined()
  })
})

describe('putRoleStatus', () => {
  test('keeps a status as it is, apart from the request', async () => {
    const table = await aTable()
    const failed = aRoleStatus({
      state: 'FAILED',
      error: 'PolicyRefused',
      message: 'no',
      remedy: 'Change it.',
    })
    await putRoleRequest(table, FULL, 0)

    await putRoleStatus(table, 'golem', failed)

    expect(await readRoleStatus(table, 'golem', READER)).toEqual(failed)
    expect(await readRoleRequest(table, 'golem', READER)).toEqual(FULL)
  })

  test('replaces the status of the same version and of an earlier one', async () => {
    const table = await aTable()
    await putRoleStatus(table, 'golem', aRoleStatus({ state: 'RETRY' }))

    await putRoleStatus(table, 'golem', aRoleStatus({ attempts: 2 }))
    expect(await readRoleStatus(table, 'golem', READER)).toEqual(aRoleStatus({ attempts: 2 }))
    await putRoleStatus(table, 'golem', aRoleStatus({ version: 2 }))
    expect(await readRoleStatus(table, 'golem', READER)).toEqual(aRoleStatus({ version: 2 }))
  })

  test('leaves the status of a later generation alone', async () => {
    const table = await aTable()
    const later = aRoleStatus({ generation: 2 })
    await putRoleStatus(table, 'golem', later)

    await putRoleStatus(table, 'golem', aRoleStatus({ generation: 1, state: 'FAILED' }))
    expect(await readRoleStatus(table, 'golem', later)).toEqual(later)

    // Of another version of the request, it is the later one although the generation is not.
    await putRoleStatus(table, 'golem', aRoleStatus({ version: 2, generation: 1 }))
    expect(await readRoleStatus(table, 'golem', later)).toMatchObject({ version: 2, generation: 1 })
  })

  test('leaves the status of a later version alone: who settled the earlier one was slow', async () => {
    const table = await aTable()
    await putRoleStatus(table, 'golem', aRoleStatus({ version: 2 }))

    await putRoleStatus(table, 'golem', aRoleStatus({ version: 1, state: 'FAILED' }))

    expect(await readRoleStatus(table, 'golem', READER)).toEqual(aRoleStatus({ version: 2 }))
  })
})

describe('listRoleRequests', () => {
  test('lists every role of the cluster in order, and no other item', async () => {
    const table = await aTable()
    await putRoleRequest(table, aRoleRequest({ serviceAccount: 'writer', version: 3 }), 0)
    await putRoleRequest(table, aRoleRequest({ namespace: 'apps' }), 0)
    await putRoleRequest(table, aRoleRequest({ cluster: 'golem2' }), 0)
    await putRoleStatus(table, 'golem', aRoleStatus())

    expect(await all(listRoleRequests(table, 'golem'))).toEqual([
      { namespace: 'apps', serviceAccount: 'reader', version: 1, desired: 'present' },
      { namespace: 'default', serviceAccount: 'writer', version: 3, desired: 'present' },
    ])
  })

  test('reads no more than keys, versions and when roles go, and where they are: lists of thousands stay small', async () => {
    const documents = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-central-1' }))
    const stub = mockClient(documents)
    stub.on(QueryCommand).resolves({})

    expect(await all(listRoleRequests({ documents, tableName: 'registry' }, 'golem'))).toEqual([])
    expect(stub.call(0).args[0].input).toMatchObject({
      ConsistentRead: true,
      ProjectionExpression:
        '#p0, #p1, #p2, #p3, #p4.#p5, #p4.#p6, #p7.#p8, #p9.#p0, #p9.#p1, #p9.#p2, #p9.#p3, #p9.#p4.#p5, #p9.#p4.#p6',
      ExpressionAttributeNames: {
        '#p0': 'namespace',
        '#p1': 'serviceAccount',
        '#p2': 'version',
        '#p3': 'desired',
        '#p4': 'content',
        '#p5': 'expiresAt',
      },
    })
  })

  test('lists more than one page', async () => {
    const table = await aTable()
    // 45 of these are more than the megabyte that a page holds.
    const policies = [{ catalogue: 'external-dns', parameters: { padding: 'x'.repeat(30_000) } }]
    const content = { ...aRoleRequest().content, policies }
    const names = Array.from({ length: 45 }, (_, index) => `reader-${index + 10}`)
    for (const serviceAccount of names)
      await putRoleRequest(table, aRoleRequest({ serviceAccount, content }), 0)

    const listed = await all(listRoleRequests(table, 'golem'))

    expect(listed.map(({ serviceAccount }) => serviceAccount)).toEqual(names)
  })
})

describe('listRoleStatuses', () => {
  test('lists every status of the cluster in order, and no other item', async () => {
    const table = await aTable()
    const statuses: RoleStatus[] = [
      aRoleStatus({ namespace: 'apps', state: 'RETRY' }),
      aRoleStatus({ roleId: 'AROA1' }),
    ]
    for (const status of statuses) await putRoleStatus(table, 'golem', status)
    await putRoleStatus(table, 'golem2', aRoleStatus())
    await putRoleRequest(table, FULL, 0)

    expect(await all(listRoleStatuses(table, 'golem'))).toEqual(statuses)
  })
})

describe('roleOfKey', () => {
  test('reads cluster, namespace and service account out of a key', () => {
    const key = { pk: 'CLUSTER#golem', sk: 'ROLE#default#reader.v1' }

    expect(roleOfKey(key, 'ROLE')).toEqual({
      cluster: 'golem',
      namespace: 'default',
      serviceAccount: 'reader.v1',
    })
  })

  test.each([
    ['the cluster itself', { pk: 'CLUSTER#golem', sk: 'CLUSTER' }],
    ['a status', { pk: 'CLUSTER#golem', sk: 'STATUS#default#reader' }],
    ['a claim', { pk: 'ROLENAME#000000000000#dev_golem_default_reader', sk: 'CLAIM' }],
    ['an event', { pk: 'EVENT#1', sk: 'SEEN' }],
    ['a part of a key', { pk: 'CLUSTER#golem', sk: 'ROLE#default' }],
    ['another partition', { pk: 'TENANT#golem', sk: 'ROLE#default#reader' }],
  ])('is undefined for %s', (_, key) => {
    expect(roleOfKey(key, 'ROLE')).toBeUndefined()
  })
})

async function all<Element>(elements: AsyncIterable<Element>): Promise<Element[]> {
  const read: Element[] = []
  for await (const element of elements) read.push(element)
  return read
}
