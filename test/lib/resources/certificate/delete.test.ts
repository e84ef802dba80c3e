import { DeleteCertificateCommand, ListCertificatesCommand } from '@aws-sdk/client-acm'
import { ListHostedZonesByNameCommand, ListResourceRecordSetsCommand } from '@aws-sdk/client-route-53'
import { describe, expect, test } from 'vitest'
import { refusal, sent, sentNames } from '../../aws/sdk.ts'
import { CERTIFICATE_ARN, DISTRIBUTION_ARN, golem, HOST } from '../golem.ts'
import { FIND_ZONE, recordPage, zones } from '../hosted-zone.ts'
import {
  arn,
  CLUSTER,
  changeOf,
  FIND_RECORD,
  held,
  holding,
  LIST,
  LISTED_RECORD,
  NOT_OURS,
  PENDING,
  readOf,
  theCertificate,
  UNOFFERED,
} from './fixture.ts'

const DELETE = ['DeleteCertificate', { CertificateArn: CERTIFICATE_ARN }]

const RECORDED = { certificateArn: CERTIFICATE_ARN, notAfter: '2026-06-01T00:00:00.000Z' }

describe('delete', () => {
  test('takes the validation record away with the values that were read, then the certificate', async () => {
    const record = { ...LISTED_RECORD, TTL: 60 }
    const { acm, route53, certificate } = theCertificate([held()], [record])

    await certificate.delete(CLUSTER)

    expect(sent(acm, route53)).toEqual([
      LIST,
      ...readOf(CERTIFICATE_ARN),
      ...FIND_ZONE,
      FIND_RECORD,
      changeOf('DELETE', record),
      DELETE,
    ])
  })

  test.each([
    ['outputs', { outputs: { certificate: { ...RECORDED, hostedZoneId: 'Z1' } } }],
    [
      'the hint of a run that was not finished',
      { hint: { certificateArn: CERTIFICATE_ARN, hostedZoneId: 'Z1' } },
    ],
  ])(
    'takes the record from the zone that %s tell of, which the account may not use any more',
    async (_, kept) => {
      const closed = [{ id: 'Z1', name: 'gigantic.io', usedBy: ['444455556666'] }]
      const { acm, route53, certificate } = theCertificate([held()], [LISTED_RECORD], closed)

      await certificate.delete(golem(kept))

      expect(sent(acm, route53)).toEqual([
        LIST,
        ...readOf(CERTIFICATE_ARN),
        FIND_RECORD,
        changeOf('DELETE', LISTED_RECORD),
        DELETE,
      ])
    },
  )

  test('leaves the record where it is forced to', async () => {
    const { acm, route53, certificate } = theCertificate([held()], [LISTED_RECORD])

    await certificate.delete(golem({ leavesRecords: true }))

    expect(sent(acm, route53)).toEqual([LIST, ...readOf(CERTIFICATE_ARN), DELETE])
  })

  test('asks for no zone where it is forced to leave the record, while CloudFront uses the certificate', async () => {
    const { route53, certificate } = theCertificate([held({ InUseBy: [DISTRIBUTION_ARN] })])
    const cluster = golem({ leavesRecords: true })

    await certificate.delete(cluster)

    expect(await certificate.observe(cluster)).toMatchObject({ status: 'ready' })
    expect(sent(route53)).toEqual([])
  })

  test('throws HostedZoneWithdrawn when that zone is not in the list any more, and keeps the certificate, which has the record’s value', async () => {
    const other = [{ id: 'Z2', name: 'gigantic.io' }]
    const { acm, route53, certificate } = theCertificate([held()], [LISTED_RECORD], other)
    const cluster = golem({ outputs: { certificate: { ...RECORDED, hostedZoneId: 'Z1' } } })

    await expect(certificate.delete(cluster)).rejects.toMatchObject({ name: 'HostedZoneWithdrawn' })
    expect(sent(acm, route53)).toEqual([LIST, ...readOf(CERTIFICATE_ARN)])
  })

  test('is content when there is none, whatever zones there are', async () => {
    const { acm, route53, certificate } = theCertificate([])

    await certificate.delete(CLUSTER)

    expect(sent(acm, route53)).toEqual([LIST])
  })

  test('is content the second time', async () => {
    const { acm, route53, certificate } = theCertificate([held()], [LISTED_RECORD])

    await certificate.delete(CLUSTER)
    holding(acm, [])
    route53.on(ListResourceRecordSetsCommand).resolves(recordPage())
    await certificate.delete(CLUSTER)

    expect(acm.commandCalls(DeleteCertificateCommand)).toHaveLength(1)
  })

  test('is content when it goes meanwhile', async () => {
    const { acm, certificate } = theCertificate([held()], [LISTED_RECORD])
    acm.on(DeleteCertificateCommand).rejects(refusal('ResourceNotFoundException'))

    expect(await certificate.delete(CLUSTER)).toBeUndefined()
  })

  test.each(['FAILED', 'EXPIRED', 'REVOKED', 'VALIDATION_TIMED_OUT', 'PENDING_VALIDATION'] as const)(
    'takes one away that is %s',
    async (Status) => {
      const { acm, route53, certificate } = theCertificate([held({ Status })], [LISTED_RECORD])

      await certificate.delete(CLUSTER)

      expect(sent(acm, route53).slice(-2)).toEqual([changeOf('DELETE', LISTED_RECORD), DELETE])
    },
  )

  test('takes every one of ours away', async () => {
    const failed = held({ CertificateArn: arn('failed'), Status: 'FAILED' })
    const { acm, certificate } = theCertificate([failed, PENDING], [LISTED_RECORD])

    await certificate.delete(CLUSTER)

    const deleted = acm.commandCalls(DeleteCertificateCommand).map(({ args }) => args[0].input.CertificateArn)
    expect(deleted.toSorted()).toEqual([CERTIFICATE_ARN, arn('failed')])
  })

  test('takes the one away that the last create requested and no list shows', async () => {
    const { acm, certificate } = theCertificate([{ ...UNOFFERED, isListed: false }])

    await certificate.delete({ ...CLUSTER, hint: { certificateArn: CERTIFICATE_ARN } })

    expect(sent(acm).at(-1)).toEqual(DELETE)
  })

  test('takes it away without a record of it', async () => {
    const { acm, certificate } = theCertificate([held()], [LISTED_RECORD])

    await certificate.delete(golem())

    expect(sent(acm).at(-1)).toEqual(DELETE)
  })

  test('throws rather than believe a list that it could not read', async () => {
    const { acm, certificate } = theCertificate([held()])
    acm.on(ListCertificatesCommand).rejects(refusal('ThrottlingException'))

    await expect(certificate.delete(CLUSTER)).rejects.toMatchObject({ name: 'Throttled' })
  })

  test('goes on where it was throttled', async () => {
    const { acm, route53, certificate } = theCertificate([held()], [LISTED_RECORD])
    acm.on(DeleteCertificateCommand).rejectsOnce(refusal('ThrottlingException')).resolves({})

    await expect(certificate.delete(CLUSTER)).rejects.toMatchObject({ name: 'Throttled' })
    route53.on(ListResourceRecordSetsCommand).resolves(recordPage())
    await certificate.delete(CLUSTER)

    expect(sent(acm, route53).slice(-2)).toEqual([FIND_RECORD, DELETE])
  })
})

describe('while CloudFront uses it', () => {
  test('changes nothing, and leaves all to a later call', async () => {
    const { acm, route53, certificate } = theCertificate(
      [held({ InUseBy: [DISTRIBUTION_ARN] }), held({ CertificateArn: arn('second') })],
      [LISTED_RECORD],
    )

    expect(await certificate.delete(CLUSTER)).toBeUndefined()
    expect(sentNames(acm, route53)).not.toContain('DeleteCertificate')
    expect(sent(route53)).toEqual([])
  })

  test('leaves the rest to a later call also when ACM says so only at the deletion', async () => {
    const { acm, certificate } = theCertificate([held()], [LISTED_RECORD])
    acm.on(DeleteCertificateCommand).rejects(refusal('ResourceInUseException'))

    expect(await certificate.delete(CLUSTER)).toBeUndefined()
  })
})

describe('what is not ours', () => {
  test.each(NOT_OURS)(
    'stays: a certificate of the same name %s, and the record they share',
    async (_, tags) => {
      const { acm, route53, certificate } = theCertificate(
        [held({ CertificateArn: arn('foreign'), tags }), held()],
        [LISTED_RECORD],
      )

      await certificate.delete(CLUSTER)

      const deleted = acm.commandCalls(DeleteCertificateCommand).map(({ args }) => args[0].input)
      expect(deleted).toEqual([{ CertificateArn: CERTIFICATE_ARN }])
      expect(sentNames(route53)).not.toContain('ChangeResourceRecordSets')
    },
  )

  test.each([
    ['has the host among its further names', [HOST]],
    ['has the wildcard below the host, which is proven by the same record', [`*.${HOST}`]],
  ])('keeps the record when a certificate %s', async (_, further) => {
    const foreign = held({
      CertificateArn: arn('foreign'),
      DomainName: 'www.example.com',
      SubjectAlternativeNames: ['www.example.com', ...further],
      tags: [],
    })
    const { acm, route53, certificate } = theCertificate([foreign, held()], [LISTED_RECORD])

    await certificate.delete(CLUSTER)

    expect(sent(acm).at(-1)).toEqual(DELETE)
    expect(sentNames(route53)).not.toContain('ChangeResourceRecordSets')
  })

  test('stays: a record of the same name with another value', async () => {
    const other = { ...LISTED_RECORD, ResourceRecords: [{ Value: 'other.acm-validations.aws.' }] }
    const { acm, route53, certificate } = theCertificate([held()], [other])

    await certificate.delete(CLUSTER)

    expect(sentNames(route53)).not.toContain('ChangeResourceRecordSets')
    expect(sent(acm).at(-1)).toEqual(DELETE)
  })

  test('is all there is: nothing is changed', async () => {
    const { acm, route53, certificate } = theCertificate([held({ tags: [] })], [LISTED_RECORD])

    await certificate.delete({ ...CLUSTER, hint: { certificateArn: CERTIFICATE_ARN } })

    expect(sent(acm, route53)).toEqual([LIST, ...readOf(CERTIFICATE_ARN)])
  })
})

describe('the record', () => {
  test('is no reason to stop when its zone has gone', async () => {
    const { acm, route53, certificate } = theCertificate([held()])
    route53.on(ListHostedZonesByNameCommand).resolves(zones())

    await certificate.delete(CLUSTER)

    expect(sent(acm).at(-1)).toEqual(DELETE)
  })

  test('is not looked for when ACM never offered it', async () => {
    const { acm, route53, certificate } = theCertificate([UNOFFERED])

    await certificate.delete(CLUSTER)

    expect(sentNames(route53)).not.toContain('ListResourceRecordSets')
    expect(sent(acm).at(-1)).toEqual(DELETE)
  })
})
