/** Every route of the function `operations`: those that need more of AWS than the registry and the audit. */
import type { Route } from '../route.ts'
import { abandon } from './abandonment.ts'
import type { OperationsApi } from './context.ts'
import { discardDeadLetter, getDeadLetter, listDeadLetters, replayDeadLetter } from './dead-letters.ts'
import { getExecution, listExecutionsRoute, replayExecution } from './executions.ts'
import { explainRoute } from './explain.ts'
import { putKeys } from './keys.ts'
import { deleteMigration, putMigration, putMigrationEnd } from './migration.ts'
import { pause, protect, resume, unprotect } from './switches.ts'

export const OPERATION_ROUTES: readonly Route<OperationsApi>[] = [
  listExecutionsRoute,
  getExecution,
  replayExecution,
  listDeadLetters,
  getDeadLetter,
  replayDeadLetter,
  discardDeadLetter,
  explainRoute,
  putKeys,
  protect,
  unprotect,
  pause,
  resume,
  putMigration,
  putMigrationEnd,
  deleteMigration,
  abandon,
]
