import { describe, expect, test } from 'vitest'
import { EXAMPLE_ROLES } from '../../../cli/options.ts'
import { placeOf, readRoleRequests, requestRoles } from '../../../cli/start/role-requests.ts'
import { ClusterNotFound, InvalidInput, RequestRefused, RoleNameTaken } from '../../../lib/errors.ts'
import { claimRoleName } from '../../../lib/registry/claims.ts'
import { listRoleRequests, readRoleRequest } from '../../../lib/registry/roles.ts'
import type { Table } from '../../../lib/registry/table.ts'
import { refusal } from '../../lib/aws/sdk.ts'
import { aTable, aTableWith, golemRecord, itemsOf, putCluster } from '../../lib/registry/registry.ts'
import { STACK } from '../../lib/resources/golem.ts'

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

function anAccepted(serviceAccount: string, audience?: string) {
  return { ...aKey(serviceAccount, audience), isChanged: true }
}

async function requested(table: Table): Promise<string[]> {
  const names: string[] = []
  for await (const { serviceAccount } of listRoleRequests(table, 'golem')) names.push(serviceAccount)
  return names
}

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

    expect(accepted).toEqual([anAccepted('reader'), anAccepted('writer', 'b')])
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
      1,
    )
    const admin = { policies: [{ arn: 'arn:aws:iam::aws:policy/AdministratorAccess' }] }

    const { accepted, refused } = await requestRoles(asking(table), 'golem', [
      aRequest('taken'),
      aRequest('reader'),
      aRequest('admin', admin),
      null,
      aRequest('writer'),
    ])

    expect(accepted).toEqual([anAccepted('reader'), anAccepted('writer')])
    expect(refused).toMatchObject([
      { index: 0, role: 'default/taken', error: 'RoleNameTaken', remedy: RoleNameTaken.remedy },
      { index: 2, role: 'default/admin', error: 'RequestRefused', remedy: RequestRefused.remedy },
      { index: 3, role: undefined, error: 'InvalidInput', remedy: InvalidInput.remedy },
    ])
    for (const { message } of refused) expect(message).not.toBe('')
    expect(await requested(table)).toEqual(['reader', 'writer'])
  })

  test('refuses each later request for a role that is listed already, and takes the rest', async () => {
    const table = await aTableWith(golemRecord())
    const again = Array.from({ length: 20 }, (_, index) => aRequest('reader', { description: `${index}` }))

    const { accepted, refused } = await requestRoles(asking(table), 'golem', [
      aRequest('reader', { description: 'first' }),
      ...again,
      aRequest('reader', { namespace: 'other' }),
      aRequest('writer'),
    ])

    expect(accepted.map(({ namespace, serviceAccount }) => `${namespace}/${serviceAccount}`)).toEqual([
      'default/reader',
      'other/reader',
      'default/writer',
    ])
    expect(refused).toHaveLength(again.length)
    expect(refused[0]).toEqual({
      index: 1,
      role: 'default/reader',
      error: 'ListedTwice',
      message: expect.stringContaining('default/reader is listed twice: request 0 '),
      remedy: expect.stringContaining('Keep one'),
    })
    expect(await readRoleRequest(table, 'golem', aKey('reader'))).toMatchObject({
      version: 1,
      content: { description: 'first' },
    })
  })

  test('tells what it changed from what the registry had already', async () => {
    const table = await aTableWith(golemRecord())
    await requestRoles(asking(table), 'golem', [aRequest('reader'), aRequest('writer')])
    // The next request is at another time.
    await new Promise((resolve) => setTimeout(resolve, 5))

    const { accepted } = await requestRoles(asking(table), 'golem', [
      aRequest('reader'),
      aRequest('writer', { description: 'more' }),
    ])

    expect(accepted).toEqual([{ ...anAccepted('reader'), isChanged: false }, anAccepted('writer')])
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

describe('placeOf', () => {
  test.each([
    ['what the request is for', aRequest('Reader'), 'request 0 (default/Reader)'],
    ['only the place of one that is no request', 'reader', 'request 0'],
    ['only the place of one without a name', { policies: [] }, 'request 0'],
    ['only the place of one whose name would mess up the terminal', aRequest('\u001b[2J'), 'request 0'],
  ])('names %s', async (_, request, place) => {
    const { refused } = await requestRoles(asking(await aTableWith(golemRecord())), 'golem', [request])

    expect(refused.map(placeOf)).toEqual([place])
  })
})
