import {
  publisherEnvironment,
  readEnvironment,
  roleRunsEnvironment,
  stackEnvironment,
  stackOf,
} from '../lib/config.ts'
import { createHandler } from '../lib/handler.ts'
import { startReconcileRole } from '../lib/reconcile-role.ts'
import { parseStreamEvent } from '../lib/registry/stream.ts'
import { tellApproval } from '../lib/tell-approval.ts'
import { publisherOf, roleRunsOf } from '../lib/wiring.ts'

const environment = readEnvironment({ ...roleRunsEnvironment, ...publisherEnvironment, ...stackEnvironment })
const runs = roleRunsOf(environment)
const telling = { table: runs.table, publisher: publisherOf(environment), stack: stackOf(environment) }

/** Those that fail come again, with all that came after them: https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html */
export const handler = createHandler(async (event, { logger }) => {
  for (const { cluster, sequenceNumber, ...key } of parseStreamEvent(event)) {
    try {
      await startReconcileRole(runs, cluster, key)
      await tellApproval(telling, cluster, key)
    } catch (error) {
      logger.warn('The change of a request could not be followed; it comes again.', {
        cluster,
        ...key,
        error,
      })
      return { batchItemFailures: [{ itemIdentifier: sequenceNumber }] }
    }
  }
  return { batchItemFailures: [] }
})
