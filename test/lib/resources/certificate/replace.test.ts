import {
  type CertificateStatus,
  DeleteCertificateCommand,
  RequestCertificateCommand,
} from '@aws-sdk/client-acm'
import { describe, expect, test } from 'vitest'
import { refusal, sent } from '../../aws/sdk.ts'
import { CERTIFICATE_ARN } from '../golem.ts'
import { FIND_ZONE } from '../hosted-zone.ts'
import {
  arn,
  BEFORE,
  CLUSTER,
  DURING,
  held,
  holding,
  LIST,
  LISTED_RECORD,
  readOf,
  requestOf,
  theCertificate,
} from './fixture.ts'

const CUT_OFF = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })

describe('create in place of one that is over', () => {
  test.each<CertificateStatus>(['FAILED', 'VALIDATION_TIMED_OUT', 'EXPIRED', 'REVOKED'])(
    'is requested anew with another token, and the one that is %s deleted',
    async (Status) => {
      const { acm, route53, certificate } = theCertificate([held({ Status })], [LISTED_RECORD])

      expect(await certificate.create(CLUSTER)).toEqual({
        certificateArn: arn('new'),
        hostedZoneId: 'Z1',
        replaced: CERTIFICATE_ARN,
      })
      expect(sent(acm, route53)).toEqual([
        ...FIND_ZONE,
        LIST,
        ...readOf(CERTIFICATE_ARN),
        requestOf(CERTIFICATE_ARN),
        ['DeleteCertificate', { CertificateArn: CERTIFICATE_ARN }],
        ...readOf(arn('new')),
      ])
      expect(requestOf(CERTIFICATE_ARN)).not.toEqual(requestOf())
    },
  )

  test('stays while CloudFront uses it, so that the issuer goes on with what it has', async () => {
    const { acm, certificate } = theCertificate([held({ Status: 'EXPIRED' })], [LISTED_RECORD])
    acm.on(DeleteCertificateCommand).rejects(refusal('ResourceInUseException'))

    await certificate.create(CLUSTER)

    expect(sent(acm)).toContainEqual(requestOf(CERTIFICATE_ARN))
  })

  test('may be gone by the time it is to be deleted', async () => {
    const { acm, certificate } = theCertificate([held({ Status: 'FAILED' })], [LISTED_RECORD])
    acm.on(DeleteCertificateCommand).rejects(refusal('ResourceNotFoundException'))

    await certificate.create(CLUSTER)

    expect(sent(acm)).toContainEqual(requestOf(CERTIFICATE_ARN))
  })

  test('names the newest of those that failed in the new token, and all are deleted', async () => {
    const ids = ['a', 'b', 'c']
    const failed = ids.map((id) =>
      held({ CertificateArn: arn(id), Status: 'FAILED', CreatedAt: id === 'b' ? DURING : BEFORE }),
    )
    const { acm, certificate } = theCertificate(failed, [LISTED_RECORD])

    await certificate.create(CLUSTER)

    expect(sent(acm)).toContainEqual(requestOf(arn('b')))
    expect(acm.commandCalls(DeleteCertificateCommand)).toHaveLength(3)
  })

  test('is the same request after its answer was lost', async () => {
    const { acm, certificate } = theCertificate([])
    holdingUntilDeleted(acm)
    acm
      .on(RequestCertificateCommand)
      .rejectsOnce(CUT_OFF)
      .resolves({ CertificateArn: arn('new') })

    await expect(certificate.create(CLUSTER)).rejects.toMatchObject({ name: 'AwsUnavailable' })
    await certificate.create(CLUSTER)

    const again = requestOf(CERTIFICATE_ARN)
    expect(sent(acm).filter(([name]) => name === 'RequestCertificate')).toEqual([again, again])
  })

  test('is the same request while ACM shows neither the old nor the new one', async () => {
    const { acm, certificate } = theCertificate([])
    holdingUntilDeleted(acm)

    const hint = await certificate.create(CLUSTER)
    await certificate.create({ ...CLUSTER, hint })

    const again = requestOf(CERTIFICATE_ARN)
    expect(sent(acm).filter(([name]) => name === 'RequestCertificate')).toEqual([again, again])
  })

  function holdingUntilDeleted(acm: ReturnType<typeof theCertificate>['acm']): void {
    holding(acm, [held({ Status: 'FAILED' })])
    acm.on(DeleteCertificateCommand).callsFake(async () => {
      holding(acm, [])
      return {}
    })
  }
})
