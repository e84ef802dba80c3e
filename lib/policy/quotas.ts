/** How many roles there may be. Who counts them decides of when the counts are: two requests at once may both be the last one. */
import { RoleQuotaReached } from '../errors.ts'

export interface RoleQuota {
  /** `Tenant payments`, `Account 111122223333`. */
  readonly whose: string
  /** Roles that there are already, without the one that is asked for. */
  readonly roles: number
  /** Of an account at most IAM's "Roles per account": 1,000, up to 10,000 when raised. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
  readonly quota: number
}

/** For one more role, not for a change of one. Throws RoleQuotaReached for the first that is full. */
export function checkRoleQuotas(quotas: readonly RoleQuota[]): void {
  const full = quotas.find(({ roles, quota }) => roles >= quota)
  if (full !== undefined) throw new RoleQuotaReached(full.whose, full.quota)
}
