/** Answered by the function that looks for drift, so that only one may look at everything, in every account. */
import type * as z from 'zod'
import type { Inspecting } from '../../inspect-cluster.ts'
import { refusePrivateKeys } from '../../oidc/private-key.ts'
import { type Intent, planCluster } from '../../ops/plan.ts'
import { parse } from '../../parse.ts'
import { type Api, answering } from '../route.ts'
import { requireOperator } from '../visible.ts'
import { PLAN, planBody } from './published.ts'

export type PlanApi = Api & Inspecting

/** API Gateway waits for 30 seconds. */
const MOST_ROLES = 200

export const planRoute = answering(PLAN, async (api: PlanApi, { caller, path: { cluster }, body }) => {
  requireOperator(api, caller)
  refusePrivateKeys(body, 'body')
  const intent = intentOf(parse(planBody, body, 'body'))
  return { status: 200, body: await planCluster(api, cluster, intent, MOST_ROLES) }
})

function intentOf({ delete: isRemoval, event }: z.output<typeof planBody>): Intent {
  if (isRemoval) return { kind: 'delete' }
  return event === undefined ? { kind: 'none' } : { kind: 'event', ...event, detail: event.detail }
}
