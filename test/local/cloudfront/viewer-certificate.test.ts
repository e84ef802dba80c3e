import type { CreateDistributionResult, ListConflictingAliasesResult } from '@aws-sdk/client-cloudfront'
import { describe, expect, test } from 'vitest'
import {
  aliasFor,
  callOf,
  cloudFrontAlias,
  DAY,
  distributionConfig,
  hostingFixture,
  MINUTE,
  OTHER_ACCOUNT,
  stack,
  stranger,
} from '../hosting.ts'

const name = 'irsa.example.com'
const strangerInVirginia = callOf(OTHER_ACCOUNT, 'us-east-1')

async function certificateFixture() {
  const fixture = hostingFixture()
  const zone = await fixture.createZone('example.com')
  const certificate = await fixture.issueCertificate(zone, { DomainName: name })
  return { ...fixture, zone, certificate }
}

describe('the certificate', () => {
  test('must exist in us-east-1, be issued, of the same account and with a key CloudFront takes', async () => {
    const { zone, createDistribution, requestCertificate, issueCertificate } = await certificateFixture()
    const elsewhere = await issueCertificate(zone, { DomainName: name }, stack)
    const pending = await requestCertificate({ DomainName: 'other.example.com' })
    const curve = await issueCertificate(zone, { DomainName: name, KeyAlgorithm: 'EC_secp384r1' })
    const missing = 'arn:aws:acm:us-east-1:000000000000:certificate/0'

    for (const arn of [elsewhere, pending, curve, missing])
      await expect(createDistribution(aliasFor([], arn))).rejects.toMatchObject({
        code: 'InvalidViewerCertificate',
        message: expect.stringContaining("doesn't exist, isn't in us-east-1 region, isn't valid"),
      })
    const p256 = await issueCertificate(zone, { DomainName: name, KeyAlgorithm: 'EC_prime256v1' })
    await createDistribution(aliasFor([name], p256))
  })

  test('of another account is refused', async () => {
    const { certificate, createDistribution } = await certificateFixture()
    await expect(createDistribution(aliasFor([name], certificate), stranger)).rejects.toMatchObject({
      code: 'InvalidViewerCertificate',
    })
  })

  test('must cover every alias; a wildcard covers one label', async () => {
    const { zone, issueCertificate, createDistribution } = await certificateFixture()
    const arn = await issueCertificate(zone, { DomainName: '*.example.com' })

    for (const alias of ['example.com', 'a.b.example.com'])
      await expect(createDistribution(aliasFor([alias], arn))).rejects.toMatchObject({
        code: 'InvalidViewerCertificate',
        message: expect.stringContaining("doesn't cover the alternate domain name"),
      })
    await createDistribution(aliasFor(['a.example.com', '*.example.com'], arn))
  })

  test('is needed for an alias at all', async () => {
    const { createDistribution } = hostingFixture()
    await expect(createDistribution({ Aliases: { Quantity: 1, Items: [name] } })).rejects.toMatchObject({
      code: 'InvalidViewerCertificate',
    })
  })

  test('that has expired does not keep the distribution from being disabled', async () => {
    const { clock, run, certificate, createDistribution } = await certificateFixture()
    const { Distribution, ETag } = await createDistribution(aliasFor([name], certificate))
    clock.advance(400 * DAY)

    await run('cloudfront', 'UpdateDistribution', {
      Id: Distribution?.Id,
      IfMatch: ETag,
      DistributionConfig: { ...distributionConfig(aliasFor([name], certificate)), Enabled: false },
    })
  })
})

describe('an alias', () => {
  test('is in lower case, a domain name, and not named twice', async () => {
    const { certificate, createDistribution } = await certificateFixture()
    for (const aliases of [['IRSA.example.com'], ['irsa'], [name, name]])
      await expect(createDistribution(aliasFor(aliases, certificate))).rejects.toMatchObject({
        code: 'InvalidArgument',
      })
  })

  test('belongs to one distribution of all accounts, enabled or not', async () => {
    const { zone, certificate, issueCertificate, createDistribution } = await certificateFixture()
    await createDistribution({ ...aliasFor([name], certificate), Enabled: false })
    const theirs = await issueCertificate(zone, { DomainName: name }, strangerInVirginia)

    await expect(createDistribution(aliasFor([name], theirs), stranger)).rejects.toMatchObject({
      code: 'CNAMEAlreadyExists',
      status: 409,
    })
  })

  test('stays taken until the update that gave it up is deployed', async () => {
    const { clock, run, certificate, createDistribution } = await certificateFixture()
    const first = await createDistribution(aliasFor([name], certificate))
    clock.advance(5 * MINUTE)
    await run<CreateDistributionResult>('cloudfront', 'UpdateDistribution', {
      Id: first.Distribution?.Id,
      IfMatch: first.ETag,
      DistributionConfig: distributionConfig(),
    })
    const second = { ...aliasFor([name], certificate), CallerReference: 'two' }
    await expect(createDistribution(second)).rejects.toMatchObject({ code: 'CNAMEAlreadyExists' })

    clock.advance(5 * MINUTE)
    await createDistribution(second)
  })

  test('whose DNS record points to another distribution is refused', async () => {
    const { clock, zone, certificate, changeRecords, createDistribution } = await certificateFixture()
    const { Distribution } = await createDistribution({})
    await changeRecords(zone, [cloudFrontAlias('CREATE', name, Distribution?.DomainName ?? '')])
    clock.advance(MINUTE)

    await expect(
      createDistribution({ ...aliasFor([name], certificate), CallerReference: 'two' }),
    ).rejects.toMatchObject({
      code: 'CNAMEAlreadyExists',
      message: expect.stringContaining('incorrectly configured DNS record'),
    })
  })
})

describe('ListConflictingAliases', () => {
  test('half hides who holds the name or a wildcard over it', async () => {
    const { zone, certificate, issueCertificate, createDistribution, run } = await certificateFixture()
    const theirs = await issueCertificate(zone, { DomainName: '*.example.com' }, strangerInVirginia)
    const held = ['other.example.com', name, '*.example.com']
    const holder = await createDistribution(aliasFor(held, theirs), stranger)
    const mine = await createDistribution(aliasFor([], certificate))

    const output = await run<ListConflictingAliasesResult>('cloudfront', 'ListConflictingAliases', {
      DistributionId: mine.Distribution?.Id,
      Alias: name,
    })

    const DistributionId = `*******${holder.Distribution?.Id?.slice(7)}`
    expect(output.ConflictingAliasesList).toEqual({
      MaxItems: 100,
      Quantity: 2,
      Items: [
        { Alias: '*.example.com', DistributionId, AccountId: '******111111' },
        { Alias: name, DistributionId, AccountId: '******111111' },
      ],
    })
  })

  test('wants a distribution whose certificate covers the alias', async () => {
    const { run, createDistribution } = hostingFixture()
    const { Distribution } = await createDistribution({})
    await expect(
      run('cloudfront', 'ListConflictingAliases', { DistributionId: Distribution?.Id, Alias: name }),
    ).rejects.toMatchObject({ code: 'InvalidArgument' })
  })
})
