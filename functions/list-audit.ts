import { readEnvironment, tableEnvironment } from '../lib/config.ts'
import { createHandler } from '../lib/handler.ts'
import { auditPage, listAudit } from '../lib/list-audit.ts'
import { tableOf } from '../lib/wiring.ts'

const table = tableOf(readEnvironment(tableEnvironment))

export const handler = createHandler((event) => listAudit(table, auditPage.parse(event)))
