import { describe, expect, test } from 'vitest'
import { textIn, textsIn } from './answers.ts'
import { ACCOUNT, iamFixture, permission } from './iam.ts'

const PolicyArn = `arn:aws:iam::${ACCOUNT}:policy/read`
const READ_ONLY = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'
const wider = permission.replace('s3:GetObject', 's3:*')

async function withPolicy() {
  const fixture = iamFixture()
  await fixture.run('CreatePolicy', {
    PolicyName: 'read',
    PolicyDocument: permission,
    Tags: [{ Key: 'team', Value: 'a' }],
  })
  return fixture
}

describe('CreatePolicyVersion', () => {
  test('leaves the default alone unless told otherwise', async () => {
    const { clock, run } = await withPolicy()
    clock.advance(60_000)

    expect(await run('CreatePolicyVersion', { PolicyArn, PolicyDocument: wider })).toEqual({
      PolicyVersion: { VersionId: 'v2', IsDefaultVersion: false, CreateDate: clock.now() },
    })
    expect(
      await run('CreatePolicyVersion', { PolicyArn, PolicyDocument: wider, SetAsDefault: true }),
    ).toMatchObject({ PolicyVersion: { VersionId: 'v3', IsDefaultVersion: true } })
    expect(await run('GetPolicy', { PolicyArn })).toMatchObject({ Policy: { DefaultVersionId: 'v3' } })
  })

  test('is the last update of the policy; another default is none', async () => {
    const { clock, run } = await withPolicy()
    const createdAt = clock.now()
    clock.advance(60_000)
    const updatedAt = clock.now()
    await run('CreatePolicyVersion', { PolicyArn, PolicyDocument: wider })
    clock.advance(60_000)

    await run('SetDefaultPolicyVersion', { PolicyArn, VersionId: 'v2' })

    expect(await run('GetPolicy', { PolicyArn })).toMatchObject({
      Policy: { CreateDate: createdAt, UpdateDate: updatedAt },
    })
  })

  test('refuses a sixth version', async () => {
    const { run } = await withPolicy()
    for (let n = 2; n <= 5; n += 1) await run('CreatePolicyVersion', { PolicyArn, PolicyDocument: wider })

    const sixth = run('CreatePolicyVersion', { PolicyArn, PolicyDocument: wider })

    await expect(sixth).rejects.toMatchObject({ code: 'LimitExceeded', status: 409 })
  })

  test('does not use a number again', async () => {
    const { run } = await withPolicy()
    await run('CreatePolicyVersion', { PolicyArn, PolicyDocument: wider })
    await run('DeletePolicyVersion', { PolicyArn, VersionId: 'v2' })

    expect(await run('CreatePolicyVersion', { PolicyArn, PolicyDocument: wider })).toMatchObject({
      PolicyVersion: { VersionId: 'v3' },
    })
  })

  test.each([
    ['no document', { PolicyDocument: undefined }, 'ValidationError'],
    ['what is not JSON', { PolicyDocument: '{' }, 'MalformedPolicyDocument'],
    ['a policy of AWS', { PolicyArn: READ_ONLY }, 'AccessDenied'],
    ['a policy that does not exist', { PolicyArn: `${PolicyArn}er` }, 'NoSuchEntity'],
  ])('refuses %s', async (_, input, code) => {
    const { run } = await withPolicy()

    const created = run('CreatePolicyVersion', { PolicyArn, PolicyDocument: wider, ...input })

    await expect(created).rejects.toMatchObject({ code })
  })

  test('refuses a document beyond 6,144 characters', async () => {
    const { run } = await withPolicy()
    const long = permission.replace('"Effect"', `"Sid":"${'a'.repeat(6144)}","Effect"`)

    await expect(run('CreatePolicyVersion', { PolicyArn, PolicyDocument: long })).rejects.toMatchObject({
      code: 'LimitExceeded',
    })
  })
})

describe('GetPolicyVersion', () => {
  test('answers the document as it was given, URL-encoded as RFC 3986 has it', async () => {
    const { clock, run } = await withPolicy()
    const odd = permission
      .replace('"Effect"', ' "Sid": "",\n"Effect"')
      .replace('"*"', '"arn:aws:s3:::b/(é\')!*"')
    await run('CreatePolicyVersion', { PolicyArn, PolicyDocument: odd })

    const version = await run('GetPolicyVersion', { PolicyArn, VersionId: 'v2' })

    const document = textIn(version, 'PolicyVersion', 'Document')
    expect(document).toContain('%28%C3%A9%27%29%21%2A')
    expect(decodeURIComponent(document)).toBe(odd)
    expect(version).toMatchObject({ PolicyVersion: { VersionId: 'v2', CreateDate: clock.now() } })
  })

  test.each([
    ['does not exist', 'v2', 'NoSuchEntity'],
    ['is no version', '1', 'ValidationError'],
    ['is zero', 'v0', 'ValidationError'],
    ['is missing', undefined, 'ValidationError'],
  ])('refuses a version that %s', async (_, VersionId, code) => {
    const { run } = await withPolicy()

    await expect(run('GetPolicyVersion', { PolicyArn, VersionId })).rejects.toMatchObject({ code })
  })
})

describe('ListPolicyVersions', () => {
  test('answers page by page, without the documents', async () => {
    const { clock, run } = await withPolicy()
    await run('CreatePolicyVersion', { PolicyArn, PolicyDocument: wider, SetAsDefault: true })
    const CreateDate = clock.now()

    const first = await run('ListPolicyVersions', { PolicyArn, MaxItems: 1 })
    const second = await run('ListPolicyVersions', { PolicyArn, Marker: textIn(first, 'Marker') })

    expect(first).toEqual({
      Versions: [{ VersionId: 'v1', IsDefaultVersion: false, CreateDate }],
      IsTruncated: true,
      Marker: expect.any(String),
    })
    expect(second).toEqual({
      Versions: [{ VersionId: 'v2', IsDefaultVersion: true, CreateDate }],
      IsTruncated: false,
    })
  })

  test('has all of them when their numbers have grown a digit', async () => {
    const { run } = await withPolicy()
    for (let n = 2; n <= 11; n += 1) {
      if (n > 5) await run('DeletePolicyVersion', { PolicyArn, VersionId: `v${n - 4}` })
      await run('CreatePolicyVersion', { PolicyArn, PolicyDocument: wider })
    }

    const first = await run('ListPolicyVersions', { PolicyArn, MaxItems: 3 })
    const second = await run('ListPolicyVersions', { PolicyArn, Marker: textIn(first, 'Marker') })

    const all = [first, second].flatMap((page) => textsIn(page, 'Versions', 'VersionId'))
    expect(all.toSorted()).toEqual(['v1', 'v10', 'v11', 'v8', 'v9'])
  })
})

describe('SetDefaultPolicyVersion', () => {
  test('makes another version the default', async () => {
    const { run } = await withPolicy()
    await run('CreatePolicyVersion', { PolicyArn, PolicyDocument: wider, SetAsDefault: true })

    expect(await run('SetDefaultPolicyVersion', { PolicyArn, VersionId: 'v1' })).toEqual({})

    expect(await run('GetPolicy', { PolicyArn })).toMatchObject({ Policy: { DefaultVersionId: 'v1' } })
    expect(await run('GetPolicyVersion', { PolicyArn, VersionId: 'v2' })).toMatchObject({
      PolicyVersion: { IsDefaultVersion: false },
    })
  })

  test.each([
    ['a version that does not exist', { VersionId: 'v2' }, 'NoSuchEntity'],
    ['a policy of AWS', { PolicyArn: READ_ONLY, VersionId: 'v3' }, 'AccessDenied'],
  ])('refuses %s', async (_, input, code) => {
    const { run } = await withPolicy()

    await expect(run('SetDefaultPolicyVersion', { PolicyArn, ...input })).rejects.toMatchObject({ code })
  })
})

describe('DeletePolicyVersion', () => {
  test('takes a version away that is not the default', async () => {
    const { run } = await withPolicy()
    await run('CreatePolicyVersion', { PolicyArn, PolicyDocument: wider, SetAsDefault: true })

    expect(await run('DeletePolicyVersion', { PolicyArn, VersionId: 'v1' })).toEqual({})

    await expect(run('GetPolicyVersion', { PolicyArn, VersionId: 'v1' })).rejects.toMatchObject({
      code: 'NoSuchEntity',
    })
  })

  test('refuses the default, even if it is the only one', async () => {
    const { run } = await withPolicy()

    await expect(run('DeletePolicyVersion', { PolicyArn, VersionId: 'v1' })).rejects.toMatchObject({
      code: 'DeleteConflict',
      status: 409,
    })
  })
})

test.each([
  'CreatePolicyVersion',
  'GetPolicyVersion',
  'ListPolicyVersions',
  'SetDefaultPolicyVersion',
  'DeletePolicyVersion',
])('%s is asked about the policy with its tags', async (operation) => {
  const { asks } = await withPolicy()

  expect(asks(operation, { PolicyArn })).toEqual([
    { action: `iam:${operation}`, resource: PolicyArn, context: { 'aws:ResourceTag/team': 'a' } },
  ])
})
