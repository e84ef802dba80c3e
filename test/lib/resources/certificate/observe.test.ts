import {
  DescribeCertificateCommand,
  ListCertificatesCommand,
  ListTagsForCertificateCommand,
} from '@aws-sdk/client-acm'
import { ListHostedZonesByNameCommand } from '@aws-sdk/client-route-53'
import { describe, expect, test } from 'vitest'
import { refusal, sent, sentNames } from '../../aws/sdk.ts'
import { CERTIFICATE_ARN, golem, HOST, TAG_LIST } from '../golem.ts'
import { FIND_ZONE, zone, zones } from '../hosted-zone.ts'
import {
  arn,
  CLUSTER,
  DURING,
  FIND_RECORD,
  held,
  LIST,
  LISTED_RECORD,
  NO_CERTIFICATE,
  NOT_OURS,
  OFFERED,
  PENDING,
  readOf,
  theCertificate,
} from './fixture.ts'

const READY = {
  status: 'ready',
  outputs: { certificateArn: CERTIFICATE_ARN, hostedZoneId: 'Z1', notAfter: '2026-06-01T00:00:00.000Z' },
  differences: [],
}
describe('which certificate', () => {
  test('finds ours by name and tags, and no difference when everything is as desired', async () => {
    const { acm, route53, certificate } = theCertificate([held()], [LISTED_RECORD])

    expect(await certificate.observe(CLUSTER)).toEqual(READY)
    expect(sent(acm, route53)).toEqual([LIST, ...readOf(CERTIFICATE_ARN), ...FIND_ZONE, FIND_RECORD])
  })

  test('says absent when none has the name, and asks only for those that have it', async () => {
    const { acm, route53, certificate } = theCertificate([
      held({ CertificateArn: arn('other'), DomainName: 'golem.gigantic.io' }),
    ])

    expect(await certificate.observe(CLUSTER)).toEqual({ status: 'absent' })
    expect(sent(acm, route53)).toEqual([LIST])
  })

  test('reads every page', async () => {
    const others = ['a', 'b'].map((id) => held({ CertificateArn: arn(id), DomainName: `${id}.example.com` }))
    const { acm, certificate } = theCertificate([...others, held()], [LISTED_RECORD])

    expect(await certificate.observe(CLUSTER)).toEqual(READY)
    expect(acm.commandCalls(ListCertificatesCommand)).toHaveLength(3)
  })

  test.each(NOT_OURS)('passes over one of the same name %s', async (_, tags) => {
    const { certificate } = theCertificate([held({ tags })], [LISTED_RECORD])

    expect(await certificate.observe(CLUSTER)).toEqual({ status: 'absent' })
  })

  test.each([
    ['the last create requested', { hint: { certificateArn: CERTIFICATE_ARN } }],
    ['was recorded', { outputs: { certificate: READY.outputs } }],
  ])('finds the one that %s although no list shows it', async (_, known) => {
    const { acm, certificate } = theCertificate([held({ isListed: false })], [LISTED_RECORD])

    expect(await certificate.observe({ ...CLUSTER, ...known })).toEqual(READY)
    expect(sent(acm)).toEqual([LIST, ...readOf(CERTIFICATE_ARN)])
  })

  test('reads a known one that is listed once', async () => {
    const { acm, certificate } = theCertificate([held()], [LISTED_RECORD])

    await certificate.observe({ ...CLUSTER, hint: { certificateArn: CERTIFICATE_ARN } })

    expect(sent(acm)).toEqual([LIST, ...readOf(CERTIFICATE_ARN)])
  })

  test.each(NOT_OURS)('believes no hint of one %s', async (_, tags) => {
    const { certificate } = theCertificate([held({ tags, isListed: false })], [LISTED_RECORD])

    expect(await certificate.observe({ ...CLUSTER, hint: { certificateArn: CERTIFICATE_ARN } })).toEqual({
      status: 'absent',
    })
  })

  test('says absent while ACM cannot describe the one that was just requested', async () => {
    const { acm, certificate } = theCertificate([])

    expect(await certificate.observe({ ...CLUSTER, hint: { certificateArn: CERTIFICATE_ARN } })).toEqual({
      status: 'absent',
    })
    expect(sent(acm)).toEqual([LIST, ...readOf(CERTIFICATE_ARN)])
  })

  test('says absent when it goes while it is read', async () => {
    const { acm, certificate } = theCertificate([held()], [LISTED_RECORD])
    acm.on(ListTagsForCertificateCommand).rejects(NO_CERTIFICATE)

    expect(await certificate.observe(CLUSTER)).toEqual({ status: 'absent' })
  })

  test('takes an issued one before one under way before one that failed', async () => {
    const failed = held({ CertificateArn: arn('failed'), Status: 'FAILED', CreatedAt: DURING })
    const { certificate } = theCertificate(
      [failed, { ...PENDING, CertificateArn: arn('pending') }, held()],
      [LISTED_RECORD],
    )
    const without = theCertificate([failed, PENDING], [LISTED_RECORD]).certificate

    expect(await certificate.observe(CLUSTER)).toEqual(READY)
    expect(await without.observe(CLUSTER)).toMatchObject({ status: 'pending' })
  })

  test('takes the newest of two that are issued', async () => {
    const { certificate } = theCertificate(
      [
        held({ CertificateArn: arn('older') }),
        held({ CreatedAt: DURING }),
        held({ CertificateArn: arn('z') }),
      ],
      [LISTED_RECORD],
    )

    expect(await certificate.observe(CLUSTER)).toEqual(READY)
  })
})

describe('differences', () => {
  test('names every tag that is missing, other or too much, and leaves AWS’s own out', async () => {
    const tags = [
      { Key: 'aws:cloudformation:stack-id', Value: '1' },
      ...TAG_LIST.slice(0, 2),
      { Key: 'team', Value: 'b' },
      { Key: 'cost', Value: '1' },
    ]
    const { certificate } = theCertificate([held({ tags })], [LISTED_RECORD])
    const cluster = golem({ tags: { team: 'a', owner: 'x' } })

    expect(await certificate.observe(cluster)).toEqual({
      ...READY,
      differences: [
        { field: 'Tags.cost', desired: undefined, observed: '1' },
        { field: 'Tags.owner', desired: 'x', observed: undefined },
        { field: 'Tags.team', desired: 'a', observed: 'b' },
      ],
    })
  })

  test('names the validation record when it has gone: ACM renews by it', async () => {
    const { certificate } = theCertificate([held()], [{ ...LISTED_RECORD, Name: `_x9.${HOST}.` }])

    expect(await certificate.observe(CLUSTER)).toEqual({
      ...READY,
      differences: [{ field: 'ValidationRecord', desired: `_x1.${HOST}`, observed: undefined }],
    })
  })

  test.each(['PENDING_VALIDATION', 'FAILED'] as const)('tells that the renewal is %s', async (status) => {
    const RenewalSummary = { RenewalStatus: status, DomainValidationOptions: [], UpdatedAt: DURING }
    const { certificate } = theCertificate([held({ RenewalSummary })], [LISTED_RECORD])

    expect(await certificate.observe(CLUSTER)).toEqual({
      ...READY,
      differences: [
        { field: 'RenewalSummary.RenewalStatus', desired: 'SUCCESS', observed: status, isBeyondUs: true },
      ],
    })
  })

  test('sees through case, the dot at the end and another TTL', async () => {
    const record = {
      ...LISTED_RECORD,
      TTL: 60,
      Name: OFFERED.Name.toUpperCase(),
      ResourceRecords: [{ Value: OFFERED.Value.replace(/\.$/, '') }],
    }
    const { certificate } = theCertificate([held()], [record])

    expect(await certificate.observe(CLUSTER)).toEqual(READY)
  })
})

type Stub = ReturnType<typeof theCertificate>['acm']
const THROTTLED = refusal('ThrottlingException')

describe('what AWS refuses', () => {
  test.each<[string, (acm: Stub) => unknown]>([
    ['ListCertificates', (acm) => acm.on(ListCertificatesCommand).rejects(THROTTLED)],
    ['DescribeCertificate', (acm) => acm.on(DescribeCertificateCommand).rejects(THROTTLED)],
    ['ListTagsForCertificate', (acm) => acm.on(ListTagsForCertificateCommand).rejects(THROTTLED)],
  ])('is thrown rather than taken for absent: %s is throttled', async (name, reject) => {
    const { acm, route53, certificate } = theCertificate([held()], [LISTED_RECORD])
    reject(acm)

    await expect(certificate.observe(CLUSTER)).rejects.toMatchObject({
      name: 'Throttled',
      message: expect.stringContaining(`acm:${name}`),
    })
    expect(sentNames(route53)).toEqual([])
  })

  test('is thrown when the zones are ambiguous', async () => {
    const { route53, certificate } = theCertificate([held()], [LISTED_RECORD])
    route53
      .on(ListHostedZonesByNameCommand, { DNSName: 'gigantic.io' })
      .resolves(zones(zone('Z1', 'gigantic.io'), zone('Z2', 'gigantic.io')))

    await expect(certificate.observe(CLUSTER)).rejects.toMatchObject({ name: 'HostedZoneAmbiguous' })
  })
})
