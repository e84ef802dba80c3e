/** What the distribution that holds a host answers. */
import { describe, expect, test } from 'vitest'
import { EdgeError } from '../../../local/world.ts'
import { distributionConfig, MINUTE } from '../hosting.ts'
import { host, jwks, siteFixture, text } from './fixture.ts'

describe('a host behind a distribution', () => {
  test('is not there before its record is INSYNC and the distribution deployed', async () => {
    const { clock, edge, fetch, put } = await siteFixture()
    await put('keys')

    expect(edge.serves(host)).toBe(false)
    await expect(fetch()).rejects.toBeInstanceOf(EdgeError)
    clock.advance(MINUTE)
    expect(edge.serves(host)).toBe(true)
    await expect(fetch()).rejects.toBeInstanceOf(EdgeError)
    clock.advance(2 * MINUTE)

    expect(await fetch()).toMatchObject({ status: 200 })
  })

  test('answers the object with the headers of S3 and CloudFront', async () => {
    const { fetch, put, deploy } = await siteFixture()
    await put('keys', { ContentType: 'application/json', CacheControl: 'max-age=300' })
    deploy()

    const answer = await fetch()

    expect(text(answer)).toBe('keys')
    expect(answer).toMatchObject({
      status: 200,
      headers: {
        'content-type': 'application/json',
        'content-length': '4',
        'cache-control': 'max-age=300',
        etag: expect.stringMatching(/^"[0-9a-f]{32}"$/),
        'x-cache': 'Miss from cloudfront',
        via: expect.stringMatching(/^1\.1 [0-9a-f]{32}\.cloudfront\.net \(CloudFront\)$/),
      },
    })
    expect((await fetch()).headers).toMatchObject({ 'x-cache': 'Hit from cloudfront', age: '0' })
  })

  test('also answers under the domain name of the distribution', async () => {
    const { fetch, put, deploy, created, edge } = await siteFixture()
    await put('keys')
    deploy()
    const domainName = created.Distribution?.DomainName ?? ''

    expect(edge.serves(domainName)).toBe(true)
    expect(text(await fetch(new URL(`https://${domainName}/openid/v1/jwks`)))).toBe('keys')
  })

  test('answers / with the root object', async () => {
    const { fetch, put, deploy } = await siteFixture({ DefaultRootObject: 'index.html' })
    await put('welcome', { Key: 'index.html' })
    deploy()
    expect(text(await fetch(new URL(`https://${host}/`)))).toBe('welcome')
  })

  test('decodes the path, and refuses one that cannot be decoded', async () => {
    const { fetch, put, deploy } = await siteFixture()
    await put('found', { Key: 'a b/ü' })
    deploy()
    expect(text(await fetch(new URL(`https://${host}/a%20b/%C3%BC`)))).toBe('found')
    expect(await fetch(new URL(`https://${host}/%E0%A4%A`))).toMatchObject({ status: 400 })
  })

  test('redirects plain HTTP or refuses it', async () => {
    const { clock, fetch, put, deploy, created, update } = await siteFixture()
    await put('keys')
    deploy()
    const plain = new URL(jwks.href.replace('https:', 'http:'))

    expect(await fetch(plain)).toMatchObject({ status: 301, headers: { location: jwks.href } })

    const behavior = distributionConfig().DefaultCacheBehavior
    await update(created, {
      DefaultCacheBehavior: {
        TargetOriginId: 'bucket',
        CachePolicyId: behavior?.CachePolicyId,
        ViewerProtocolPolicy: 'https-only',
      },
    })
    clock.advance(5 * MINUTE)
    expect(await fetch(plain)).toMatchObject({ status: 403 })
  })

  test('goes on being served as before while an update is in progress', async () => {
    const { clock, fetch, put, deploy, created, update } = await siteFixture()
    await put('keys')
    deploy()
    await update(created, { Enabled: false })

    clock.advance(2 * MINUTE)
    expect(await fetch()).toMatchObject({ status: 200 })
    clock.advance(MINUTE)
    await expect(fetch()).rejects.toBeInstanceOf(EdgeError)
  })
})

describe('the method of a request', () => {
  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])(
    '%s is refused, in the words of CloudFront',
    async (method) => {
      const { deploy, edge, put } = await siteFixture()
      await put('keys')
      deploy()

      const refused = await edge.fetch(jwks, method)

      expect(refused).toMatchObject({
        status: 403,
        headers: { 'content-type': 'text/html', 'x-cache': 'Error from cloudfront' },
      })
      expect(text(refused)).toContain('This distribution is not configured to allow the HTTP request method')
      expect(text(await edge.fetch(jwks))).toBe('keys')
    },
  )

  test.each([
    ['HEAD', undefined],
    ['OPTIONS', ['GET', 'HEAD', 'OPTIONS'] as const],
  ])('%s passes where the distribution allows it', async (method, allowed) => {
    const { created, deploy, edge, put, update } = await siteFixture()
    const behavior = created.Distribution?.DistributionConfig?.DefaultCacheBehavior
    await put('keys')
    if (allowed && behavior) {
      const AllowedMethods = { Quantity: allowed.length, Items: [...allowed] }
      await update(created, { DefaultCacheBehavior: { ...behavior, AllowedMethods } })
    }
    deploy()

    expect(await edge.fetch(jwks, method)).toMatchObject({ status: 200 })
  })
})
