/** What the function `operations` answers, as it is published. Apart from what does it, so that who publishes it carries none of that. */
import type { Published } from '../route.ts'
import { ABANDON } from './published/abandonment.ts'
import { DISCARD_LETTER, GET_LETTER, LIST_LETTERS, REPLAY_LETTER } from './published/dead-letters.ts'
import { GET_EXECUTION, LIST_EXECUTIONS, REPLAY_EXECUTION } from './published/executions.ts'
import { EXPLAIN } from './published/explain.ts'
import { PUT_KEYS } from './published/keys.ts'
import { ABORT_MIGRATION, FINISH_MIGRATION, START_MIGRATION } from './published/migration.ts'
import { PAUSE, PROTECT, RESUME, UNPROTECT } from './published/switches.ts'

export const OPERATIONS: readonly Published[] = [
  LIST_EXECUTIONS,
  GET_EXECUTION,
  REPLAY_EXECUTION,
  LIST_LETTERS,
  GET_LETTER,
  REPLAY_LETTER,
  DISCARD_LETTER,
  EXPLAIN,
  PUT_KEYS,
  PROTECT,
  UNPROTECT,
  PAUSE,
  RESUME,
  START_MIGRATION,
  FINISH_MIGRATION,
  ABORT_MIGRATION,
  ABANDON,
]
