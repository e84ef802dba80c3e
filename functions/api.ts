import { analysisBy } from '../lib/analyse-role.ts'
import { createRouter } from '../lib/api/router.ts'
import { ROUTES } from '../lib/api/routes.ts'
import { accessAnalyzerClient } from '../lib/aws/clients.ts'
import { now } from '../lib/clock.ts'
import {
  analysisEnvironment,
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
  ...analysisEnvironment,
})
const api = {
  table: tableOf(environment),
  audit: auditOf(environment),
  stack: stackOf(environment),
  ...authorityOf(environment),
  analyse: analysisBy(environment.ACCESS_ANALYZER, accessAnalyzerClient(environment.AWS_REGION)),
  now,
}

export const handler = createHandler(createRouter(api, ROUTES))
