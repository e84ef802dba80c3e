import type { CertificateStatus } from '@aws-sdk/client-acm'
import { ListHostedZonesByNameCommand } from '@aws-sdk/client-route-53'
import { describe, expect, test } from 'vitest'
import { sent } from '../../aws/sdk.ts'
import { golem, HOST } from '../golem.ts'
import { zone, zones } from '../hosted-zone.ts'
import {
  BEFORE,
  CLUSTER,
  DURING,
  held,
  LISTED_RECORD,
  OFFERED,
  PENDING,
  RUN_STARTED_AT,
  theCertificate,
  UNOFFERED,
} from './fixture.ts'

const CREATE_HAS_MORE_TO_DO = {
  status: 'pending',
  reason: `the validation record _x1.${HOST} is not written yet`,
  unfinished: true,
}

describe('observe, of one that is not issued', () => {
  test('is pending while ACM has not offered the validation record', async () => {
    const { route53, certificate } = theCertificate([UNOFFERED])

    expect(await certificate.observe(CLUSTER)).toEqual({
      status: 'pending',
      reason: 'ACM has not offered the validation record yet',
    })
    expect(sent(route53)).toEqual([])
  })

  test('is pending, with more for create to do, while its record is not there', async () => {
    const { certificate } = theCertificate([PENDING])

    expect(await certificate.observe(CLUSTER)).toEqual(CREATE_HAS_MORE_TO_DO)
  })

  test.each([
    ['no zone', []],
    ['only a private zone', [zone('Z1', 'gigantic.io', true)]],
  ])('leaves it to create to say that there is %s', async (_, found) => {
    const { route53, certificate } = theCertificate([PENDING], [LISTED_RECORD])
    route53.on(ListHostedZonesByNameCommand, { DNSName: 'gigantic.io' }).resolves(zones(...found))

    expect(await certificate.observe(CLUSTER)).toEqual(CREATE_HAS_MORE_TO_DO)
  })

  test('is pending until ACM has seen the record', async () => {
    const { certificate } = theCertificate([PENDING], [LISTED_RECORD])

    expect(await certificate.observe(CLUSTER)).toEqual({
      status: 'pending',
      reason: `ACM has not seen the validation record ${OFFERED.Name} yet`,
    })
  })

  test('is absent when it failed before this run began', async () => {
    const over: CertificateStatus[] = ['FAILED', 'VALIDATION_TIMED_OUT', 'EXPIRED', 'REVOKED', 'INACTIVE']
    const observed = over.map((Status) => {
      const { certificate } = theCertificate([held({ Status, CreatedAt: BEFORE })], [LISTED_RECORD])
      return certificate.observe(CLUSTER)
    })

    expect(await Promise.all(observed)).toEqual(over.map(() => ({ status: 'absent' })))
  })

  test('throws CertificateFailed with ACM’s reason when it failed during this run', async () => {
    const failed = held({ Status: 'FAILED', FailureReason: 'CAA_ERROR', CreatedAt: DURING })
    const { certificate } = theCertificate([failed], [LISTED_RECORD])

    await expect(certificate.observe(CLUSTER)).rejects.toMatchObject({
      name: 'CertificateFailed',
      message: `ACM refused the certificate for ${HOST}: CAA_ERROR.`,
    })
  })

  test('throws CertificateValidationTimedOut when it timed out during this run', async () => {
    const { certificate } = theCertificate([held({ Status: 'VALIDATION_TIMED_OUT', CreatedAt: DURING })])

    await expect(certificate.observe(CLUSTER)).rejects.toMatchObject({
      name: 'CertificateValidationTimedOut',
    })
  })

  test.each<CertificateStatus>(['EXPIRED', 'REVOKED', 'INACTIVE'])(
    'throws CertificateFailed when it became %s during this run',
    async (Status) => {
      const { certificate } = theCertificate([held({ Status, CreatedAt: DURING })])

      await expect(certificate.observe(CLUSTER)).rejects.toMatchObject({
        name: 'CertificateFailed',
        message: expect.stringContaining(Status),
      })
    },
  )

  test('counts as of this run from the moment that it began', async () => {
    const failed = held({ Status: 'FAILED', CreatedAt: new Date(RUN_STARTED_AT) })
    const { certificate } = theCertificate([failed])

    await expect(certificate.observe(CLUSTER)).rejects.toMatchObject({ name: 'CertificateFailed' })
  })

  test('is told as failed outside a run', async () => {
    const { certificate } = theCertificate([held({ Status: 'FAILED', CreatedAt: BEFORE })])

    await expect(certificate.observe(golem())).rejects.toMatchObject({ name: 'CertificateFailed' })
  })
})
