/** What cannot be reached of a cluster is given up. */
import { abandonCluster } from '../../ops/abandonment.ts'
import { parse } from '../../parse.ts'
import { requireCluster } from '../../registry/cluster-record.ts'
import { clusterView } from '../clusters.ts'
import { answering } from '../route.ts'
import { requireOperator } from '../visible.ts'
import { auditingOf, type OperationsApi } from './context.ts'
import { ABANDON, abandonmentBody } from './published/abandonment.ts'

export const abandon = answering(ABANDON, async (api: OperationsApi, { caller, path: { cluster }, body }) => {
  requireOperator(api, caller)
  const { reason } = parse(abandonmentBody, body, 'body')
  await abandonCluster({ ...api, ...auditingOf(api, caller) }, cluster, reason)
  return { status: 202, body: clusterView(await requireCluster(api.table, cluster)) }
})
