import { ACMClient, type CertificateSummary, ListCertificatesCommand } from '@aws-sdk/client-acm'
import {
  CloudFrontClient,
  type DistributionSummary,
  ListDistributionsCommand,
} from '@aws-sdk/client-cloudfront'
import { GetAccountSummaryCommand, IAMClient, ListOpenIDConnectProvidersCommand } from '@aws-sdk/client-iam'
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3'
import { ListServiceQuotasCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas'
import { mockClient } from 'aws-sdk-client-mock'
import { describe, expect, test } from 'vitest'
import { partitionOf } from '../../lib/aws/partitions.ts'
import { AccessDenied, Throttled } from '../../lib/errors.ts'
import { type ClusterCertificate, measure } from '../../lib/measure.ts'
import type { QuotaUse } from '../../lib/quotas.ts'
import { type Approval, putRoleRequest } from '../../lib/registry/roles.ts'
import { refusal, sentNames } from './aws/sdk.ts'
import { clusterRecord } from './ops/fixture.ts'
import { aRoleRequest, aTable, putCluster } from './registry/registry.ts'
import { STACK } from './resources/golem.ts'

const NOW = new Date('2026-01-31T12:00:00Z')
const ARN = 'arn:aws:acm:us-east-1:000000000000:certificate/'

const certificate = (id: string, NotAfter?: string): CertificateSummary => ({
  CertificateArn: `${ARN}${id}`,
  ...(NotAfter !== undefined && { NotAfter: new Date(NotAfter) }),
})

/** Only what is looked at. */
function distribution(Comment: string, OriginAccessControlId: string, certificateId: string) {
  return {
    Comment,
    Origins: { Quantity: 1, Items: [{ Id: 'bucket', DomainName: 'b', OriginAccessControlId }] },
    ViewerCertificate: { ACMCertificateArn: `${ARN}${certificateId}` },
  } as DistributionSummary
}

const OURS = STACK.originAccessControlId
const CERTIFICATES = [
  certificate('1', '2026-03-12T12:00:00Z'),
  certificate('2', '2026-01-30T00:00:00Z'),
  certificate('3'),
  certificate('4', '2026-02-01T12:00:00Z'),
]
const DISTRIBUTIONS = [
  distribution('irsa irsa-dev golem', OURS, '1'),
  distribution('irsa irsa-dev gaia', OURS, '2'),
  distribution('irsa irsa-prod golem', 'E9', '4'),
]

/** An account, and what is measured of it. */
async function theAccount(stack = STACK) {
  const table = await aTable()
  const iam = new IAMClient({ region: 'us-east-1' })
  const acm = new ACMClient({ region: 'us-east-1' })
  const cloudFront = new CloudFrontClient({ region: 'us-east-1' })
  const s3 = new S3Client({ region: STACK.region })
  const serviceQuotas = new ServiceQuotasClient({ region: 'us-east-1' })
  const mocks = {
    iam: mockClient(iam),
    acm: mockClient(acm),
    cloudFront: mockClient(cloudFront),
    s3: mockClient(s3),
    serviceQuotas: mockClient(serviceQuotas),
  }
  mocks.iam.on(GetAccountSummaryCommand).resolves({ SummaryMap: { Roles: 812, RolesQuota: 1000 } })
  mocks.iam.on(ListOpenIDConnectProvidersCommand).resolves({ OpenIDConnectProviderList: [{}, {}] })
  mocks.acm.on(ListCertificatesCommand).resolves({ CertificateSummaryList: CERTIFICATES })
  mocks.cloudFront
    .on(ListDistributionsCommand)
    .resolves({ DistributionList: { Items: DISTRIBUTIONS, IsTruncated: false } as never })
  mocks.s3
    .on(ListBucketsCommand, { MaxBuckets: 1000 })
    .resolves({ Buckets: [{}, {}, {}], ContinuationToken: 'more' })
    .on(ListBucketsCommand, { MaxBuckets: 1000, ContinuationToken: 'more' })
    .resolves({ Buckets: [{}] })
  mocks.serviceQuotas
    .on(ListServiceQuotasCommand, { ServiceCode: 'iam' })
    .resolves({ Quotas: [{ QuotaCode: 'L-858F3967', Value: 700 }] })
    .on(ListServiceQuotasCommand, { ServiceCode: 'acm' })
    .resolves({ Quotas: [{ QuotaCode: 'L-F141DD1D', Value: 3000 }] })
    .on(ListServiceQuotasCommand, { ServiceCode: 'cloudfront' })
    .resolves({
      Quotas: [
        { QuotaCode: 'L-24B04930', Value: 600 },
        { QuotaName: 'Distributions associated with the same origin access control', Value: 200 },
      ],
    })
    .on(ListServiceQuotasCommand, { ServiceCode: 's3' })
    .resolves({ Quotas: [] })
  const quotas: Record<string, QuotaUse> = {}
  const certificates: ClusterCertificate[] = []
  const waited: number[] = []
  return {
    table,
    mocks,
    quotas,
    certificates,
    waited,
    measure: () =>
      measure({
        stack,
        table,
        iam,
        acm,
        cloudFront,
        s3,
        serviceQuotas,
        onQuota: (name, use) => {
          quotas[name] = use
        },
        onCertificate: (one) => certificates.push(one),
        onWaiting: (seconds) => waited.push(seconds),
        now: () => NOW,
      }),
  }
}

describe('measure', () => {
  test('counts what there is of every kind, and what is allowed', async () => {
    const account = await theAccount()

    await account.measure()

    expect(account.quotas).toEqual({
      roles: { used: 812, allowed: 1000 },
      'oidc-providers': { used: 2, allowed: 700 },
      certificates: { used: 4, allowed: 3000 },
      distributions: { used: 3, allowed: 600 },
      'distributions-per-origin-access-control': { used: 2, allowed: 200 },
      buckets: { used: 4, allowed: 10_000 },
    })
  })

  test("tells the days of the certificates that this stack's distributions serve, and of no other", async () => {
    const account = await theAccount()

    await account.measure()

    expect(account.certificates).toEqual([
      { cluster: 'golem', daysLeft: 40 },
      { cluster: 'gaia', daysLeft: -1.5 },
    ])
  })

  test('tells of the certificate of an issuer that a migration has brought by the name of the cluster that has it now', async () => {
    const { table, measure, certificates } = await theAccount()
    // In one migration after the other: golem has what was made for gaia, gaia what was for clay, and clay what was for golem.
    for (const [cluster, hostedAs] of [
      ['golem', 'gaia'],
      ['gaia', 'clay'],
      ['clay', 'golem'],
    ] as const)
      await putCluster(table, clusterRecord(cluster, { hostedAs }))

    await measure()

    expect(certificates.map(({ cluster }) => cluster)).toEqual(['clay', 'golem'])
  })

  test('tells of it by its own name while a migration is being finished', async () => {
    const { table, measure, certificates } = await theAccount()
    await putCluster(table, clusterRecord('golem', { hostedAs: 'gaia' }))
    await putCluster(table, clusterRecord('gaia', { companionOf: 'golem' }))

    await measure()

    expect(certificates.map(({ cluster }) => cluster)).toEqual(['golem', 'gaia'])
  })

  test('tells how long the oldest request has waited for an approver, of clusters that do not go', async () => {
    const { table, measure, waited } = await theAccount()
    const approval: Approval = { state: 'waiting', needs: [] }
    const asked = (cluster: string, requestedAt: string) =>
      putRoleRequest(table, { ...aRoleRequest({ cluster, requestedAt }), approval }, 0)
    await putCluster(table, clusterRecord('golem'))
    await putCluster(table, clusterRecord('gaia'))
    await putCluster(table, clusterRecord('clay', { status: 'DELETING' }))
    await measure()
    await asked('golem', '2026-01-31T11:59:00.000Z')
    await asked('gaia', '2026-01-31T11:00:00.000Z')
    await asked('clay', '2026-01-01T12:00:00.000Z')

    await measure()

    expect(waited).toEqual([0, 3600])
  })

  test('lists nothing twice, and every key type of certificates', async () => {
    const { mocks, measure } = await theAccount()

    await measure()

    expect(sentNames(mocks.acm, mocks.cloudFront)).toEqual(['ListCertificates', 'ListDistributions'])
    const [call] = mocks.acm.commandCalls(ListCertificatesCommand)
    expect(call?.args[0].input.Includes?.keyTypes).toContain('EC_prime256v1')
  })

  test('asks nothing of CloudFront and ACM where they serve no issuers', async () => {
    const account = await theAccount({ ...STACK, partition: partitionOf('cn-north-1') })

    await account.measure()

    expect(sentNames(account.mocks.acm, account.mocks.cloudFront)).toEqual([])
    const asked = account.mocks.serviceQuotas.commandCalls(ListServiceQuotasCommand)
    expect(asked.map(({ args }) => args[0].input.ServiceCode).toSorted()).toEqual(['iam', 's3'])
    expect(Object.keys(account.quotas).toSorted()).toEqual(['buckets', 'oidc-providers', 'roles'])
    expect(account.certificates).toEqual([])
  })

  test('measures the rest when one service refuses, and throws its refusal', async () => {
    const account = await theAccount()
    account.mocks.acm.on(ListCertificatesCommand).rejects(refusal('ThrottlingException'))

    await expect(account.measure()).rejects.toThrow(Throttled)

    expect(Object.keys(account.quotas).toSorted()).toEqual([
      'buckets',
      'distributions',
      'distributions-per-origin-access-control',
      'oidc-providers',
      'roles',
    ])
    expect(account.certificates).toEqual([])
  })

  test.each([
    ['GetAccountSummary', GetAccountSummaryCommand, 'roles'],
    ['ListOpenIDConnectProviders', ListOpenIDConnectProvidersCommand, 'oidc-providers'],
  ] as const)('says what is missing when %s is denied', async (operation, command, quota) => {
    const account = await theAccount()
    account.mocks.iam.on(command).rejects(refusal('AccessDenied', 'no', 403))

    await expect(account.measure()).rejects.toThrow(AccessDenied)
    await expect(account.measure()).rejects.toThrow(`iam:${operation}`)

    expect(account.quotas).not.toHaveProperty(quota)
  })

  test('takes no number that IAM did not give', async () => {
    const account = await theAccount()
    account.mocks.iam.on(GetAccountSummaryCommand).resolves({ SummaryMap: { Roles: 812 } })

    await expect(account.measure()).rejects.toThrow('without the number of roles')
  })
})
