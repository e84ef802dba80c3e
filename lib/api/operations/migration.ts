/** A cluster's issuer becomes another one. */
import { abortMigration, finishMigration, startMigration } from '../../ops/migration.ts'
import { parse } from '../../parse.ts'
import { clusterView } from '../clusters.ts'
import { answering } from '../route.ts'
import { requireOperator } from '../visible.ts'
import { auditingOf, type OperationsApi } from './context.ts'
import {
  ABORT_MIGRATION,
  FINISH_MIGRATION,
  migrationBody,
  migrationEndBody,
  START_MIGRATION,
} from './published/migration.ts'

export const putMigration = answering(START_MIGRATION, async (api: OperationsApi, { caller, path, body }) => {
  requireOperator(api, caller)
  const { to } = parse(migrationBody, body, 'body')
  const record = await startMigration({ ...api, ...auditingOf(api, caller) }, path.cluster, to)
  return { status: 202, body: clusterView(record) }
})

export const putMigrationEnd = answering(
  FINISH_MIGRATION,
  async (api: OperationsApi, { caller, path, body }) => {
    requireOperator(api, caller)
    const { switchedAt } = parse(migrationEndBody, body, 'body')
    const migrating = { ...api, ...auditingOf(api, caller) }
    const record = await finishMigration(migrating, path.cluster, switchedAt)
    return { status: 202, body: clusterView(record) }
  },
)

export const deleteMigration = answering(ABORT_MIGRATION, async (api: OperationsApi, { caller, path }) => {
  requireOperator(api, caller)
  const record = await abortMigration({ ...api, ...auditingOf(api, caller) }, path.cluster)
  return { status: 202, body: clusterView(record) }
})
