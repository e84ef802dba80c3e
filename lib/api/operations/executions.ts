/** Executions of the workflows: listed, told step by step, gone on with. */
import { readExecution } from '../../ops/execution-detail.ts'
import { explainFailures, listExecutions } from '../../ops/executions.ts'
import { plan, replay, replayableNamed } from '../../ops/replay.ts'
import { momentCursor, readMomentCursor } from '../cursor.ts'
import { answering } from '../route.ts'
import { requireOperator, requireReader } from '../visible.ts'
import { auditingOf, type OperationsApi } from './context.ts'
import { GET_EXECUTION, LIST_EXECUTIONS, REPLAY_EXECUTION } from './published/executions.ts'

const PAGE = 20

export const listExecutionsRoute = answering(
  LIST_EXECUTIONS,
  async (api: OperationsApi, { caller, query: { status, cursor } }) => {
    requireReader(api, caller)
    const failed = status === 'FAILED'
    const page = await listExecutions(api, { failed, after: placeOf(cursor) }, PAGE)
    const executions = failed ? await explainFailures(api, page) : page
    const last = page.length === PAGE ? page.at(-1) : undefined
    const more = last && { cursor: momentCursor({ at: last.startedAt, id: last.arn }) }
    return { status: 200, body: { executions, ...more } }
  },
)

function placeOf(cursor: string | undefined) {
  if (cursor === undefined) return undefined
  const { at, id } = readMomentCursor(cursor)
  return { startedAt: at, arn: id }
}

export const getExecution = answering(
  GET_EXECUTION,
  async (api: OperationsApi, { caller, path: { name } }) => {
    requireReader(api, caller)
    return { status: 200, body: await readExecution(api, name) }
  },
)

export const replayExecution = answering(
  REPLAY_EXECUTION,
  async (api: OperationsApi, { caller, path: { name }, query: { dryRun } }) => {
    const isLook = dryRun === 'true'
    if (isLook) requireReader(api, caller)
    else requireOperator(api, caller)
    const what = await replayableNamed(api, name)
    const body = isLook ? await plan(api, what) : await replay(api, what, auditingOf(api, caller))
    return { status: 200, body }
  },
)
