/** Facts from https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
import { describe, expect, test } from 'vitest'
import { ACCOUNT, stsFixture, trustAccount } from './fixture.ts'

const invalid = { code: 'ValidationError', status: 400 }

test('credentials of a role last an hour by default', async () => {
  const { assume, clock, createRole, principal } = stsFixture()
  const RoleArn = await createRole('app', trustAccount(ACCOUNT))

  const { AssumedRoleUser, Credentials } = await assume({ RoleArn, RoleSessionName: 'pod' })

  expect(AssumedRoleUser).toEqual({
    Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/app/pod`,
    AssumedRoleId: expect.stringMatching(/^AROA[A-Z2-7]{17}:pod$/),
  })
  expect(Credentials).toEqual({
    AccessKeyId: expect.stringMatching(/^ASIA[A-Z0-9]{16}$/),
    SecretAccessKey: expect.stringMatching(/^\S{40}$/),
    SessionToken: expect.any(String),
    Expiration: new Date(clock.now().getTime() + 3_600_000),
  })
  expect(principal(Credentials)).toEqual({
    kind: 'role-session',
    account: ACCOUNT,
    arn: AssumedRoleUser?.Arn,
    roleArn: RoleArn,
    sessionPolicies: [],
  })
})

test('credentials that have expired are refused', async () => {
  const { assume, clock, createRole, principal } = stsFixture()
  const RoleArn = await createRole('app', trustAccount(ACCOUNT))
  const { Credentials } = await assume({ RoleArn, DurationSeconds: 900 })

  clock.advance(899_999)
  expect(principal(Credentials)).toBeDefined()

  clock.advance(1)
  expect(() => principal(Credentials)).toThrow(expect.objectContaining({ code: 'ExpiredToken' }))
})

describe('DurationSeconds', () => {
  test('goes as far as the role allows', async () => {
    const { assume, clock, createRole } = stsFixture()
    const RoleArn = await createRole('app', trustAccount(ACCOUNT), { MaxSessionDuration: 7200 })

    const { Credentials } = await assume({ RoleArn, DurationSeconds: 7200 })

    expect(Credentials?.Expiration).toEqual(new Date(clock.now().getTime() + 7_200_000))
    await expect(assume({ RoleArn, DurationSeconds: 7201 })).rejects.toMatchObject(invalid)
  })

  test.each([0, 899, 43_201])('of %d is refused before anybody is asked', async (DurationSeconds) => {
    const { assume } = stsFixture()
    const RoleArn = `arn:aws:iam::${ACCOUNT}:role/none`

    await expect(assume({ RoleArn, DurationSeconds })).rejects.toMatchObject(invalid)
  })
})

describe('a session policy', () => {
  test('goes with the session', async () => {
    const { assume, createRole, principal } = stsFixture()
    const RoleArn = await createRole('app', trustAccount(ACCOUNT))
    const document = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }],
    }

    const { Credentials } = await assume({ RoleArn, Policy: JSON.stringify(document) })

    expect(principal(Credentials)).toMatchObject({ sessionPolicies: [document] })
  })

  test.each<[string, string, string]>([
    ['that is no JSON', '{', 'MalformedPolicyDocument'],
    ['without statements', '{}', 'MalformedPolicyDocument'],
    [
      'with a principal',
      JSON.stringify({ Version: '2012-10-17', ...trustAccount(ACCOUNT) }),
      'MalformedPolicyDocument',
    ],
    [
      'without resources',
      JSON.stringify({ Statement: { Effect: 'Allow', Action: 's3:*' } }),
      'MalformedPolicyDocument',
    ],
    ['of 2,049 characters', `{"Statement":[]${' '.repeat(2033)}}`, 'ValidationError'],
    ['that is empty', '', 'ValidationError'],
  ])('%s is refused', async (_, Policy, code) => {
    const { assume, createRole } = stsFixture()
    const RoleArn = await createRole('app', trustAccount(ACCOUNT))

    await expect(assume({ RoleArn, Policy })).rejects.toMatchObject({ code })
  })
})

test.each<[string, object]>([
  ['a session name of two characters', { RoleSessionName: '=@' }],
  ['a session name of 64', { RoleSessionName: 'a+,.-_'.padEnd(64, '0') }],
  ['an external ID of two characters', { ExternalId: '/:' }],
  ['an external ID of 1,224', { ExternalId: 'a'.repeat(1224) }],
  [
    'a session policy of 2,048 characters',
    { Policy: '{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}'.padEnd(2048) },
  ],
])('AssumeRole takes %s', async (_, input) => {
  const { assume, createRole } = stsFixture()
  const RoleArn = await createRole('app', trustAccount(ACCOUNT))

  await expect(assume({ RoleArn, ...input })).resolves.toBeDefined()
})

describe('what AWS does not take, or local mode does not have,', () => {
  test.each<[string, object, string]>([
    ['an ARN that is none', { RoleArn: 'app' }, 'ValidationError'],
    ['the ARN of another service', { RoleArn: `arn:aws:sts::${ACCOUNT}:role/app` }, 'ValidationError'],
    ['a session name of one character', { RoleSessionName: 'a' }, 'ValidationError'],
    ['a session name of 65', { RoleSessionName: 'a'.repeat(65) }, 'ValidationError'],
    ['a session name with a colon', { RoleSessionName: 'a:b' }, 'ValidationError'],
    ['an external ID of one character', { ExternalId: 'a' }, 'ValidationError'],
    ['an external ID with a space', { ExternalId: 'a b' }, 'ValidationError'],
    ['an external ID of 1,225', { ExternalId: 'a'.repeat(1225) }, 'ValidationError'],
    [
      'managed session policies',
      { PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }] },
      'NotInLocalMode',
    ],
    ['session tags', { Tags: [{ Key: 'a', Value: 'b' }] }, 'NotInLocalMode'],
    ['transitive tags', { TransitiveTagKeys: ['a'] }, 'NotInLocalMode'],
    ['a source identity', { SourceIdentity: 'alice' }, 'NotInLocalMode'],
    ['a second factor', { SerialNumber: 'GAHT12345678', TokenCode: '123456' }, 'NotInLocalMode'],
    ['provided contexts', { ProvidedContexts: [] }, 'NotInLocalMode'],
  ])('%s, is refused', async (_, input, code) => {
    const { assume, createRole } = stsFixture()
    const RoleArn = await createRole('app', trustAccount(ACCOUNT))

    await expect(assume({ RoleArn, ...input })).rejects.toMatchObject({ code })
  })
})
