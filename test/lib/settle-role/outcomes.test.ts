import { describe, expect, test } from 'vitest'
import { QuotaExceeded, RoleNotOurs, Throttled } from '../../../lib/errors.ts'
import { changeCluster } from '../../../lib/registry/cluster-record.ts'
import { putRoleRequest } from '../../../lib/registry/roles.ts'
import { aRoleRequest, aRoleStatus, aTableWith, golemRecord } from '../registry/registry.ts'
import { ROLE_ARN } from '../settling.ts'
import { ABOUT, failing, NOW, theRole } from './fixture.ts'

describe('a role that IAM takes', () => {
  test('is made as its request says, is READY, and is told of', async () => {
    const { settle, status, made, published } = await theRole()

    const settled = await settle()

    expect(made).toMatchObject([{ roleName: 'dev_golem_default_reader', accountId: '000000000000' }])
    expect(settled).toEqual(aRoleStatus({ roleId: 'AROA1', at: NOW }))
    expect(await status()).toEqual(settled)
    expect(published()).toEqual([['Role Ready', { ...ABOUT, roleArn: ROLE_ARN }]])
  })

  test('is told of once, however often it is settled', async () => {
    const { settle, published, made } = await theRole()
    await settle()

    await settle()
    await settle({ run: 2 })

    expect(made).toHaveLength(1)
    expect(published()).toHaveLength(1)
  })

  test('is settled for the generation that the cluster has', async () => {
    const { table, settle, status, published } = await theRole()
    await settle()
    await changeCluster(table, 'golem', (record) => record && { ...record, generation: 2 })

    await settle({ run: 2 })

    expect(await status()).toMatchObject({ generation: 2, run: 2, state: 'READY' })
    expect(published()).toHaveLength(1)
  })

  test('is told of again when another version of it is ready', async () => {
    const { table, settle, status, published } = await theRole()
    await settle()
    await putRoleRequest(table, aRoleRequest({ version: 2 }), 1)

    await settle()

    expect(await status()).toMatchObject({ version: 2, state: 'READY' })
    expect(published().map(([name]) => name)).toEqual(['Role Ready', 'Role Ready'])
  })
})

describe('what only the requester can mend', () => {
  test('makes the role FAILED and is told of', async () => {
    const error = new RoleNotOurs(ROLE_ARN, 'it lacks our tags')
    const { settle, status, published } = await theRole({ fails: failing(error) })

    const settled = await settle()

    expect(settled).toEqual(
      aRoleStatus({
        state: 'FAILED',
        error: 'RoleNotOurs',
        message: error.message,
        remedy: RoleNotOurs.remedy,
        at: NOW,
      }),
    )
    expect(await status()).toEqual(settled)
    expect(published()).toEqual([
      [
        'Role Failed',
        {
          ...ABOUT,
          roleArn: ROLE_ARN,
          error: `RoleNotOurs: ${error.message}`,
          remedy: RoleNotOurs.remedy,
        },
      ],
    ])
  })

  test('is so too when it is in the request itself: nothing is asked of IAM', async () => {
    const table = await aTableWith(golemRecord())
    const policies = [{ arn: 'arn:aws:iam::aws:policy/AdministratorAccess' }]
    await putRoleRequest(table, aRoleRequest({ content: { ...aRoleRequest().content, policies } }), 0)
    const { settle, made, published } = await theRole({ table })

    expect(await settle()).toMatchObject({ state: 'FAILED', error: 'PolicyRefused', roleArn: '' })
    expect(made).toEqual([])
    expect(published()).toMatchObject([['Role Failed', { roleArn: '' }]])
  })

  test('is so too when the request is one that this program does not understand', async () => {
    const table = await aTableWith(golemRecord())
    const content = { ...aRoleRequest().content, trustPolicy: {} }
    await putRoleRequest(table, aRoleRequest({ content }), 0)
    const { settle, made } = await theRole({ table })

    expect(await settle()).toMatchObject({
      state: 'FAILED',
      error: 'InvalidInput',
      message: expect.stringContaining('trustPolicy'),
    })
    expect(made).toEqual([])
  })

  test('is told of again only when it is something else', async () => {
    let error = new RoleNotOurs(ROLE_ARN, 'it lacks our tags')
    const { settle, published } = await theRole({
      fails: () => {
        throw error
      },
    })
    await settle()
    await settle()
    error = new RoleNotOurs(`${ROLE_ARN}-2`, 'it lacks our tags')

    await settle()

    expect(published()).toHaveLength(2)
  })

  test('is forgotten once the role is ready', async () => {
    let isMended = false
    const { settle, status, published } = await theRole({
      fails: () => {
        if (!isMended) throw new RoleNotOurs(ROLE_ARN, 'it lacks our tags')
      },
    })
    await settle()
    isMended = true

    await settle()

    expect(await status()).toEqual(aRoleStatus({ roleId: 'AROA1', at: NOW }))
    expect(published().map(([name]) => name)).toEqual(['Role Failed', 'Role Ready'])
  })
})

describe('what is not the requester’s fault', () => {
  test.each([
    ['what passes by itself', new Throttled('iam:CreateRole: slow down'), 'Throttled', Throttled.remedy],
    [
      'what an operator must mend',
      new QuotaExceeded('iam:CreateRole'),
      'QuotaExceeded',
      QuotaExceeded.remedy,
    ],
    [
      'a fault of ours',
      new TypeError('x is not a function'),
      'TypeError',
      expect.stringContaining('settle-roles'),
    ],
    ['what is no error at all', 'a text', 'Error', expect.stringContaining('settle-roles')],
  ])('is tried again and not told of: %s', async (_, error, name, remedy) => {
    const { settle, status, published } = await theRole({ fails: failing(error) })
    const retried: string[] = []

    const settled = await settle({ onRetry: (why) => retried.push(why) })

    expect(settled).toMatchObject({ state: 'RETRY', error: name, remedy, roleArn: ROLE_ARN, attempts: 1 })
    expect(settled?.message).toBe(error instanceof Error ? error.message : error)
    expect(await status()).toEqual(settled)
    expect(published()).toEqual([])
    expect(retried).toEqual([name])
  })

  test('is what IAM does not show yet', async () => {
    const { settling, settle } = await theRole()
    const roles = { ...settling.roles, observe: async () => ({ status: 'absent' }) as const }

    expect(await settle({ roles })).toMatchObject({
      state: 'RETRY',
      error: 'RolePending',
      message: 'AWS does not show it yet',
    })
  })
})
