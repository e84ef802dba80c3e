import { describe, expect, test } from 'vitest'
import { ACCOUNT, HOUR, hostingFixture, MINUTE, SECOND, stack, virginia } from '../hosting.ts'

const DomainName = 'irsa.example.com'

describe('RequestCertificate', () => {
  test('answers an ARN of the region and account that asked', async () => {
    const { requestCertificate } = hostingFixture()
    expect(await requestCertificate({ DomainName })).toMatch(
      new RegExp(`^arn:aws:acm:us-east-1:${ACCOUNT}:certificate/[0-9a-f-]{36}$`),
    )
  })

  test('answers the same certificate to the same token within an hour, whatever else is asked', async () => {
    const { clock, requestCertificate } = hostingFixture()
    const first = await requestCertificate({ DomainName, IdempotencyToken: 'token' })

    clock.advance(HOUR - SECOND)

    expect(await requestCertificate({ DomainName: 'b.example.com', IdempotencyToken: 'token' })).toBe(first)
    expect(await requestCertificate({ DomainName, IdempotencyToken: 'other' })).not.toBe(first)
    expect(await requestCertificate({ DomainName, IdempotencyToken: 'token' }, stack)).not.toBe(first)
    clock.advance(SECOND)
    expect(await requestCertificate({ DomainName, IdempotencyToken: 'token' })).not.toBe(first)
  })

  test.each([
    [
      'a name of more than 64 characters',
      { DomainName: `${'a'.repeat(53)}.example.com` },
      'InvalidParameterException',
    ],
    ['a name that is none', { DomainName: 'example' }, 'ValidationException'],
    ['a token with a hyphen', { DomainName, IdempotencyToken: 'a-b' }, 'ValidationException'],
    ['a token of 33 characters', { DomainName, IdempotencyToken: 'a'.repeat(33) }, 'ValidationException'],
    ['a key that ACM does not issue', { DomainName, KeyAlgorithm: 'RSA_4096' }, 'InvalidParameterException'],
    [
      'more than ten names',
      {
        DomainName,
        SubjectAlternativeNames: Array.from({ length: 10 }, (_, index) => `n${index}.example.com`),
      },
      'LimitExceededException',
    ],
    ['a tag of the system', { DomainName, Tags: [{ Key: 'aws:x', Value: '' }] }, 'InvalidTagException'],
    [
      'more than 50 tags',
      { DomainName, Tags: Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}` })) },
      'TooManyTagsException',
    ],
    ['validation by e-mail', { DomainName, ValidationMethod: 'EMAIL' }, 'NotInLocalMode'],
  ])('refuses %s', async (_, input, code) => {
    const { requestCertificate } = hostingFixture()
    await expect(requestCertificate(input)).rejects.toMatchObject({ code })
  })

  test('takes a common name of exactly 64 characters', async () => {
    const { requestCertificate } = hostingFixture()
    await requestCertificate({ DomainName: `${'a'.repeat(52)}.example.com` })
  })

  test('stops at the quota of the region', async () => {
    const { requestCertificate } = hostingFixture({ quotas: { 'acm:certificates': 1 } })
    await requestCertificate({ DomainName })

    await expect(requestCertificate({ DomainName })).rejects.toMatchObject({
      code: 'LimitExceededException',
    })
    await requestCertificate({ DomainName }, stack)
  })

  test('asks IAM for the request with its names, and for the tags it brings', () => {
    const { asks } = hostingFixture()
    const tagged = { 'aws:RequestTag/team': 'a', 'aws:TagKeys': ['team'] }
    expect(
      asks(
        'acm',
        'RequestCertificate',
        { DomainName: 'IRSA.example.com', ValidationMethod: 'DNS', Tags: [{ Key: 'team', Value: 'a' }] },
        virginia,
      ),
    ).toEqual([
      {
        action: 'acm:RequestCertificate',
        resource: '*',
        context: {
          ...tagged,
          'acm:DomainNames': ['irsa.example.com'],
          'acm:ValidationMethod': 'DNS',
          'acm:KeyAlgorithm': 'RSA_2048',
          'acm:CertificateTransparencyLogging': 'ENABLED',
        },
      },
      {
        action: 'acm:AddTagsToCertificate',
        resource: `arn:aws:acm:us-east-1:${ACCOUNT}:certificate/*`,
        context: tagged,
      },
    ])
  })
})

describe('a certificate that was just requested', () => {
  test('is not found, then has no validation record, then has one', async () => {
    const { clock, requestCertificate, describeCertificate } = hostingFixture()
    const arn = await requestCertificate({ DomainName })
    await expect(describeCertificate(arn)).rejects.toMatchObject({ code: 'ResourceNotFoundException' })

    clock.advance(5 * SECOND)
    expect(await describeCertificate(arn)).toMatchObject({
      Status: 'PENDING_VALIDATION',
      DomainValidationOptions: [
        { DomainName, ValidationMethod: 'DNS', ValidationStatus: 'PENDING_VALIDATION' },
      ],
    })
    expect((await describeCertificate(arn)).DomainValidationOptions?.[0]?.ResourceRecord).toBeUndefined()

    clock.advance(5 * SECOND)
    const [option] = (await describeCertificate(arn)).DomainValidationOptions ?? []
    expect(option?.ResourceRecord).toEqual({
      Name: expect.stringMatching(/^_[0-9a-f]{32}\.irsa\.example\.com\.$/),
      Type: 'CNAME',
      Value: expect.stringMatching(/^_[0-9a-f]{32}\.[a-f]{10}\.acm-validations\.aws\.$/),
    })
  })

  test('asks for the same record as every other certificate of the account for that name, wildcard included', async () => {
    const { clock, requestCertificate, describeCertificate } = hostingFixture()
    const arns = [
      await requestCertificate({ DomainName: 'example.com', SubjectAlternativeNames: ['*.example.com'] }),
      await requestCertificate({ DomainName: 'example.com' }),
    ]
    clock.advance(MINUTE)

    const records = await Promise.all(
      arns.map(async (arn) =>
        (await describeCertificate(arn)).DomainValidationOptions?.map(({ ResourceRecord }) => ResourceRecord),
      ),
    )

    const [one, wildcard, other] = records.flat()
    expect(wildcard).toEqual(one)
    expect(other).toEqual(one)
  })
})
