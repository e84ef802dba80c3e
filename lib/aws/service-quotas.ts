/** What AWS allows the account now: its default, or what it was raised to. */
import { paginateListServiceQuotas, type ServiceQuotasClient } from '@aws-sdk/client-service-quotas'
import { isUnknownService } from './errors.ts'
import { pagedItems } from './pages.ts'

export interface SoughtQuota {
  /** As Service Quotas names services: `cloudfront`. */
  readonly service: string
  /** Its code, or its name where AWS publishes no code. */
  readonly quota: string
  /** Service Quotas leaves out a quota that it has no value of the account for, and a service that it does not know in the partition. */
  readonly default: number
}

export async function readQuota(serviceQuotas: ServiceQuotasClient, sought: SoughtQuota): Promise<number> {
  const quotas = pagedItems(
    'servicequotas:ListServiceQuotas',
    paginateListServiceQuotas({ client: serviceQuotas, pageSize: 100 }, { ServiceCode: sought.service }),
    (page) => page.Quotas,
  )
  try {
    for await (const { QuotaCode, QuotaName, Value } of quotas)
      if (QuotaCode === sought.quota || QuotaName === sought.quota) return Value ?? sought.default
  } catch (error) {
    if (!isUnknownService(error)) throw error
  }
  return sought.default
}
