import { describe, expect, test } from 'vitest'
import {
  aliasFor,
  cloudFrontAlias,
  DAY,
  HOUR,
  hostingFixture,
  MINUTE,
  SECOND,
  upsert,
  virginia,
} from '../hosting.ts'

const DomainName = 'irsa.example.com'

async function zoneFixture() {
  const fixture = hostingFixture()
  return { ...fixture, zone: await fixture.createZone('example.com') }
}

describe('validation', () => {
  test('needs the record in the public DNS, not only in the zone', async () => {
    const { clock, zone, requestCertificate, describeCertificate, changeRecords } = await zoneFixture()
    const arn = await requestCertificate({ DomainName })
    clock.advance(15 * SECOND)
    const [option] = (await describeCertificate(arn)).DomainValidationOptions ?? []
    clock.advance(30 * SECOND)
    await changeRecords(zone, [upsert('CNAME', option?.ResourceRecord?.Name, option?.ResourceRecord?.Value)])

    clock.advance(20 * SECOND)
    expect(await describeCertificate(arn)).toMatchObject({ Status: 'PENDING_VALIDATION' })

    clock.advance(MINUTE)
    const issued = await describeCertificate(arn)
    expect(issued).toMatchObject({
      Status: 'ISSUED',
      KeyAlgorithm: 'RSA-2048',
      Type: 'AMAZON_ISSUED',
      InUseBy: [],
      RenewalEligibility: 'INELIGIBLE',
      DomainValidationOptions: [{ ValidationStatus: 'SUCCESS' }],
    })
    const days = (Number(issued.NotAfter) - Number(issued.NotBefore)) / DAY
    expect(Math.ceil(days)).toBe(198)
  })

  test('does not take another value in the record', async () => {
    const { clock, zone, requestCertificate, describeCertificate, changeRecords } = await zoneFixture()
    const arn = await requestCertificate({ DomainName })
    clock.advance(15 * SECOND)
    const [option] = (await describeCertificate(arn)).DomainValidationOptions ?? []
    await changeRecords(zone, [upsert('CNAME', option?.ResourceRecord?.Name, '_0.acm-validations.aws')])

    clock.advance(10 * MINUTE)

    expect(await describeCertificate(arn)).toMatchObject({ Status: 'PENDING_VALIDATION' })
  })

  test('needs the record of every name', async () => {
    const { clock, zone, requestCertificate, describeCertificate, changeRecords } = await zoneFixture()
    const arn = await requestCertificate({ DomainName, SubjectAlternativeNames: ['other.example.com'] })
    clock.advance(15 * SECOND)
    const options = (await describeCertificate(arn)).DomainValidationOptions ?? []
    const records = options.map(({ ResourceRecord }) =>
      upsert('CNAME', ResourceRecord?.Name, ResourceRecord?.Value),
    )

    await changeRecords(zone, records.slice(0, 1))
    clock.advance(5 * MINUTE)
    expect(await describeCertificate(arn)).toMatchObject({ Status: 'PENDING_VALIDATION' })

    await changeRecords(zone, records.slice(1))
    clock.advance(5 * MINUTE)
    expect(await describeCertificate(arn)).toMatchObject({ Status: 'ISSUED' })
  })

  test('of a second certificate needs no second record', async () => {
    const { clock, zone, issueCertificate, requestCertificate, describeCertificate } = await zoneFixture()
    await issueCertificate(zone, { DomainName })

    const second = await requestCertificate({ DomainName })
    clock.advance(MINUTE)

    expect(await describeCertificate(second)).toMatchObject({ Status: 'ISSUED' })
  })

  test('times out after 72 hours, for good', async () => {
    const { clock, zone, requestCertificate, describeCertificate, changeRecords } = await zoneFixture()
    const arn = await requestCertificate({ DomainName })
    clock.advance(72 * HOUR - SECOND)
    const [option] = (await describeCertificate(arn)).DomainValidationOptions ?? []
    expect(await describeCertificate(arn)).toMatchObject({ Status: 'PENDING_VALIDATION' })

    clock.advance(SECOND)
    await changeRecords(zone, [upsert('CNAME', option?.ResourceRecord?.Name, option?.ResourceRecord?.Value)])
    clock.advance(HOUR)

    expect(await describeCertificate(arn)).toMatchObject({
      Status: 'VALIDATION_TIMED_OUT',
      DomainValidationOptions: [{ ValidationStatus: 'FAILED' }],
    })
  })
})

describe('CAA', () => {
  test.each([
    ['forbids Amazon', 'example.com', ['0 issue "letsencrypt.org"'], 'FAILED'],
    ['forbids everyone', 'example.com', ['0 issue ";"'], 'FAILED'],
    [
      'allows Amazon among others',
      'example.com',
      ['0 issue "letsencrypt.org"', '0 issue "amazon.com"'],
      'ISSUED',
    ],
    ['allows Amazon under another of its names', 'example.com', ['0 issue "awstrust.com"'], 'ISSUED'],
    ['says nothing of issuing', 'example.com', ['0 iodef "mailto:a@example.com"'], 'ISSUED'],
    ['forbids only wildcards', 'example.com', ['0 issuewild ";"'], 'ISSUED'],
    ['of another name forbids', 'other.example.com', ['0 issue ";"'], 'ISSUED'],
  ])('that %s: the certificate is as it should be', async (_, name, values, status) => {
    const { clock, zone, changeRecords, issueCertificate, describeCertificate } = await zoneFixture()
    await changeRecords(zone, [upsert('CAA', name, ...values)])
    clock.advance(MINUTE)

    const certificate = await describeCertificate(await issueCertificate(zone, { DomainName }))

    expect(certificate.Status).toBe(status)
    expect(certificate.FailureReason).toBe(status === 'FAILED' ? 'CAA_ERROR' : undefined)
  })

  test('nearer to the name overrules the parent', async () => {
    const { clock, zone, changeRecords, issueCertificate, describeCertificate } = await zoneFixture()
    await changeRecords(zone, [
      upsert('CAA', 'example.com', '0 issue ";"'),
      upsert('CAA', DomainName, '0 issue "amazon.com"'),
    ])
    clock.advance(MINUTE)

    expect(await describeCertificate(await issueCertificate(zone, { DomainName }))).toMatchObject({
      Status: 'ISSUED',
    })
  })

  test('issuewild decides for a wildcard', async () => {
    const { clock, zone, changeRecords, issueCertificate, describeCertificate } = await zoneFixture()
    await changeRecords(zone, [upsert('CAA', 'example.com', '0 issue "amazon.com"', '0 issuewild ";"')])
    clock.advance(MINUTE)

    const arn = await issueCertificate(zone, { DomainName: '*.example.com' })

    expect(await describeCertificate(arn)).toMatchObject({ Status: 'FAILED', FailureReason: 'CAA_ERROR' })
  })
})

describe('renewal', () => {
  async function inUse() {
    const fixture = await zoneFixture()
    const { zone, issueCertificate, createDistribution, changeRecords, clock } = fixture
    const arn = await issueCertificate(zone, { DomainName })
    const { Distribution } = await createDistribution(aliasFor([DomainName], arn))
    await changeRecords(zone, [cloudFrontAlias('CREATE', DomainName, Distribution?.DomainName ?? '')])
    clock.advance(5 * MINUTE)
    return { ...fixture, arn, distributionArn: Distribution?.ARN }
  }

  test('happens 45 days before the end while a distribution uses the certificate', async () => {
    const { clock, arn, distributionArn, describeCertificate } = await inUse()
    const before = await describeCertificate(arn)
    expect(before).toMatchObject({ RenewalEligibility: 'ELIGIBLE', InUseBy: [distributionArn] })

    clock.advance(150 * DAY)
    expect((await describeCertificate(arn)).RenewalSummary).toBeUndefined()
    clock.advance(5 * DAY)

    const after = await describeCertificate(arn)
    expect(after.RenewalSummary?.RenewalStatus).toBe('SUCCESS')
    expect(Number(after.NotAfter)).toBeGreaterThan(Number(before.NotAfter) + 100 * DAY)
  })

  test('waits for the validation record, and the certificate expires without it', async () => {
    const { clock, zone, arn, describeCertificate, changeRecords } = await inUse()
    const [option] = (await describeCertificate(arn)).DomainValidationOptions ?? []
    const record = upsert('CNAME', option?.ResourceRecord?.Name, option?.ResourceRecord?.Value)
    await changeRecords(zone, [{ ...record, Action: 'DELETE' }])

    clock.advance(160 * DAY)
    expect((await describeCertificate(arn)).RenewalSummary).toMatchObject({
      RenewalStatus: 'PENDING_VALIDATION',
    })
    clock.advance(60 * DAY)

    expect(await describeCertificate(arn)).toMatchObject({ Status: 'EXPIRED' })
  })

  test('never happens for a certificate that nothing uses', async () => {
    const { clock, zone, run, issueCertificate, describeCertificate } = await zoneFixture()
    const arn = await issueCertificate(zone, { DomainName })

    clock.advance(200 * DAY)

    expect(await describeCertificate(arn)).toMatchObject({ Status: 'EXPIRED' })
    await run('acm', 'DeleteCertificate', { CertificateArn: arn }, virginia)
  })
})
