/** The operators' routes, on a cluster with a run, dead letters and what IAM says of it. What is behind them has tests of its own. */
import { GetOpenIDConnectProviderCommand, GetRoleCommand, IAMClient } from '@aws-sdk/client-iam'
import { GetExecutionHistoryCommand } from '@aws-sdk/client-sfn'
import { mockClient } from 'aws-sdk-client-mock'
import { OPERATION_ROUTES } from '../../../../lib/api/operations/routes.ts'
import { createRouter } from '../../../../lib/api/router.ts'
import { readAudit } from '../../../../lib/audit/log.ts'
import { type ClusterRecord, readCluster } from '../../../../lib/registry/cluster-record.ts'
import { refusal } from '../../aws/sdk.ts'
import { historyOf } from '../../failed-run/fixture.ts'
import { clusterRecord, LAST_ERROR, opsFixture } from '../../ops/fixture.ts'
import { refused, theQueues, undelivered } from '../../ops/queues.ts'
import { aRun } from '../../registry/registry.ts'
import { STACK } from '../../resources/golem.ts'
import { FAILED, inputOf } from '../../step-functions.ts'
import { askingOf, commonContext, NOW } from '../fixture.ts'

export const FAILED_RUN = { ...aRun({ state: 'FAILED' }), lastError: LAST_ERROR }

export async function fixture(golem: Partial<ClusterRecord> = FAILED_RUN) {
  const { table, states, replaying, workflows } = await opsFixture([clusterRecord('golem', golem)])
  states.put('golem-1', { ...FAILED, input: inputOf(1), startDate: NOW })
  const newestFirst = historyOf(['Bucket', 'Alias'])
  states.sfn
    .on(GetExecutionHistoryCommand)
    .callsFake(({ reverseOrder }) => ({ events: reverseOrder ? newestFirst : newestFirst.toReversed() }))
  const letters = theQueues({ 'undelivered-events': [undelivered('u')], 'dead-letters': [refused('r')] })
  const client = new IAMClient({})
  const iam = mockClient(client)
  iam.on(GetRoleCommand).rejects(refusal('NoSuchEntityException'))
  iam.on(GetOpenIDConnectProviderCommand).rejects(refusal('NoSuchEntityException'))
  const fetched: string[] = []
  const common = await commonContext()
  const api = {
    ...replaying,
    ...workflows,
    ...common,
    table,
    queues: letters.queues,
    iamIfOwn: (accountId: string) => (accountId === STACK.accountId ? client : undefined),
    async fetchIssuer(url: string) {
      fetched.push(url)
      return { fault: 'nobody answers' }
    },
  }
  return {
    ask: askingOf(createRouter(api, OPERATION_ROUTES)),
    written: async () => (await readAudit(common.audit, { day: '2026-01-31' }, { limit: 100 })).entries,
    golem: () => readCluster(table, 'golem'),
    table,
    states,
    letters,
    fetched,
  }
}
