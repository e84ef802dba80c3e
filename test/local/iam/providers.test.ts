import { describe, expect, test } from 'vitest'
import { ACCOUNT, iamFixture } from './iam.ts'

const Url = 'https://irsa.example.com/blue'
const OpenIDConnectProviderArn = `arn:aws:iam::${ACCOUNT}:oidc-provider/irsa.example.com/blue`

describe('CreateOpenIDConnectProvider', () => {
  test('keeps the URL without its scheme, and the rest of AWS hears of it later', async () => {
    const { clock, run, view } = iamFixture()
    expect(await run('CreateOpenIDConnectProvider', { Url, ClientIDList: ['sts.amazonaws.com'] })).toEqual({
      OpenIDConnectProviderArn,
    })
    expect(await run('GetOpenIDConnectProvider', { OpenIDConnectProviderArn })).toMatchObject({
      Url: 'irsa.example.com/blue',
      ThumbprintList: [],
    })
    expect(view.provider(ACCOUNT, 'irsa.example.com/blue')).toBeUndefined()
    clock.advance(5_000)
    expect(view.provider(ACCOUNT, 'irsa.example.com/blue')).toEqual({
      arn: OpenIDConnectProviderArn,
      issuer: Url,
      clientIds: ['sts.amazonaws.com'],
    })
  })

  test.each([
    ['http', { Url: 'http://a.example.com' }, 'ValidationError'],
    ['a port', { Url: 'https://a.example.com:8443' }, 'ValidationError'],
    ['a query', { Url: 'https://a.example.com?b' }, 'ValidationError'],
    ['101 client ids', { ClientIDList: Array.from({ length: 101 }, (_, n) => `${n}`) }, 'LimitExceeded'],
  ])('refuses %s', async (_, input, code) => {
    const { run } = iamFixture()
    await expect(run('CreateOpenIDConnectProvider', { Url, ...input })).rejects.toMatchObject({ code })
  })

  test('refuses a URL twice in an account and one beyond the quota', async () => {
    const { run } = iamFixture()
    for (let n = 0; n < 100; n += 1)
      await run('CreateOpenIDConnectProvider', { Url: `https://n${n}.example.com` })
    await expect(run('CreateOpenIDConnectProvider', { Url: 'https://n0.example.com' })).rejects.toMatchObject(
      { code: 'EntityAlreadyExists' },
    )
    await expect(run('CreateOpenIDConnectProvider', { Url })).rejects.toMatchObject({ code: 'LimitExceeded' })
  })
})

test('deleting a provider twice is no error', async () => {
  const { run } = iamFixture()
  await run('CreateOpenIDConnectProvider', { Url })
  await run('DeleteOpenIDConnectProvider', { OpenIDConnectProviderArn })
  expect(await run('DeleteOpenIDConnectProvider', { OpenIDConnectProviderArn })).toEqual({})
})
