import { iamOf, PROVISIONS_ROLES } from '../lib/aws/provisioner.ts'
import { now } from '../lib/clock.ts'
import {
  externalIdEnvironment,
  publisherEnvironment,
  readEnvironment,
  stackEnvironment,
  stackOf,
  tableEnvironment,
} from '../lib/config.ts'
import { batchTask, roleTask } from '../lib/execution.ts'
import { createTaskHandler } from '../lib/handler.ts'
import { countRoleRetry } from '../lib/metrics.ts'
import { reconcileRole } from '../lib/reconcile-role.ts'
import { roleResource } from '../lib/resources/role.ts'
import { settleBatch } from '../lib/settle-batch.ts'
import { publisherOf, tableOf } from '../lib/wiring.ts'

const environment = readEnvironment({
  ...stackEnvironment,
  ...tableEnvironment,
  ...publisherEnvironment,
  ...externalIdEnvironment,
})
const stack = stackOf(environment)
const settling = {
  stack,
  table: tableOf(environment),
  publisher: publisherOf(environment),
  roles: roleResource({ iamOf: iamOf(stack, environment.EXTERNAL_ID, PROVISIONS_ROLES) }, stack),
  onRetry: countRoleRetry,
  now,
}

/** For both workflows, so that one reserved concurrency bounds the rate of calls to IAM. */
export const handler = createTaskHandler(batchTask.or(roleTask), async (task, { logger }) => {
  logger.appendKeys({ step: 'roles' })
  return 'batch' in task ? settleBatch(settling, task) : reconcileRole(settling, task)
})
