import {
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
} from '@aws-sdk/client-iam'
import { describe, expect, test } from 'vitest'
import { refusal, sent } from '../../aws/sdk.ts'
import { TAG_LIST } from '../golem.ts'
import {
  ADMINISTRATOR,
  DELETE,
  DESIRED,
  deleteInline,
  detach,
  FOUND,
  holding,
  type IamStub,
  INLINE,
  MADE,
  NO_ROLE,
  NOT_OURS,
  ORDERS,
  PUT_BOUNDARY,
  READ_ONLY,
  READ_ROLE,
  ROLE_ARN,
  readsOf,
  theRole,
} from './fixture.ts'

describe('delete', () => {
  test('takes every policy off first: IAM deletes no role that has any', async () => {
    const { iam, role } = theRole(FOUND)

    expect(await role.delete(DESIRED)).toBeUndefined()
    expect(sent(iam)).toEqual([
      ...readsOf(FOUND),
      detach(READ_ONLY),
      detach(ORDERS),
      deleteInline('irsa'),
      DELETE,
    ])
  })

  const OTHERS = {
    ...FOUND,
    attached: [READ_ONLY, ORDERS, ADMINISTRATOR],
    inline: { irsa: INLINE, door: INLINE },
  }

  test('throws RoleHasOtherPolicies that names what others attached, and takes nothing off', async () => {
    const { iam, role } = theRole(OTHERS)

    await expect(role.delete(DESIRED)).rejects.toMatchObject({
      name: 'RoleHasOtherPolicies',
      message: `The role ${ROLE_ARN} has policies that nobody asked for here: door, ${ADMINISTRATOR}.`,
    })
    expect(sent(iam)).toEqual(readsOf(OTHERS))
  })

  test('takes those off too when it is forced', async () => {
    const { iam, role } = theRole(OTHERS)

    await role.delete({ ...DESIRED, force: true })

    expect(sent(iam)).toEqual([
      ...readsOf(OTHERS),
      detach(READ_ONLY),
      detach(ORDERS),
      detach(ADMINISTRATOR),
      deleteInline('irsa'),
      deleteInline('door'),
      DELETE,
    ])
  })

  test('puts the boundary back first where there are policies: without it they may not be taken off', async () => {
    const found = { ...MADE, attached: [READ_ONLY], PermissionsBoundary: undefined }
    const { iam, role } = theRole(found)

    await role.delete(DESIRED)

    expect(sent(iam)).toEqual([...readsOf(found), PUT_BOUNDARY, detach(READ_ONLY), DELETE])
  })

  test('deletes one without policies, however much it has drifted', async () => {
    const found = { ...MADE, Tags: TAG_LIST.slice(0, 2), PermissionsBoundary: undefined }
    const { iam, role } = theRole(found)

    await role.delete(DESIRED)

    expect(sent(iam)).toEqual([...readsOf(found), DELETE])
  })

  test('is content the second time', async () => {
    const { iam, role } = theRole(MADE)
    iam.on(DeleteRoleCommand).callsFake(async () => {
      holding(iam, undefined)
      return {}
    })

    await role.delete(DESIRED)
    await role.delete(DESIRED)

    expect(sent(iam)).toEqual([...readsOf(MADE), DELETE, READ_ROLE])
  })

  test.each<[string, (iam: IamStub) => unknown]>([
    ['a managed policy', (iam) => iam.on(DetachRolePolicyCommand).rejects(NO_ROLE)],
    ['the inline policy', (iam) => iam.on(DeleteRolePolicyCommand).rejects(NO_ROLE)],
    ['the role', (iam) => iam.on(DeleteRoleCommand).rejects(NO_ROLE)],
  ])('is content when somebody else took %s away meanwhile', async (_, reject) => {
    const { iam, role } = theRole(FOUND)
    reject(iam)

    expect(await role.delete(DESIRED)).toBeUndefined()
    expect(sent(iam).at(-1)).toEqual(DELETE)
  })

  test.each(NOT_OURS)('throws RoleNotOurs for one %s, and reads no more of it', async (_, found) => {
    const { iam, role } = theRole(found)

    await expect(role.delete(DESIRED)).rejects.toMatchObject({ name: 'RoleNotOurs' })
    expect(sent(iam)).toEqual([READ_ROLE])
  })

  test.each([
    ['ThrottlingException', 400, 'Throttled'],
    ['ConcurrentModificationException', 409, 'ConcurrentChange'],
    ['AccessDenied', 403, 'AccessDenied'],
  ])('throws what IAM refuses: %s', async (code, status, name) => {
    const { iam, role } = theRole(MADE)
    iam.on(DeleteRoleCommand).rejects(refusal(code, 'no', status))

    await expect(role.delete(DESIRED)).rejects.toMatchObject({ name })
  })

  test.each(['DeleteConflict', 'DeleteConflictException'])(
    'throws ConcurrentChange when a policy came between looking and deleting: %s',
    async (code) => {
      const { iam, role } = theRole(MADE)
      const conflict = refusal(code, 'Cannot delete entity, must detach all policies first.', 409)
      iam.on(DeleteRoleCommand).rejects(conflict)

      await expect(role.delete(DESIRED)).rejects.toMatchObject({ name: 'ConcurrentChange', cause: conflict })
    },
  )

  test('throws rather than take a role that it could not read for gone', async () => {
    const { iam, role } = theRole(undefined)
    iam.on(GetRoleCommand).rejects(refusal('ThrottlingException'))

    await expect(role.delete(DESIRED)).rejects.toMatchObject({ name: 'Throttled' })
  })
})
