import type { ListCertificatesResponse } from '@aws-sdk/client-acm'
import type { CreateDistributionResult } from '@aws-sdk/client-cloudfront'
import { describe, expect, test } from 'vitest'
import {
  ACCOUNT,
  aliasFor,
  callOf,
  distributionConfig,
  type HostingFixture,
  hostingFixture,
  MINUTE,
  OTHER_ACCOUNT,
  SECOND,
  stack,
  virginia,
} from '../hosting.ts'

const DomainName = 'irsa.example.com'

async function arnsOf({ run }: HostingFixture, input: object = {}, call = virginia) {
  const { CertificateSummaryList, NextToken } = await run<ListCertificatesResponse>(
    'acm',
    'ListCertificates',
    input,
    call,
  )
  return { arns: CertificateSummaryList?.map(({ CertificateArn }) => CertificateArn), NextToken }
}

describe('ListCertificates', () => {
  test('shows a certificate some seconds after its request', async () => {
    const fixture = hostingFixture()
    const arn = await fixture.requestCertificate({ DomainName })

    expect((await arnsOf(fixture)).arns).toEqual([])
    fixture.clock.advance(5 * SECOND)
    expect((await arnsOf(fixture)).arns).toEqual([arn])
    expect((await arnsOf(fixture, {}, stack)).arns).toEqual([])
  })

  test('leaves out other key types unless they are named', async () => {
    const fixture = hostingFixture()
    const rsa = await fixture.requestCertificate({ DomainName })
    const curve = await fixture.requestCertificate({ DomainName, KeyAlgorithm: 'EC_prime256v1' })
    fixture.clock.advance(MINUTE)

    expect((await arnsOf(fixture)).arns).toEqual([rsa])
    expect((await arnsOf(fixture, { Includes: { keyTypes: ['EC_prime256v1'] } })).arns).toEqual([curve])
    const both = await arnsOf(fixture, { Includes: { keyTypes: ['RSA_2048', 'EC_prime256v1'] } })
    expect(both.arns?.sort()).toEqual([rsa, curve].sort())
  })

  test('filters by status', async () => {
    const fixture = hostingFixture()
    const pending = await fixture.requestCertificate({ DomainName })
    fixture.clock.advance(MINUTE)

    expect((await arnsOf(fixture, { CertificateStatuses: ['ISSUED'] })).arns).toEqual([])
    expect((await arnsOf(fixture, { CertificateStatuses: ['ISSUED', 'PENDING_VALIDATION'] })).arns).toEqual([
      pending,
    ])
  })

  test('pages', async () => {
    const fixture = hostingFixture()
    const requested = await Promise.all(
      ['a', 'b', 'c'].map((name) => fixture.requestCertificate({ DomainName: `${name}.example.com` })),
    )
    fixture.clock.advance(MINUTE)

    const first = await arnsOf(fixture, { MaxItems: 2 })
    const second = await arnsOf(fixture, { MaxItems: 2, NextToken: first.NextToken })

    expect(first.arns).toHaveLength(2)
    expect(second.NextToken).toBeUndefined()
    expect([...(first.arns ?? []), ...(second.arns ?? [])].sort()).toEqual(requested.sort())
  })
})

describe('DescribeCertificate', () => {
  test('finds nothing in another region or account', async () => {
    const { clock, requestCertificate, describeCertificate } = hostingFixture()
    const arn = await requestCertificate({ DomainName })
    clock.advance(MINUTE)

    for (const call of [stack, callOf(OTHER_ACCOUNT, 'us-east-1')])
      await expect(describeCertificate(arn, call)).rejects.toMatchObject({
        code: 'ResourceNotFoundException',
      })
    await expect(describeCertificate('certificate')).rejects.toMatchObject({ code: 'InvalidArnException' })
  })

  test("asks IAM with the certificate's tags", async () => {
    const { asks, requestCertificate } = hostingFixture()
    const arn = await requestCertificate({ DomainName, Tags: [{ Key: 'team', Value: 'a' }] })
    expect(asks('acm', 'DescribeCertificate', { CertificateArn: arn }, virginia)).toEqual([
      {
        action: 'acm:DescribeCertificate',
        resource: arn,
        context: { 'aws:ResourceTag/team': 'a' },
        owner: ACCOUNT,
      },
    ])
  })
})

describe('DeleteCertificate', () => {
  test('is refused while a distribution uses it, and for a while after that one is deleted', async () => {
    const { clock, run, createZone, issueCertificate, createDistribution } = hostingFixture()
    const arn = await issueCertificate(await createZone('example.com'), { DomainName })
    const config = aliasFor([DomainName], arn)
    const created = await createDistribution(config)
    const remove = () => run('acm', 'DeleteCertificate', { CertificateArn: arn }, virginia)
    await expect(remove()).rejects.toMatchObject({
      code: 'ResourceInUseException',
      message: `Certificate ${arn} in account ${ACCOUNT} is in use.`,
    })

    const Id = created.Distribution?.Id
    const disabled = await run<CreateDistributionResult>('cloudfront', 'UpdateDistribution', {
      Id,
      IfMatch: created.ETag,
      DistributionConfig: { ...distributionConfig(config), Enabled: false },
    })
    clock.advance(5 * MINUTE)
    await run('cloudfront', 'DeleteDistribution', { Id, IfMatch: disabled.ETag })
    await expect(remove()).rejects.toMatchObject({ code: 'ResourceInUseException' })
    clock.advance(MINUTE)

    await remove()
    await expect(remove()).rejects.toMatchObject({ code: 'ResourceNotFoundException' })
  })

  test('counts the configuration that is still served', async () => {
    const { clock, run, createZone, issueCertificate, createDistribution } = hostingFixture()
    const arn = await issueCertificate(await createZone('example.com'), { DomainName })
    const created = await createDistribution(aliasFor([DomainName], arn))
    clock.advance(5 * MINUTE)
    await run('cloudfront', 'UpdateDistribution', {
      Id: created.Distribution?.Id,
      IfMatch: created.ETag,
      DistributionConfig: distributionConfig(),
    })
    const remove = () => run('acm', 'DeleteCertificate', { CertificateArn: arn }, virginia)

    await expect(remove()).rejects.toMatchObject({ code: 'ResourceInUseException' })
    clock.advance(5 * MINUTE)
    await remove()
  })

  test('gives its idempotency token free', async () => {
    const { clock, run, requestCertificate } = hostingFixture()
    const input = { DomainName, IdempotencyToken: 'token' }
    const first = await requestCertificate(input)
    clock.advance(MINUTE)
    await run('acm', 'DeleteCertificate', { CertificateArn: first }, virginia)

    expect(await requestCertificate(input)).not.toBe(first)
  })
})

describe('tags', () => {
  test('come with the request, are added and removed; a value that does not match keeps its tag', async () => {
    const { clock, run, requestCertificate } = hostingFixture()
    const CertificateArn = await requestCertificate({ DomainName, Tags: [{ Key: 'a', Value: '1' }] })
    clock.advance(MINUTE)
    const change = (operation: string, Tags: object[]) =>
      run('acm', operation, { CertificateArn, Tags }, virginia)

    await change('AddTagsToCertificate', [{ Key: 'b', Value: '2' }, { Key: 'c' }])
    await change('RemoveTagsFromCertificate', [
      { Key: 'a', Value: 'other' },
      { Key: 'b', Value: '2' },
    ])

    expect(await run('acm', 'ListTagsForCertificate', { CertificateArn }, virginia)).toEqual({
      Tags: [
        { Key: 'a', Value: '1' },
        { Key: 'c', Value: '' },
      ],
    })
  })
})
