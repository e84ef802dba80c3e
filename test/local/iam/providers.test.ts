import { describe, expect, test } from 'vitest'
import { EdgeError } from '../../../local/world.ts'
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

describe('the issuer of a new provider', () => {
  const THUMBPRINT = '0123456789abcdef0123456789abcdef01234567'
  const UNREACHABLE = { code: 'OpenIdIdpCommunicationError', status: 400 }
  const noAddress = () => Promise.reject(new EdgeError('irsa.example.com has no address'))

  test.each([
    ['without thumbprints', {}],
    ['with an empty list of them', { ThumbprintList: [] }],
    ['whose URL ends with a slash', { Url: `${Url}/` }],
  ])('is connected to for one %s', async (_, input) => {
    const { run, fetched } = iamFixture()

    await run('CreateOpenIDConnectProvider', { Url, ...input })

    expect(fetched).toEqual([`${Url}/.well-known/openid-configuration`])
  })

  test('must be served over HTTPS, else no provider is made', async () => {
    const { run } = iamFixture(noAddress)

    await expect(run('CreateOpenIDConnectProvider', { Url })).rejects.toMatchObject(UNREACHABLE)
    expect(await run('ListOpenIDConnectProviders', {})).toEqual({ OpenIDConnectProviderList: [] })
  })

  test.each([403, 404, 500])(
    'may answer %i: the connection is what IAM takes the thumbprint off',
    async (status) => {
      const { run } = iamFixture(async () => ({ status, headers: {}, body: new Uint8Array() }))

      await expect(run('CreateOpenIDConnectProvider', { Url })).resolves.toEqual({ OpenIDConnectProviderArn })
    },
  )

  test('is not looked at where the request has thumbprints', async () => {
    const { run, fetched } = iamFixture(noAddress)

    await expect(run('CreateOpenIDConnectProvider', { Url, ThumbprintList: [THUMBPRINT] })).resolves.toEqual({
      OpenIDConnectProviderArn,
    })
    expect(fetched).toEqual([])
  })

  test('is not looked at for a request that is wrong anyway', async () => {
    const { run, fetched } = iamFixture()

    await expect(run('CreateOpenIDConnectProvider', { Url, ThumbprintList: ['x'] })).rejects.toMatchObject({
      code: 'ValidationError',
    })
    expect(fetched).toEqual([])
  })

  test('has one provider when two are made while it is looked at', async () => {
    const { run } = iamFixture()

    const results = await Promise.allSettled([
      run('CreateOpenIDConnectProvider', { Url }),
      run('CreateOpenIDConnectProvider', { Url }),
    ])

    expect(results).toEqual([
      { status: 'fulfilled', value: { OpenIDConnectProviderArn } },
      { status: 'rejected', reason: expect.objectContaining({ code: 'EntityAlreadyExists' }) },
    ])
  })
})

test('deleting a provider twice is no error', async () => {
  const { run } = iamFixture()
  await run('CreateOpenIDConnectProvider', { Url })
  await run('DeleteOpenIDConnectProvider', { OpenIDConnectProviderArn })
  expect(await run('DeleteOpenIDConnectProvider', { OpenIDConnectProviderArn })).toEqual({})
})
