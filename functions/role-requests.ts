import { readEnvironment, roleRunsEnvironment } from '../lib/config.ts'
import { createHandler } from '../lib/handler.ts'
import { startReconcileRole } from '../lib/reconcile-role.ts'
import { parseStreamEvent } from '../lib/registry/stream.ts'
import { roleRunsOf } from '../lib/wiring.ts'

const runs = roleRunsOf(readEnvironment(roleRunsEnvironment))

/** Those that fail come again, with all that came after them: https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html */
export const handler = createHandler(async (event, { logger }) => {
  for (const { cluster, sequenceNumber, ...key } of parseStreamEvent(event)) {
    try {
      await startReconcileRole(runs, cluster, key)
    } catch (error) {
      logger.warn('The role could not be started; it comes again.', { cluster, ...key, error })
      return { batchItemFailures: [{ itemIdentifier: sequenceNumber }] }
    }
  }
  return { batchItemFailures: [] }
})
