/** Facts from https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_ListServiceQuotas.html */
import type { GetServiceQuotaResponse, ListServiceQuotasResponse } from '@aws-sdk/client-service-quotas'
import { describe, expect, test } from 'vitest'
import { createQuotas } from '../../../local/quotas.ts'
import type { Call } from '../../../local/service.ts'
import { createServiceQuotas } from '../../../local/servicequotas/service.ts'
import { administrator } from '../serve.ts'
import { testWorld } from '../world.ts'

function theService() {
  const quotas = createQuotas()
  const { operations } = createServiceQuotas(testWorld({ quotas })).service
  const ask = async <Output>(name: string, input: object, region = 'us-east-1'): Promise<Output> => {
    const call: Call = { principal: administrator, region, requestId: 'r' }
    return operations[name]?.run(input as never, call) as Output
  }
  return {
    quotas,
    list: (input: object, region?: string) =>
      ask<ListServiceQuotasResponse>('ListServiceQuotas', input, region),
    get: (input: object) => ask<GetServiceQuotaResponse>('GetServiceQuota', input),
    asks: (name: string, input: object) =>
      operations[name]?.asks(input as never, {
        principal: administrator,
        region: 'us-east-1',
        requestId: 'r',
      }),
  }
}

describe('quotas', () => {
  test('are those that the embedded AWS enforces, raised ones too', async () => {
    const { quotas, get } = theService()
    const roles = { ServiceCode: 'iam', QuotaCode: 'L-FE177D64' }
    expect(await get(roles)).toMatchObject({ Quota: { QuotaName: 'Roles per account', Value: 1000 } })

    quotas.raise('iam:roles', 5000)

    expect(await get(roles)).toMatchObject({ Quota: { Value: 5000, GlobalQuota: true } })
  })

  test('come in pages', async () => {
    const { list } = theService()

    const first = await list({ ServiceCode: 'iam', MaxResults: 3 })
    const second = await list({ ServiceCode: 'iam', MaxResults: 3, NextToken: first.NextToken })

    const names = [...(first.Quotas ?? []), ...(second.Quotas ?? [])].map(({ QuotaName }) => QuotaName)
    expect(first.Quotas).toHaveLength(3)
    expect(second.NextToken).toBeUndefined()
    expect(new Set(names).size).toBe(4)
  })

  test('of certificates are of each region, of what is global of one', async () => {
    const { list } = theService()

    expect((await list({ ServiceCode: 'acm' }, 'eu-central-1')).Quotas).toHaveLength(1)
    await expect(list({ ServiceCode: 'iam' }, 'eu-central-1')).rejects.toMatchObject({
      code: 'NoSuchResourceException',
    })
  })

  test.each([
    ['cn-northwest-1', 'cn-north-1'],
    ['us-gov-east-1', 'us-gov-west-1'],
  ])('of what is global are not in %s, but in %s', async (elsewhere, region) => {
    const { list } = theService()

    expect((await list({ ServiceCode: 'iam' }, region)).Quotas).toHaveLength(4)
    await expect(list({ ServiceCode: 'iam' }, elsewhere)).rejects.toMatchObject({
      code: 'NoSuchResourceException',
    })
  })

  test.each([
    ['service', { ServiceCode: 'ec2', QuotaCode: 'L-FE177D64' }],
    ['quota', { ServiceCode: 'iam', QuotaCode: 'L-1' }],
  ])('of no such %s are refused', async (_, input) => {
    await expect(theService().get(input)).rejects.toMatchObject({ code: 'NoSuchResourceException' })
  })

  test('are read with permission only', () => {
    const { asks } = theService()

    expect(asks('ListServiceQuotas', { ServiceCode: 'iam' })).toEqual([
      { action: 'servicequotas:ListServiceQuotas', resource: '*' },
    ])
    expect(asks('GetServiceQuota', { ServiceCode: 'iam', QuotaCode: 'L-1' })).toEqual([
      {
        action: 'servicequotas:GetServiceQuota',
        resource: 'arn:aws:servicequotas:us-east-1:000000000000:iam/L-1',
      },
    ])
  })
})
