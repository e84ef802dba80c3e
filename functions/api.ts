import { createRouter } from '../lib/api/router.ts'
import { ROUTES } from '../lib/api/routes.ts'
import { now } from '../lib/clock.ts'
import {
  auditEnvironment,
  authorityEnvironment,
  authorityOf,
  readEnvironment,
  stackEnvironment,
  stackOf,
  tableEnvironment,
} from '../lib/config.ts'
import { createHandler } from '../lib/handler.ts'
import { auditOf, tableOf } from '../lib/wiring.ts'

const environment = readEnvironment({
  ...stackEnvironment,
  ...tableEnvironment,
  ...auditEnvironment,
  ...authorityEnvironment,
})
const api = {
  table: tableOf(environment),
  audit: auditOf(environment),
  stack: stackOf(environment),
  ...authorityOf(environment),
  now,
}

export const handler = createHandler(createRouter(api, ROUTES))
