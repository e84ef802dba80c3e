import {
  ListServiceQuotasCommand,
  type ServiceQuota,
  ServiceQuotasClient,
} from '@aws-sdk/client-service-quotas'
import { mockClient } from 'aws-sdk-client-mock'
import { describe, expect, test } from 'vitest'
import { readQuota } from '../../../lib/aws/service-quotas.ts'
import { AccessDenied } from '../../../lib/errors.ts'
import { refusal, sent } from './sdk.ts'

/** Service Quotas with these, one a page. */
function theQuotas(...quotas: ServiceQuota[]) {
  const client = new ServiceQuotasClient({ region: 'us-east-1' })
  const mock = mockClient(client)
  mock.on(ListServiceQuotasCommand).callsFake(async ({ NextToken = '0' }) => {
    const next = Number(NextToken) + 1
    return {
      Quotas: quotas.slice(Number(NextToken), next),
      ...(next < quotas.length && { NextToken: String(next) }),
    }
  })
  return { client, mock }
}

const OTHER = { QuotaCode: 'L-2', QuotaName: 'Functions', Value: 7 }
const DISTRIBUTIONS = { QuotaCode: 'L-1', QuotaName: 'Distributions', Value: 800 }
const SOUGHT = { service: 'cloudfront', quota: 'L-1', default: 500 }

describe('readQuota', () => {
  test.each([
    ['code', SOUGHT],
    ['name', { ...SOUGHT, quota: 'Distributions' }],
  ])('finds it by its %s, on whatever page', async (_, sought) => {
    const { client, mock } = theQuotas(OTHER, DISTRIBUTIONS)

    expect(await readQuota(client, sought)).toBe(800)
    // The SDK's paginator has one input for all pages.
    expect(sent(mock)).toEqual(
      Array(2).fill(['ListServiceQuotas', { ServiceCode: 'cloudfront', MaxResults: 100, NextToken: '1' }]),
    )
  })

  test('asks for no further page once it is found', async () => {
    const { client, mock } = theQuotas(DISTRIBUTIONS, OTHER)

    await readQuota(client, SOUGHT)

    expect(sent(mock)).toHaveLength(1)
  })

  test.each([
    ['the quota', []],
    ['a value for it', [{ QuotaCode: 'L-1' }]],
  ])("takes AWS's default when the account does not have %s", async (_, quotas) => {
    const { client } = theQuotas(...quotas)

    expect(await readQuota(client, SOUGHT)).toBe(500)
  })

  test("takes AWS's default where Service Quotas does not know the service", async () => {
    const { client, mock } = theQuotas()
    mock.on(ListServiceQuotasCommand).rejects(refusal('NoSuchResourceException'))

    expect(await readQuota(client, SOUGHT)).toBe(500)
  })

  test('does not take a denial for an answer', async () => {
    const { client, mock } = theQuotas()
    mock.on(ListServiceQuotasCommand).rejects(refusal('AccessDeniedException', 'no', 400))

    await expect(readQuota(client, SOUGHT)).rejects.toThrow(AccessDenied)
  })
})
