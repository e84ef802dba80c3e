import { describe, expect, test } from 'vitest'
import { EXAMPLE_ROLES } from '../../../cli/options.ts'
import { readRoleRequests, requestRoles } from '../../../cli/start/role-requests.ts'
import { ClusterNotFound, InvalidInput, PolicyRefused, RoleNameTaken } from '../../../lib/errors.ts'
import { claimRoleName } from '../../../lib/registry/claims.ts'
import { listRoleRequests, readRoleRequest } from '../../../lib/registry/roles.ts'
import type { Table } from '../../../lib/registry/table.ts'
import { refusal } from '../../lib/aws/sdk.ts'
import { aTable, aTableWith, golemRecord, itemsOf, putCluster } from '../../lib/registry/registry.ts'
import { STACK } from '../../lib/resources/golem.ts'
import { aFile } from '../temporary.ts'

const REQUESTED_BY = 'iam:arn:aws:iam::000000000000:user/local'

function asking(table: Table) {
  return { table, stack: STACK, requestedBy: REQUESTED_BY }
}

function aRequest(serviceAccount: string, more: object = {}): object {
  return { namespace: 'default', serviceAccount, policies: [], ...more }
}

function aKey(serviceAccount: string, audience?: string) {
  return { namespace: 'default', serviceAccount, audience }
}

async function requested(table: Table): Promise<string[]> {
  const names: string[] = []
  for await (const { serviceAccount } of listRoleRequests(table, 'golem')) names.push(serviceAccount)
  return names
}

describe('readRoleRequests', () => {
  test('gives the list as it is in the file: the registry judges it', () => {
    const list = [aRequest('reader'), 'no request', null]

    expect(readRoleRequests(aFile('roles.json', list))).toEqual(list)
    expect(readRoleRequests(aFile('roles.json', []))).toEqual([])
  })

  test.each([
    ['an object', {}],
    ['a text', '"reader"'],
    ['nothing', 'null'],
    ['no JSON', '- reader'],
  ])('refuses %s', (_, content) => {
    const file = aFile('roles.json', content)

    expect(() => readRoleRequests(file)).toThrow(TypeError)
    expect(() => readRoleRequests(file)).toThrow(file)
  })
})

describe('requestRoles', () => {
  test('takes the example', async () => {
    const table = await aTableWith(golemRecord())

    const { accepted, refused } = await requestRoles(asking(table), 'golem', readRoleRequests(EXAMPLE_ROLES))

    expect(accepted).toHaveLength(3)
    expect(refused).toEqual([])
  })

  test('writes each request with who asks, and says which audience it names', async () => {
    const table = await aTableWith(
      golemRecord({ desired: { ...golemRecord().desired, audiences: ['a', 'b'] } }),
    )

    const { accepted } = await requestRoles(asking(table), 'golem', [
      aRequest('reader'),
      aRequest('writer', { audience: 'b' }),
    ])

    expect(accepted).toEqual([aKey('reader'), aKey('writer', 'b')])
    expect(await readRoleRequest(table, 'golem', aKey('writer'))).toMatchObject({
      version: 1,
      content: { audience: 'b' },
      requestedBy: REQUESTED_BY,
    })
  })

  test('takes the others when some are refused, and says which, why and what to do, in the order of the file', async () => {
    const table = await aTableWith(golemRecord())
    await claimRoleName(
      table,
      { accountId: STACK.accountId, roleName: 'dev_golem_default_taken' },
      'gaia/x/y',
    )
    const admin = { policies: [{ arn: 'arn:aws:iam::aws:policy/AdministratorAccess' }] }

    const { accepted, refused } = await requestRoles(asking(table), 'golem', [
      aRequest('taken'),
      aRequest('reader'),
      aRequest('admin', admin),
      null,
      aRequest('writer'),
    ])

    expect(accepted).toEqual([aKey('reader'), aKey('writer')])
    expect(refused).toMatchObject([
      { index: 0, error: 'RoleNameTaken', remedy: RoleNameTaken.remedy },
      { index: 2, error: 'PolicyRefused', remedy: PolicyRefused.remedy },
      { index: 3, error: 'InvalidInput', remedy: InvalidInput.remedy },
    ])
    for (const { message } of refused) expect(message).not.toBe('')
    expect(await requested(table)).toEqual(['reader', 'writer'])
  })

  test('takes hundreds, each once', async () => {
    const table = await aTableWith(golemRecord())
    const names = Array.from({ length: 200 }, (_, index) => `reader-${1000 + index}`)

    const { accepted } = await requestRoles(
      asking(table),
      'golem',
      names.map((name) => aRequest(name)),
    )

    expect(accepted.map(({ serviceAccount }) => serviceAccount)).toEqual(names)
    expect(await requested(table)).toEqual(names)
  })

  test('has nothing to do for an empty list', async () => {
    const table = await aTableWith(golemRecord())
    const before = await itemsOf(table)

    expect(await requestRoles(asking(table), 'golem', [])).toEqual({ accepted: [], refused: [] })

    expect(await itemsOf(table)).toEqual(before)
  })

  test('refuses all of them for a cluster that was not announced', async () => {
    const { refused } = await requestRoles(asking(await aTable()), 'golem', [aRequest('reader')])

    expect(refused).toMatchObject([{ index: 0, error: 'ClusterNotFound', remedy: ClusterNotFound.remedy }])
  })

  test('fails when the registry takes nothing: that is not the request’s fault', async () => {
    const table = await aTable((call, operation) => {
      if (operation === 'PutItem' && isDown) throw refusal('ThrottlingException')
      return call()
    })
    let isDown = false
    await putCluster(table, golemRecord())
    isDown = true

    const requested = requestRoles(asking(table), 'golem', [aRequest('reader')])

    await expect(requested).rejects.toMatchObject({ name: 'Throttled' })
  })

  test('fails on a fault of ours', async () => {
    const error = new TypeError('x is not a function')
    const table = await aTable(() => Promise.reject(error))

    await expect(requestRoles(asking(table), 'golem', [aRequest('reader')])).rejects.toBe(error)
  })
})
