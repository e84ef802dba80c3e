import { createRouter } from '../lib/api/router.ts'
import { ROUTES } from '../lib/api/routes.ts'
import { now } from '../lib/clock.ts'
import {
  auditEnvironment,
  authorityEnvironment,
  authorityOf,
  readEnvironment,
  runsEnvironment,
  stackEnvironment,
  stackOf,
} from '../lib/config.ts'
import { createHandler } from '../lib/handler.ts'
import { auditOf, runsOf } from '../lib/wiring.ts'

const environment = readEnvironment({
  ...stackEnvironment,
  ...runsEnvironment,
  ...auditEnvironment,
  ...authorityEnvironment,
})
const runs = runsOf(environment)
const api = {
  table: runs.table,
  runs,
  audit: auditOf(environment),
  stack: stackOf(environment),
  ...authorityOf(environment),
  now,
}

export const handler = createHandler(createRouter(api, ROUTES))
