import {
  AddTagsToCertificateCommand,
  DeleteCertificateCommand,
  RemoveTagsFromCertificateCommand,
  RequestCertificateCommand,
} from '@aws-sdk/client-acm'
import {
  ChangeResourceRecordSetsCommand,
  type HostedZone,
  ListHostedZonesByNameCommand,
  ListResourceRecordSetsCommand,
  type ResourceRecordSet,
} from '@aws-sdk/client-route-53'
import { describe, expect, test } from 'vitest'
import { createStep } from '../../../../lib/reconcile.ts'
import { refusal, sent, sentNames } from '../../aws/sdk.ts'
import { CERTIFICATE_ARN, HOST, TAG_LIST } from '../golem.ts'
import { FIND_ZONE, recordPage, zone, zones } from '../hosted-zone.ts'
import {
  arn,
  CLUSTER,
  changeOf,
  DESIRED_RECORD,
  FIND_RECORD,
  held,
  holding,
  LIST,
  LISTED_RECORD,
  NOT_OURS,
  PENDING,
  readOf,
  requestOf,
  theCertificate,
  UNOFFERED,
} from './fixture.ts'

const CUT_OFF = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })

describe('a certificate that is absent', () => {
  test('is requested with its tags, once a zone is found, and its ARN is the hint', async () => {
    const { acm, route53, certificate } = theCertificate([])

    expect(await certificate.create(CLUSTER)).toEqual({ certificateArn: arn('new'), hostedZoneId: 'Z1' })
    expect(sent(acm, route53)).toEqual([...FIND_ZONE, LIST, requestOf(), ...readOf(arn('new'))])
  })

  test('gets its validation record at once when ACM offers it at once', async () => {
    const { acm, route53, certificate } = theCertificate([
      { ...PENDING, CertificateArn: arn('new'), isListed: false },
    ])

    await certificate.create(CLUSTER)

    expect(sent(acm, route53)).toEqual([
      ...FIND_ZONE,
      LIST,
      requestOf(),
      ...readOf(arn('new')),
      FIND_RECORD,
      changeOf('CREATE', DESIRED_RECORD),
    ])
  })

  test.each(NOT_OURS)('is requested beside one of the same name %s, which is left alone', async (_, tags) => {
    const failed = held({ CertificateArn: arn('foreign'), Status: 'FAILED', tags })
    const { acm, certificate } = theCertificate([failed])

    await certificate.create(CLUSTER)

    expect(sent(acm)).toEqual([LIST, ...readOf(arn('foreign')), requestOf(), ...readOf(arn('new'))])
  })

  test('is the same request after its answer was lost', async () => {
    const { acm, certificate } = theCertificate([])
    acm
      .on(RequestCertificateCommand)
      .rejectsOnce(CUT_OFF)
      .resolves({ CertificateArn: arn('new') })

    await expect(certificate.create(CLUSTER)).rejects.toMatchObject({ name: 'AwsUnavailable' })
    expect(await certificate.create(CLUSTER)).toEqual({ certificateArn: arn('new'), hostedZoneId: 'Z1' })
    expect(sent(acm).filter(([name]) => name === 'RequestCertificate')).toEqual([requestOf(), requestOf()])
  })

  test('walks from the request through the offered record to issued', async () => {
    const { acm, route53, certificate } = theCertificate([])
    const requested = { ...UNOFFERED, CertificateArn: arn('new'), isListed: false }
    const hint = { certificateArn: arn('new') }

    expect(await createStep(certificate, CLUSTER)).toMatchObject({ status: 'pending', hint })
    holding(acm, [requested])
    expect(await createStep(certificate, { ...CLUSTER, hint })).toMatchObject({ status: 'pending', hint })
    expect(acm.commandCalls(RequestCertificateCommand)).toHaveLength(1)
    expect(route53.commandCalls(ChangeResourceRecordSetsCommand)).toHaveLength(0)

    holding(acm, [{ ...PENDING, CertificateArn: arn('new') }])
    await createStep(certificate, { ...CLUSTER, hint })
    expect(sent(route53)).toContainEqual(changeOf('CREATE', DESIRED_RECORD))
    expect(acm.commandCalls(RequestCertificateCommand)).toHaveLength(1)

    route53.on(ListResourceRecordSetsCommand).resolves(recordPage(LISTED_RECORD))
    holding(acm, [held({ CertificateArn: arn('new') })])
    expect(await createStep(certificate, { ...CLUSTER, hint })).toMatchObject({
      status: 'ready',
      outputs: { certificateArn: arn('new') },
    })
    expect(route53.commandCalls(ChangeResourceRecordSetsCommand)).toHaveLength(1)
  })
})

describe('a certificate that is there', () => {
  test('is left as it is when nothing is missing', async () => {
    const { acm, route53, certificate } = theCertificate([held()], [LISTED_RECORD])

    expect(await certificate.create(CLUSTER)).toEqual({ certificateArn: CERTIFICATE_ARN, hostedZoneId: 'Z1' })
    expect(sent(acm, route53)).toEqual([...FIND_ZONE, LIST, ...readOf(CERTIFICATE_ARN), FIND_RECORD])
  })

  test.each([
    ['under way', PENDING],
    ['issued', held()],
  ])('gets the record that is missing when it is %s', async (_, found) => {
    const { route53, certificate } = theCertificate([found])

    await certificate.create(CLUSTER)

    expect(sent(route53).at(-1)).toEqual(changeOf('CREATE', DESIRED_RECORD))
  })

  test('waits for the record that ACM has not offered', async () => {
    const { acm, route53, certificate } = theCertificate([UNOFFERED])

    expect(await certificate.create(CLUSTER)).toEqual({ certificateArn: CERTIFICATE_ARN, hostedZoneId: 'Z1' })
    expect(sent(acm, route53)).toEqual([...FIND_ZONE, LIST, ...readOf(CERTIFICATE_ARN)])
  })

  test('gets its tags back, and loses what is too much', async () => {
    const tags = [...TAG_LIST.slice(0, 2), { Key: 'team', Value: 'b' }, { Key: 'cost', Value: '1' }]
    const { acm, certificate } = theCertificate([held({ tags })], [LISTED_RECORD])

    await certificate.create(CLUSTER)

    expect(sent(acm).slice(3)).toEqual([
      ['AddTagsToCertificate', { CertificateArn: CERTIFICATE_ARN, Tags: [{ Key: 'team', Value: 'a' }] }],
      ['RemoveTagsFromCertificate', { CertificateArn: CERTIFICATE_ARN, Tags: [{ Key: 'cost' }] }],
    ])
  })

  test.each([
    ['AddTagsToCertificate', AddTagsToCertificateCommand],
    ['RemoveTagsFromCertificate', RemoveTagsFromCertificateCommand],
  ])('throws ConcurrentChange when it goes before %s', async (_, command) => {
    const tags = [...TAG_LIST.slice(0, 2), { Key: 'cost', Value: '1' }]
    const { acm, certificate } = theCertificate([held({ tags })], [LISTED_RECORD])
    acm.on(command).rejects(refusal('ResourceNotFoundException'))

    await expect(certificate.create(CLUSTER)).rejects.toMatchObject({ name: 'ConcurrentChange' })
  })

  test('has others of ours that failed deleted', async () => {
    const failed = held({ CertificateArn: arn('failed'), Status: 'FAILED' })
    const { acm, certificate } = theCertificate([failed, held()], [LISTED_RECORD])

    expect(await certificate.create(CLUSTER)).toEqual({ certificateArn: CERTIFICATE_ARN, hostedZoneId: 'Z1' })
    expect(sentNames(acm)).not.toContain('RequestCertificate')
    expect(sent(acm).at(-1)).toEqual(['DeleteCertificate', { CertificateArn: arn('failed') }])
  })
})

describe('the zone', () => {
  test.each<[string, HostedZone[]]>([
    ['HostedZoneNotFound', []],
    ['HostedZonePrivate', [zone('Z1', 'gigantic.io', true)]],
    ['HostedZoneAmbiguous', [zone('Z1', 'gigantic.io'), zone('Z2', 'gigantic.io')]],
  ])('is looked for before anything is requested: %s', async (name, found) => {
    const { acm, route53, certificate } = theCertificate([])
    route53.on(ListHostedZonesByNameCommand, { DNSName: 'gigantic.io' }).resolves(zones(...found))

    await expect(certificate.create(CLUSTER)).rejects.toMatchObject({ name })
    expect(sent(acm)).toEqual([])
  })

  test('is the one with the longest name', async () => {
    const { route53, certificate } = theCertificate([PENDING])
    const both = zones(zone('Z1', 'gigantic.io'), zone('Z2', 'golem.gigantic.io'))
    route53.on(ListHostedZonesByNameCommand).resolves(both)

    await certificate.create(CLUSTER)

    const [call] = route53.commandCalls(ChangeResourceRecordSetsCommand)
    expect(call?.args[0].input.HostedZoneId).toBe('Z2')
  })
})

describe('the validation record', () => {
  test.each<[string, ResourceRecordSet]>([
    ['another value', { ...LISTED_RECORD, ResourceRecords: [{ Value: 'other.acm-validations.aws.' }] }],
    ['a text', { Name: LISTED_RECORD.Name, Type: 'TXT', TTL: 60, ResourceRecords: [{ Value: '"x"' }] }],
  ])('is never overwritten: RecordTaken when its name has %s', async (_, record) => {
    const { route53, certificate } = theCertificate([PENDING], [record])

    await expect(certificate.create(CLUSTER)).rejects.toMatchObject({
      name: 'RecordTaken',
      message: expect.stringContaining(`_x1.${HOST}`),
    })
    expect(route53.commandCalls(ChangeResourceRecordSetsCommand)).toEqual([])
  })

  test('may have been made since it was looked for: the answer was lost, or another certificate needs it', async () => {
    const { route53, certificate } = theCertificate([PENDING])
    route53.on(ListResourceRecordSetsCommand).resolvesOnce(recordPage()).resolves(recordPage(LISTED_RECORD))
    route53.on(ChangeResourceRecordSetsCommand).rejects(refusal('InvalidChangeBatch', 'already exists'))

    expect(await certificate.create(CLUSTER)).toEqual({ certificateArn: CERTIFICATE_ARN, hostedZoneId: 'Z1' })
  })
})

describe('what ACM refuses', () => {
  test.each([
    ['LimitExceededException', 400, 'QuotaExceeded'],
    ['ThrottlingException', 400, 'Throttled'],
    ['AccessDeniedException', 400, 'AccessDenied'],
    ['InvalidParameterException', 400, 'AwsRefused'],
  ])('a request: %s', async (code, status, name) => {
    const { acm, certificate } = theCertificate([])
    acm.on(RequestCertificateCommand).rejects(refusal(code, 'no', status))

    await expect(certificate.create(CLUSTER)).rejects.toMatchObject({
      name,
      message: expect.stringContaining('acm:RequestCertificate'),
    })
  })

  test('a deletion in between, and requests nothing twice because of it', async () => {
    const { acm, certificate } = theCertificate([held({ Status: 'FAILED' })], [LISTED_RECORD])
    acm.on(DeleteCertificateCommand).rejectsOnce(refusal('ThrottlingException')).resolves({})

    await expect(certificate.create(CLUSTER)).rejects.toMatchObject({ name: 'Throttled' })
    await certificate.create(CLUSTER)

    const requests = acm.commandCalls(RequestCertificateCommand)
    expect(new Set(requests.map(({ args }) => args[0].input.IdempotencyToken)).size).toBe(1)
  })
})
