/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html */
import { describe, expect, test } from 'vitest'
import { ACCOUNT, iamFixture } from './iam.ts'

const Url = 'https://irsa.example.com'
const OpenIDConnectProviderArn = `arn:aws:iam::${ACCOUNT}:oidc-provider/irsa.example.com`
const thumbprints = (count: number) => Array.from({ length: count }, (_, n) => `${n}`.padStart(40, 'a'))
const clientIds = (count: number) => Array.from({ length: count }, (_, n) => `${n}`)

describe('CreateOpenIDConnectProvider', () => {
  test.each([
    ['a URL of 255 characters', { Url: `${Url}/`.padEnd(255, 'a') }],
    ['a hundred client ids', { ClientIDList: clientIds(100) }],
    ['a client id of 255 characters', { ClientIDList: ['a'.repeat(255)] }],
    ['five thumbprints', { ThumbprintList: thumbprints(5) }],
    ['a thumbprint in capitals', { ThumbprintList: ['A'.repeat(40)] }],
  ])('takes %s', async (_, input) => {
    const { run } = iamFixture()

    await expect(run('CreateOpenIDConnectProvider', { Url, ...input })).resolves.toBeDefined()
  })

  test.each([
    ['no URL', { Url: undefined }, 'ValidationError'],
    ['a URL of 256 characters', { Url: `${Url}/`.padEnd(256, 'a') }, 'ValidationError'],
    ['a URL without a host', { Url: 'https://' }, 'ValidationError'],
    ['a URL with a user', { Url: 'https://me@irsa.example.com' }, 'ValidationError'],
    ['a URL with a password', { Url: 'https://:secret@irsa.example.com' }, 'ValidationError'],
    ['a URL with a fragment', { Url: `${Url}#a` }, 'ValidationError'],
    ['an empty client id', { ClientIDList: [''] }, 'ValidationError'],
    ['a client id of 256 characters', { ClientIDList: ['a', 'a'.repeat(256)] }, 'ValidationError'],
    ['six thumbprints', { ThumbprintList: thumbprints(6) }, 'InvalidInput'],
    ['a thumbprint of 39 digits', { ThumbprintList: ['a'.repeat(39)] }, 'ValidationError'],
    ['a thumbprint with another letter', { ThumbprintList: ['g'.repeat(40)] }, 'ValidationError'],
    ['a tag of AWS', { Tags: [{ Key: 'aws:team', Value: 'a' }] }, 'InvalidInput'],
  ])('refuses %s', async (_, input, code) => {
    const { run } = iamFixture()

    await expect(run('CreateOpenIDConnectProvider', { Url, ...input })).rejects.toMatchObject({ code })
    expect(await run('ListOpenIDConnectProviders', {})).toEqual({ OpenIDConnectProviderList: [] })
  })

  test('answers the tags, and shows them', async () => {
    const { run } = iamFixture()
    const Tags = [{ Key: 'team', Value: 'a' }]

    expect(await run('CreateOpenIDConnectProvider', { Url, Tags })).toEqual({
      OpenIDConnectProviderArn,
      Tags,
    })
    expect(await run('GetOpenIDConnectProvider', { OpenIDConnectProviderArn })).toMatchObject({ Tags })
  })

  test('is asked about the URL without its scheme, and for tagging too', () => {
    const { asks } = iamFixture()
    const context = { 'aws:RequestTag/team': 'a', 'aws:TagKeys': ['team'] }

    expect(asks('CreateOpenIDConnectProvider', { Url, Tags: [{ Key: 'team', Value: 'a' }] })).toEqual([
      { action: 'iam:CreateOpenIDConnectProvider', resource: OpenIDConnectProviderArn, context },
      { action: 'iam:TagOpenIDConnectProvider', resource: OpenIDConnectProviderArn, context },
    ])
  })
})

describe('a provider', () => {
  async function withProvider() {
    const fixture = iamFixture()
    await fixture.run('CreateOpenIDConnectProvider', { Url, ClientIDList: clientIds(99) })
    return fixture
  }

  test('has a hundred client ids at most, however they came', async () => {
    const { run } = await withProvider()
    const add = (ClientID: string) =>
      run('AddClientIDToOpenIDConnectProvider', { OpenIDConnectProviderArn, ClientID })

    await add('one more')

    await expect(add('too many')).rejects.toMatchObject({ code: 'LimitExceeded' })
    await expect(add('one more')).resolves.toEqual({})
    await expect(add('')).rejects.toMatchObject({ code: expect.any(String) })
  })

  test('has the thumbprints of the last update', async () => {
    const { run } = await withProvider()
    const update = (ThumbprintList: string[]) =>
      run('UpdateOpenIDConnectProviderThumbprint', { OpenIDConnectProviderArn, ThumbprintList })

    await update(thumbprints(2))
    await update(['b'.repeat(40)])
    await expect(update(thumbprints(6))).rejects.toMatchObject({ code: 'InvalidInput' })

    expect(await run('GetOpenIDConnectProvider', { OpenIDConnectProviderArn })).toMatchObject({
      ThumbprintList: ['b'.repeat(40)],
    })
  })
})
