/** Answered by a function of its own, so that only one may write tags onto what others made, and only onto what the stack names. */
import { refusePrivateKeys } from '../../oidc/private-key.ts'
import { type Adoption, adoptCluster } from '../../ops/adopt.ts'
import { type Adopting, type AdoptionPlan, planAdoption } from '../../ops/adoption/plan.ts'
import { parse } from '../../parse.ts'
import type { Runs } from '../../runs.ts'
import { auditingOf } from '../operations/context.ts'
import { inDetail, MOST_ROLES } from '../plan/route.ts'
import { type Api, answering } from '../route.ts'
import { requireAdministrator, requireOperator, requireReader } from '../visible.ts'
import { ADOPT, adoptBody } from './published.ts'

export type AdoptApi = Api & Adopting & Runs

/**
 * An event says which keys count, and whoever says that can sign for every service account: through the API only administrators do,
 * as with `putKeys`.
 */
export const adoptRoute = answering(ADOPT, async (api: AdoptApi, { caller, path: { cluster }, body }) => {
  requireReader(api, caller)
  refusePrivateKeys(body, 'body')
  const { event, resources } = parse(adoptBody, body, 'body')
  const adopting = { ...api, mostRoles: MOST_ROLES }
  if (resources === undefined) {
    const plan = await planAdoption(adopting, cluster, event?.detail).catch(inDetail)
    return { status: 200, body: viewOf(plan) }
  }
  if (event === undefined) requireOperator(api, caller)
  else requireAdministrator(api, caller)
  const auditing = auditingOf(api, caller)
  const adoption = await adoptCluster({ ...adopting, ...auditing }, cluster, event?.detail, resources).catch(
    inDetail,
  )
  return { status: 202, body: viewOf(adoption) }
})

function viewOf({ things, ...rest }: AdoptionPlan | Adoption) {
  return {
    ...rest,
    resources: things.map(({ arn }) => arn),
    things: things.map(({ id: _, ...thing }) => thing),
  }
}
