/** Answered by the function that looks for drift, so that only one may look at everything, in every account. */
import type * as z from 'zod'
import { InvalidInput } from '../../errors.ts'
import type { Inspecting } from '../../inspect-cluster.ts'
import { refusePrivateKeys } from '../../oidc/private-key.ts'
import { type Intent, planCluster } from '../../ops/plan.ts'
import { parse } from '../../parse.ts'
import { type Api, answering } from '../route.ts'
import { requireReader } from '../visible.ts'
import { PLAN, planBody } from './published.ts'

export type PlanApi = Api & Inspecting

/** API Gateway waits for 30 seconds. */
export const MOST_ROLES = 200

export const planRoute = answering(PLAN, async (api: PlanApi, { caller, path: { cluster }, body }) => {
  requireReader(api, caller)
  refusePrivateKeys(body, 'body')
  const intent = intentOf(parse(planBody, body, 'body'))
  const plan = await planCluster(api, cluster, intent, MOST_ROLES).catch(inDetail)
  return { status: 200, body: plan }
})

/** What is wrong with an event is said of its detail. */
export function inDetail(error: unknown): never {
  if (!(error instanceof InvalidInput)) throw error
  const faults = error.faults.map(({ pointer, detail }) => ({ pointer: `/event/detail${pointer}`, detail }))
  throw new InvalidInput(error.message, { faults, cause: error })
}

function intentOf({ delete: isRemoval, event }: z.output<typeof planBody>): Intent {
  if (isRemoval) return { kind: 'delete' }
  return event === undefined ? { kind: 'none' } : { kind: 'event', ...event, detail: event.detail }
}
