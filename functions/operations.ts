import { OPERATION_ROUTES } from '../lib/api/operations/routes.ts'
import { createRouter } from '../lib/api/router.ts'
import { now } from '../lib/clock.ts'
import {
  auditEnvironment,
  authorityEnvironment,
  authorityOf,
  issuerEnvironment,
  queuesEnvironment,
  readEnvironment,
  roleRunsEnvironment,
  runsEnvironment,
  stackEnvironment,
  stackOf,
} from '../lib/config.ts'
import { createHandler } from '../lib/handler.ts'
import { createIssuerFetch } from '../lib/issuer-fetch.ts'
import { auditOf, iamIfOwn, queuesOf, roleRunsOf, runsOf } from '../lib/wiring.ts'

const environment = readEnvironment({
  ...stackEnvironment,
  ...auditEnvironment,
  ...authorityEnvironment,
  ...runsEnvironment,
  ...roleRunsEnvironment,
  ...queuesEnvironment,
  ...issuerEnvironment,
})
const stack = stackOf(environment)
const { PROVISION_CLUSTER_ARN, DEPROVISION_CLUSTER_ARN, RECONCILE_ROLE_ARN } = environment
const api = {
  ...runsOf(environment),
  ...roleRunsOf(environment),
  stateMachineArns: [PROVISION_CLUSTER_ARN, DEPROVISION_CLUSTER_ARN, RECONCILE_ROLE_ARN],
  queues: queuesOf(environment, stack),
  audit: auditOf(environment),
  stack,
  ...authorityOf(environment),
  iamIfOwn: iamIfOwn(stack),
  fetchIssuer: createIssuerFetch(environment.ISSUER_ENDPOINT),
  now,
}

export const handler = createHandler(createRouter(api, OPERATION_ROUTES))
