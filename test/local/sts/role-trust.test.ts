/** Facts from https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
import { describe, expect, test } from 'vitest'
import type { PolicyDocument, PrincipalElement, Statement } from '../../../local/policy/document.ts'
import type { Principal } from '../../../local/service.ts'
import {
  ACCOUNT,
  administrator,
  nobody,
  ORGANIZATION,
  OTHER_ACCOUNT,
  type StsFixture,
  stsFixture,
  trustAccount,
} from './fixture.ts'

const denied = { code: 'AccessDenied', status: 403 }

/** A session of a role in the stack's account, which may itself do what its policies say. */
async function sessionOf(fixture: StsFixture, RoleName: string, Action?: string, boundary?: string) {
  const RoleArn = await fixture.createRole(RoleName, trustAccount(ACCOUNT))
  const document = (action: string) =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }] })
  if (Action !== undefined)
    await fixture.inIam(
      'PutRolePolicy',
      { RoleName, PolicyName: 'p', PolicyDocument: document(Action) },
      ACCOUNT,
    )
  if (boundary !== undefined) {
    await fixture.inIam('CreatePolicy', { PolicyName: 'box', PolicyDocument: document(boundary) }, ACCOUNT)
    const PermissionsBoundary = `arn:aws:iam::${ACCOUNT}:policy/box`
    await fixture.inIam('PutRolePermissionsBoundary', { RoleName, PermissionsBoundary }, ACCOUNT)
  }
  const { Credentials } = await fixture.assume({ RoleArn })
  const principal = fixture.principal(Credentials)
  if (principal?.kind !== 'role-session') throw new Error('no session')
  return { RoleArn, principal }
}

const trust = (Principal: PrincipalElement, more: Partial<Statement> = {}): PolicyDocument => ({
  Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole', ...more }],
})

describe('the trust policy', () => {
  test.each<[string, PolicyDocument, Principal]>([
    ['that names another account', trustAccount(OTHER_ACCOUNT), administrator()],
    ['that names a service', trust({ Service: 'lambda.amazonaws.com' }), administrator()],
    ['for another action', trust({ AWS: ACCOUNT }, { Action: 'sts:TagSession' }), administrator()],
    [
      'that denies too',
      {
        Statement: [trust({ AWS: ACCOUNT }), trust('*', { Effect: 'Deny' })].flatMap((one) => one.Statement),
      },
      administrator(),
    ],
    ['for everybody, to nobody', trust('*'), nobody],
  ])('%s lets nobody in', async (_, document, principal) => {
    const { assume, createRole } = stsFixture()
    const RoleArn = await createRole('app', document)

    await expect(assume({ RoleArn }, principal)).rejects.toMatchObject(denied)
  })

  test('of another account lets an administrator in that it names', async () => {
    const { assume, createRole, principal } = stsFixture()
    const RoleArn = await createRole('member', trustAccount(ACCOUNT), { account: OTHER_ACCOUNT })

    const { Credentials } = await assume({ RoleArn })

    expect(principal(Credentials)).toMatchObject({ account: OTHER_ACCOUNT, roleArn: RoleArn })
  })

  test('of a role that is not there, or not heard of yet, lets nobody in', async () => {
    const { assume, inIam } = stsFixture()
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', ...trustAccount(ACCOUNT) })
    await inIam('CreateRole', { RoleName: 'fresh', AssumeRolePolicyDocument }, ACCOUNT)

    await expect(assume({ RoleArn: `arn:aws:iam::${ACCOUNT}:role/fresh` })).rejects.toMatchObject(denied)
    await expect(assume({ RoleArn: `arn:aws:iam::${ACCOUNT}:role/none` })).rejects.toMatchObject(denied)
  })

  test.each([
    ['sts:ExternalId', { ExternalId: 'secret' }, { ExternalId: 'guess' }],
    ['sts:RoleSessionName', { RoleSessionName: 'secret' }, { RoleSessionName: 'guess' }],
  ])('can ask for %s', async (key, right, wrong) => {
    const { assume, createRole } = stsFixture()
    const Condition = { StringEquals: { [key]: 'secret' } }
    const RoleArn = await createRole('app', trust({ AWS: ACCOUNT }, { Condition }))

    await expect(assume({ RoleArn, ...right })).resolves.toBeDefined()
    await expect(assume({ RoleArn, ...wrong })).rejects.toMatchObject(denied)
    await expect(assume({ RoleArn })).rejects.toMatchObject(denied)
  })

  test('can ask for the role that calls', async () => {
    const fixture = stsFixture()
    const { RoleArn: provisioner, principal } = await sessionOf(fixture, 'provisioner', 'sts:AssumeRole')
    const { principal: other } = await sessionOf(fixture, 'other', 'sts:AssumeRole')
    const Condition = { ArnEquals: { 'aws:PrincipalArn': provisioner } }
    const RoleArn = await fixture.createRole('member', trust({ AWS: ACCOUNT }, { Condition }), {
      account: OTHER_ACCOUNT,
    })

    await expect(fixture.assume({ RoleArn }, principal)).resolves.toBeDefined()
    await expect(fixture.assume({ RoleArn }, other)).rejects.toMatchObject(denied)
  })
})

describe('the organization of who calls', () => {
  test.each([
    ['lets its accounts in', ORGANIZATION, ACCOUNT, true],
    ['lets nobody in that another one is asked of', 'o-another123', ACCOUNT, false],
    ['is not that of an account outside', ORGANIZATION, OTHER_ACCOUNT, false],
  ])('%s', async (_, organization, account, isLetIn) => {
    const { assume, createRole } = stsFixture()
    const Condition = { StringEquals: { 'aws:PrincipalOrgID': organization } }
    const RoleArn = await createRole('app', trust({ AWS: account }, { Condition }))
    const attempt = assume({ RoleArn }, administrator(account))

    await (isLetIn ? expect(attempt).resolves.toBeDefined() : expect(attempt).rejects.toMatchObject(denied))
  })
})

test('what lets a role be assumed is noted like what lets any call through, and no refusal is', async () => {
  const { assume, createRole, noted } = stsFixture()
  const RoleArn = await createRole('app', trustAccount(ACCOUNT))

  await assume({ RoleArn })
  await expect(assume({ RoleArn }, administrator(OTHER_ACCOUNT))).rejects.toMatchObject(denied)

  expect(noted).toEqual(['sts:AssumeRole'])
})

describe('a session of another role', () => {
  test.each<[string, string | undefined, string, boolean]>([
    ['is let in by account when its own policies allow', 'sts:*', ACCOUNT, true],
    ['is not let in by account alone', undefined, ACCOUNT, false],
    ['is not let in when its own policies allow something else', 's3:*', ACCOUNT, false],
    ['of another account needs its own policies too', 'sts:AssumeRole', OTHER_ACCOUNT, true],
    ['of another account is not let in by the trust policy alone', undefined, OTHER_ACCOUNT, false],
  ])('%s', async (_, action, account, isLetIn) => {
    const fixture = stsFixture()
    const { principal } = await sessionOf(fixture, 'caller', action)
    const RoleArn = await fixture.createRole('app', trustAccount(ACCOUNT), { account })
    const attempt = fixture.assume({ RoleArn }, principal)

    await (isLetIn ? expect(attempt).resolves.toBeDefined() : expect(attempt).rejects.toMatchObject(denied))
  })

  test.each<[string, 'role' | 'session', string | undefined, boolean]>([
    ['by its role needs no policy of its own in the account', 'role', undefined, true],
    ['by itself needs none either', 'session', undefined, true],
    ['by its role is limited by its boundary', 'role', 's3:*', false],
    ['by itself is not', 'session', 's3:*', true],
  ])('that is named %s', async (_, by, boundary, isLetIn) => {
    const fixture = stsFixture()
    const { RoleArn: caller, principal } = await sessionOf(fixture, 'caller', undefined, boundary)
    const AWS = by === 'role' ? caller : principal.arn
    const RoleArn = await fixture.createRole('app', trust({ AWS }))
    const attempt = fixture.assume({ RoleArn }, principal)

    await (isLetIn ? expect(attempt).resolves.toBeDefined() : expect(attempt).rejects.toMatchObject(denied))
  })

  test('that is named by its role in another account is not let in without a policy of its own', async () => {
    const fixture = stsFixture()
    const { RoleArn: caller, principal } = await sessionOf(fixture, 'caller')
    const RoleArn = await fixture.createRole('app', trust({ AWS: caller }), { account: OTHER_ACCOUNT })

    await expect(fixture.assume({ RoleArn }, principal)).rejects.toMatchObject(denied)
  })

  test('gets an hour at most, whatever the role allows', async () => {
    const fixture = stsFixture()
    const { principal } = await sessionOf(fixture, 'caller', 'sts:AssumeRole')
    const RoleArn = await fixture.createRole('app', trustAccount(ACCOUNT), { MaxSessionDuration: 43_200 })

    await expect(fixture.assume({ RoleArn, DurationSeconds: 3600 }, principal)).resolves.toBeDefined()
    await expect(fixture.assume({ RoleArn, DurationSeconds: 3601 }, principal)).rejects.toMatchObject({
      code: 'ValidationError',
    })
    await expect(fixture.assume({ RoleArn, DurationSeconds: 43_200 })).resolves.toBeDefined()
  })
})
