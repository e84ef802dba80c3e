import { describe, expect, test } from 'vitest'
import { CACHING_OPTIMIZED, DAY, MINUTE, SECOND } from '../hosting.ts'
import { jwks, siteFixture, text } from './fixture.ts'

const CACHING_DISABLED = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad'

describe('the cache', () => {
  async function change(CacheControl?: string, CachePolicyId = CACHING_OPTIMIZED) {
    const site = await siteFixture({
      DefaultCacheBehavior: {
        TargetOriginId: 'bucket',
        ViewerProtocolPolicy: 'https-only',
        CachePolicyId,
      },
    })
    await site.put('old', { CacheControl })
    site.deploy()
    await site.fetch()
    await site.put('new', { CacheControl })
    const seenAfter = async (milliseconds: number) => {
      site.clock.advance(milliseconds)
      return text(await site.fetch())
    }
    return { ...site, seenAfter }
  }

  test('keeps an answer for its max-age', async () => {
    const { seenAfter } = await change('public, max-age=300')
    expect(await seenAfter(300 * SECOND - 1)).toBe('old')
    expect(await seenAfter(1)).toBe('new')
  })

  test('prefers s-maxage to max-age', async () => {
    const { seenAfter } = await change('max-age=300, s-maxage=60')
    expect(await seenAfter(MINUTE - 1)).toBe('old')
    expect(await seenAfter(1)).toBe('new')
  })

  test('keeps an answer without Cache-Control for a day: the default of CachingOptimized', async () => {
    const { seenAfter } = await change()
    expect(await seenAfter(DAY - SECOND)).toBe('old')
    expect(await seenAfter(SECOND)).toBe('new')
  })

  test('keeps even what must not be stored for the minimum of the policy', async () => {
    const { seenAfter } = await change('no-store')
    expect(await seenAfter(SECOND - 1)).toBe('old')
    expect(await seenAfter(1)).toBe('new')
  })

  test('keeps nothing under CachingDisabled', async () => {
    const { seenAfter } = await change('max-age=300', CACHING_DISABLED)
    expect(await seenAfter(0)).toBe('new')
  })

  test('forgets a path when its invalidation is completed', async () => {
    const { run, created, seenAfter } = await change('max-age=86400')
    const invalidate = (CallerReference: string, path: string) =>
      run('cloudfront', 'CreateInvalidation', {
        DistributionId: created.Distribution?.Id,
        InvalidationBatch: { CallerReference, Paths: { Quantity: 1, Items: [path] } },
      })
    await invalidate('other', '/.well-known/*')
    expect(await seenAfter(MINUTE)).toBe('old')
    await invalidate('jwks', '/openid/*')
    expect(await seenAfter(MINUTE - SECOND)).toBe('old')
    expect(await seenAfter(SECOND)).toBe('new')
  })

  test('keeps an error for ten seconds', async () => {
    const { clock, fetch, put, deploy } = await siteFixture()
    deploy()
    expect(await fetch()).toMatchObject({ status: 403 })
    await put('keys')

    clock.advance(10 * SECOND - 1)
    expect(await fetch()).toMatchObject({ status: 403 })
    clock.advance(1)
    expect(await fetch()).toMatchObject({ status: 200 })
  })

  test('does not tell answers apart by query string', async () => {
    const { fetch, put, deploy } = await siteFixture()
    await put('keys')
    deploy()
    await fetch()
    const answer = await fetch(new URL(`${jwks.href}?v=2`))
    expect(answer.headers).toMatchObject({ 'x-cache': 'Hit from cloudfront' })
  })
})
