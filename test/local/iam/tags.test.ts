/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html */
import { describe, expect, test } from 'vitest'
import { textIn } from './answers.ts'
import { ACCOUNT, iamFixture, permission, trust } from './iam.ts'

const kinds = [
  {
    kind: 'Role',
    arn: `arn:aws:iam::${ACCOUNT}:role/reader`,
    reference: { RoleName: 'reader' },
    unknown: { RoleName: 'writer' },
    create: 'CreateRole',
    properties: { RoleName: 'reader', AssumeRolePolicyDocument: trust },
    resourceTag: { 'aws:ResourceTag/team': 'a', 'iam:ResourceTag/team': 'a' },
  },
  {
    kind: 'Policy',
    arn: `arn:aws:iam::${ACCOUNT}:policy/read`,
    reference: { PolicyArn: `arn:aws:iam::${ACCOUNT}:policy/read` },
    unknown: { PolicyArn: `arn:aws:iam::${ACCOUNT}:policy/write` },
    create: 'CreatePolicy',
    properties: { PolicyName: 'read', PolicyDocument: permission },
    resourceTag: { 'aws:ResourceTag/team': 'a' },
  },
  {
    kind: 'OpenIDConnectProvider',
    arn: `arn:aws:iam::${ACCOUNT}:oidc-provider/irsa.example.com`,
    reference: { OpenIDConnectProviderArn: `arn:aws:iam::${ACCOUNT}:oidc-provider/irsa.example.com` },
    unknown: { OpenIDConnectProviderArn: `arn:aws:iam::${ACCOUNT}:oidc-provider/irsa.example.org` },
    create: 'CreateOpenIDConnectProvider',
    properties: { Url: 'https://irsa.example.com' },
    resourceTag: { 'aws:ResourceTag/team': 'a' },
  },
]

describe.each(kinds)(
  'tags of a $kind',
  ({ kind, arn, reference, unknown, create, properties, resourceTag }) => {
    async function tagged(...tags: readonly (readonly [string, string])[]) {
      const fixture = iamFixture()
      await fixture.run(create, { ...properties, Tags: wire(tags) })
      return fixture
    }

    test('are added, changed and taken away', async () => {
      const { run } = await tagged(['team', 'a'], ['stage', 'test'])

      expect(
        await run(`Tag${kind}`, {
          ...reference,
          Tags: wire([
            ['team', 'b'],
            ['cluster', 'blue'],
          ]),
        }),
      ).toEqual({})
      expect(await run(`Untag${kind}`, { ...reference, TagKeys: ['stage', 'unknown'] })).toEqual({})

      expect(await run(`List${kind}Tags`, reference)).toEqual({
        Tags: wire([
          ['cluster', 'blue'],
          ['team', 'b'],
        ]),
        IsTruncated: false,
      })
    })

    test('are listed page by page', async () => {
      const { run } = await tagged(['c', ''], ['a', ''], ['b', ''])

      const first = await run(`List${kind}Tags`, { ...reference, MaxItems: 2 })
      const second = await run(`List${kind}Tags`, { ...reference, Marker: textIn(first, 'Marker') })

      expect(first).toMatchObject({
        Tags: wire([
          ['a', ''],
          ['b', ''],
        ]),
        IsTruncated: true,
      })
      expect(second).toEqual({ Tags: wire([['c', '']]), IsTruncated: false })
    })

    test('are fifty at most, and one more changes nothing', async () => {
      const { run } = await tagged(...Array.from({ length: 49 }, (_, n) => [`${n}`, ''] as const))

      const beyond = run(`Tag${kind}`, {
        ...reference,
        Tags: wire([
          ['team', 'a'],
          ['stage', 'test'],
        ]),
      })

      await expect(beyond).rejects.toMatchObject({ code: 'LimitExceeded', status: 409 })
      await run(`Tag${kind}`, {
        ...reference,
        Tags: wire([
          ['0', 'changed'],
          ['team', 'a'],
        ]),
      })
      await expect(
        run(`Tag${kind}`, { ...reference, Tags: wire([['stage', 'test']]) }),
      ).rejects.toMatchObject({
        code: 'LimitExceeded',
      })
      await expect(run(`Tag${kind}`, { ...reference, Tags: wire([['0', 'again']]) })).resolves.toEqual({})
    })

    test.each([
      ['a key of AWS', 'aws:team', 'a'],
      ['an empty key', '', 'a'],
      ['a key of 129 characters', 'a'.repeat(129), 'a'],
      ['a value of 257 characters', 'team', 'a'.repeat(257)],
      ['a character that tags do not have', 'team', 'a|b'],
    ])('have no %s', async (_, key, value) => {
      const { run } = await tagged()

      const tag = run(`Tag${kind}`, {
        ...reference,
        Tags: wire([
          ['stage', 'test'],
          [key, value],
        ]),
      })

      await expect(tag).rejects.toMatchObject({ code: 'InvalidInput', status: 400 })
      expect(await run(`List${kind}Tags`, reference)).toMatchObject({ Tags: [] })
    })

    test('must be in the request', async () => {
      const { run } = await tagged()

      await expect(run(`Tag${kind}`, reference)).rejects.toMatchObject({ code: 'ValidationError' })
      await expect(run(`Untag${kind}`, reference)).rejects.toMatchObject({ code: 'ValidationError' })
    })

    test('of one that does not exist are no tags', async () => {
      const { run } = await tagged()

      await expect(run(`List${kind}Tags`, unknown)).rejects.toMatchObject({
        code: 'NoSuchEntity',
        status: 404,
      })
      await expect(run(`Tag${kind}`, { ...unknown, Tags: [] })).rejects.toMatchObject({
        code: 'NoSuchEntity',
      })
      await expect(run(`Untag${kind}`, { ...unknown, TagKeys: [] })).rejects.toMatchObject({
        code: 'NoSuchEntity',
      })
    })

    test('are in what IAM is asked: those that are and those that are to be', async () => {
      const { asks } = await tagged(['team', 'a'])

      expect(asks(`Tag${kind}`, { ...reference, Tags: wire([['stage', 'test']]) })).toEqual([
        {
          action: `iam:Tag${kind}`,
          resource: arn,
          context: { ...resourceTag, 'aws:RequestTag/stage': 'test', 'aws:TagKeys': ['stage'] },
        },
      ])
      expect(asks(`Untag${kind}`, { ...reference, TagKeys: ['team'] })).toEqual([
        { action: `iam:Untag${kind}`, resource: arn, context: { ...resourceTag, 'aws:TagKeys': ['team'] } },
      ])
      expect(asks(`List${kind}Tags`, reference)).toEqual([
        { action: `iam:List${kind}Tags`, resource: arn, context: resourceTag },
      ])
    })
  },
)

describe('the case of a key', () => {
  test('makes no other tag of a role: the new one takes the place of the old', async () => {
    const { run } = iamFixture()
    const RoleName = 'reader'
    await run('CreateRole', {
      RoleName,
      AssumeRolePolicyDocument: trust,
      Tags: wire([
        ['Department', 'finance'],
        ['stage', 'test'],
      ]),
    })

    await run('TagRole', { RoleName, Tags: wire([['department', 'hr']]) })
    await run('UntagRole', { RoleName, TagKeys: ['STAGE'] })

    expect(await run('ListRoleTags', { RoleName })).toMatchObject({ Tags: wire([['department', 'hr']]) })
  })

  test.each(kinds.filter(({ kind }) => kind !== 'Role'))('makes another tag of a $kind', async (one) => {
    const { run } = iamFixture()
    await run(one.create, { ...one.properties, Tags: wire([['Costcenter', '1234']]) })

    await run(`Tag${one.kind}`, { ...one.reference, Tags: wire([['costcenter', '5678']]) })
    await run(`Untag${one.kind}`, { ...one.reference, TagKeys: ['COSTCENTER'] })

    expect(await run(`List${one.kind}Tags`, one.reference)).toMatchObject({
      Tags: wire([
        ['Costcenter', '1234'],
        ['costcenter', '5678'],
      ]),
    })
  })
})

test.each([
  ['TagPolicy', { Tags: wire([['team', 'a']]) }],
  ['UntagPolicy', { TagKeys: ['team'] }],
  ['ListPolicyTags', {}],
])('%s is refused for a policy of AWS', async (operation, input) => {
  const { run } = iamFixture()
  const PolicyArn = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'

  await expect(run(operation, { PolicyArn, ...input })).rejects.toMatchObject({ code: 'AccessDenied' })
})

function wire(tags: readonly (readonly [string, string])[]): { Key: string; Value: string }[] {
  return tags.map(([Key, Value]) => ({ Key, Value }))
}
