import { now } from '../lib/clock.ts'
import { readEnvironment, tableEnvironment } from '../lib/config.ts'
import { taskInput } from '../lib/execution.ts'
import { listRoles } from '../lib/fan-out.ts'
import { createTaskHandler } from '../lib/handler.ts'
import { tableOf } from '../lib/wiring.ts'

const table = tableOf(readEnvironment(tableEnvironment))

export const handler = createTaskHandler(taskInput, (task, { logger }) => {
  logger.appendKeys({ step: 'roles' })
  return listRoles({ table, now }, task)
})
