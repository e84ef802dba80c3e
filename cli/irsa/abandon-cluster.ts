/** `irsa cluster abandon` */
import { Command } from 'commander'
import { abandonCluster } from '../../lib/ops/abandonment.ts'
import { type ClusterDetail, readClusterDetail } from '../../lib/ops/clusters.ts'
import { removalEnded } from '../../lib/ops/deletion.ts'
import type { Reason } from '../../lib/ops/speak.ts'
import { type ClusterRecord, requireCluster } from '../../lib/registry/cluster-record.ts'
import type { DeployedStack } from '../deployed-stack.ts'
import { type ConfirmOptions, confirm } from './confirm.ts'
import { auditingOf, type ConnectionOptions, connect } from './connection.ts'
import { remainsText } from './delete-cluster.ts'
import { print, withExamples } from './output.ts'
import { sayingIn } from './saying.ts'
import { watch } from './watch.ts'

interface AbandonOptions extends ConnectionOptions, Pick<ConfirmOptions, 'yes'> {
  readonly reason: string
  readonly wait: boolean
}

export function abandonCommand(): Command {
  const command = new Command('abandon')
    .description(
      'have the removal of a cluster that stopped with ProviderAccountUnreachable go on past what cannot be reached, and follow that until it ends; exit code 1 when it stays',
    )
    .argument('<cluster>', 'its name')
    .requiredOption('--reason <text>', 'why, for the audit, the tombstone and Cluster Deprovisioned')
    .option('--yes', 'do not ask for the name')
    .option('--no-wait', 'only have it go on; irsa cluster watch follows')
    .action(async (cluster: string, _, self: Command) => {
      const options = self.optsWithGlobals<AbandonOptions>()
      const deployed = await connect(options)
      await requireCluster(deployed.table, cluster)
      await confirm(
        `Of cluster ${cluster} nothing is removed any more that cannot be reached now`,
        cluster,
        options,
        self,
      )
      const switching = { ...deployed, ...(await auditingOf(deployed)) }
      const before = await abandonCluster(switching, cluster, options.reason)
      const remains = options.wait ? await ended(deployed, before, options) : undefined
      const detail = await readClusterDetail(deployed.table, cluster, deployed.now())
      print(options, { ...detail, remains }, () =>
        remains === undefined ? abandonedText(detail) : remainsText(cluster, remains),
      )
      if (remains !== undefined) process.exitCode = 1
    })
  return withExamples(command, 'irsa cluster abandon golem --reason "account 111122223333 is closed"')
}

/** Undefined: it is gone, as far as it goes; or it was announced anew, and comes again. */
async function ended(
  deployed: DeployedStack,
  before: ClusterRecord,
  options: AbandonOptions,
): Promise<Reason | undefined> {
  const { cluster } = before.desired
  await watch(deployed, await readClusterDetail(deployed.table, cluster, deployed.now()), options)
  const isLeaving = before.status === 'DELETING' && before.removal !== undefined
  return isLeaving ? removalEnded(sayingIn(deployed), { eventId: '', before }) : undefined
}

function abandonedText({ cluster, state, issuer, abandoned, rolesLeft }: ClusterDetail): string {
  if (state !== 'abandoned')
    return state === 'deleted' ? `${cluster} is deleted: nothing is left.` : `${cluster} is ${state}.`
  const accounts = abandoned?.accounts.join(', ')
  return [
    `${cluster} is abandoned: ${issuer} is trusted still in ${accounts}.`,
    ...rolesLeft.map((role) => `    ${role}`),
    `Its host stays, with nothing to serve. When the account is back: irsa cluster delete ${cluster}`,
  ].join('\n')
}
