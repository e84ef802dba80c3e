import { describe, expect, test } from 'vitest'
import { ACCOUNT, administrator, stsFixture, trustAccount } from './fixture.ts'

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
describe('GetCallerIdentity', () => {
  test('says who an administrator is', async () => {
    const { identify } = stsFixture()

    expect(await identify(administrator('222222222222'))).toEqual({
      Account: '222222222222',
      Arn: 'arn:aws:iam::222222222222:user/local',
      UserId: '222222222222',
    })
  })

  test('says who a session is, by the unique ID of its role', async () => {
    const { assume, createRole, identify, principal } = stsFixture()
    const RoleArn = await createRole('app', trustAccount(ACCOUNT))
    const { AssumedRoleUser, Credentials } = await assume({ RoleArn, RoleSessionName: 'pod@1' })

    expect(await identify(principal(Credentials) ?? administrator())).toEqual({
      Account: ACCOUNT,
      Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/app/pod@1`,
      UserId: AssumedRoleUser?.AssumedRoleId,
    })
  })

  test('tells a role that was made again from the one before', async () => {
    const { assume, createRole, identify, inIam, principal } = stsFixture()
    const RoleArn = await createRole('app', trustAccount(ACCOUNT))
    const first = await assume({ RoleArn })
    await inIam('DeleteRole', { RoleName: 'app' }, ACCOUNT)
    await createRole('app', trustAccount(ACCOUNT))
    const second = await assume({ RoleArn })

    expect(first.AssumedRoleUser?.AssumedRoleId).not.toBe(second.AssumedRoleUser?.AssumedRoleId)
    expect(await identify(principal(second.Credentials) ?? administrator())).toMatchObject({
      UserId: second.AssumedRoleUser?.AssumedRoleId,
    })
  })

  test('asks nobody, however much is denied', () => {
    const { sts } = stsFixture()
    const { GetCallerIdentity } = sts.service.operations

    expect(GetCallerIdentity?.asks({} as never, {} as never)).toEqual([])
  })
})

describe('an access key', () => {
  test('named local is the administrator of the stack, with digits of that account', () => {
    const { principal } = stsFixture()

    expect(principal({ AccessKeyId: 'local' })).toEqual(administrator(ACCOUNT))
    expect(principal({ AccessKeyId: 'local-222222222222' })).toEqual(administrator('222222222222'))
  })

  test.each(['local-1', 'local-2222222222222', 'locals', 'LOCAL', 'AKIAIOSFODNN7EXAMPLE', ''])(
    'named %j is nobody',
    (AccessKeyId) => {
      expect(stsFixture().principal({ AccessKeyId })).toBeUndefined()
    },
  )
})
