/** `irsa clusters`, and `irsa cluster` with what it can do */
import { Command } from 'commander'
import {
  type ClusterDetail,
  type ClusterSummary,
  readClusterDetail,
  readClusters,
} from '../../lib/ops/clusters.ts'
import { abandonCommand } from './abandon-cluster.ts'
import { adoptCommand } from './adopt-cluster.ts'
import { type ConnectionOptions, connect } from './connection.ts'
import { createCommand } from './create-cluster.ts'
import { deleteCommand } from './delete-cluster.ts'
import { keysText } from './keys-text.ts'
import { migrateCommand } from './migrate-cluster.ts'
import { fields, print, table, time, withExamples } from './output.ts'
import { auditCommand, driftsText, planCommand } from './plan-cluster.ts'
import { rotateCommand } from './rotate-keys.ts'
import { switchCommands } from './switch-cluster.ts'
import { watch } from './watch.ts'

export function clustersCommand(): Command {
  const command = new Command('clusters')
    .description('every cluster, and how far it is')
    .action(async (_, self: Command) => {
      const options = self.optsWithGlobals<ConnectionOptions>()
      const clusters = await readClusters((await connect(options)).table)
      print(options, clusters, () => clustersText(clusters))
    })
  return withExamples(command, 'irsa clusters', "irsa clusters --json | jq -r '.[].issuer'")
}

export function clusterCommand(): Command {
  const command = new Command('cluster')
    .description('one cluster')
    .addCommand(showCommand())
    .addCommand(watchCommand())
    .addCommand(createCommand())
    .addCommand(auditCommand())
    .addCommand(planCommand())
    .addCommand(adoptCommand())
    .addCommand(rotateCommand())
    .addCommand(migrateCommand())
    .addCommand(deleteCommand())
    .addCommand(abandonCommand())
  for (const one of switchCommands()) command.addCommand(one)
  return command
}

function showCommand(): Command {
  const command = new Command('show')
    .description('what is desired of a cluster, what is made, and what went wrong')
    .argument('<cluster>', 'its name')
    .action(async (cluster: string, _, self: Command) => {
      const options = self.optsWithGlobals<ConnectionOptions>()
      const { table, now } = await connect(options)
      const detail = await readClusterDetail(table, cluster, now())
      print(options, detail, () => clusterText(detail))
    })
  return withExamples(command, 'irsa cluster show golem', "irsa cluster show golem --json | jq '.outputs'")
}

function watchCommand(): Command {
  const command = new Command('watch')
    .description("follow a cluster's run until it ends; exit code 1 when it fails")
    .argument('<cluster>', 'its name')
    .action(async (cluster: string, _, self: Command) => {
      const options = self.optsWithGlobals<ConnectionOptions>()
      const deployed = await connect(options)
      await watch(deployed, await readClusterDetail(deployed.table, cluster, deployed.now()), options)
      const detail = await readClusterDetail(deployed.table, cluster, deployed.now())
      print(options, detail, () => watchedText(detail))
    })
  return withExamples(command, 'irsa cluster watch golem')
}

function watchedText({ cluster, state, issuer }: ClusterDetail): string {
  if (state === 'deleted' || state === 'abandoned') return `${cluster} is ${state}.`
  return `${cluster} is ${state}; its issuer is ${issuer}`
}

function clustersText(clusters: readonly ClusterSummary[]): string {
  if (clusters.length === 0) return 'No cluster has been announced.'
  return table(
    ['CLUSTER', 'STATE', 'STEP', 'ERROR', 'ACCOUNT', 'ISSUER'],
    clusters.map(({ cluster, state, lastError, accountId, issuer }) => {
      const { step = '', error = '' } = state === 'failed' ? (lastError ?? {}) : {}
      return [cluster, state, step, error, accountId, issuer]
    }),
  )
}

function clusterText(detail: ClusterDetail): string {
  const { outputs, lastError, roles, state } = detail
  return fields({
    Cluster: detail.cluster,
    State: `${state}${detail.execution === undefined ? '' : ` (${detail.execution})`}`,
    Protected: detail.isProtected ? 'from deletion' : undefined,
    Abandoned: detail.abandoned && `${time(detail.abandoned.at)}: ${detail.abandoned.reason}`,
    'Trusted still':
      detail.abandoned?.accounts.map((account) => `in account ${account}`).join('\n') || undefined,
    'Roles left': detail.rolesLeft.join('\n') || undefined,
    Issuer: `${detail.issuer}${detail.isIssuerReady ? '' : ' (not ready)'}`,
    Migration:
      detail.migration &&
      `${detail.migration.phase.toLowerCase()}, to the issuer of ${detail.migration.to}, since ${time(detail.migration.startedAt)}`,
    'Migration of': detail.companionOf,
    Account: detail.accountId,
    Audiences: detail.audiences.join(', '),
    Keys: keysText(detail.keys),
    Roles: Object.entries(roles)
      .map(([name, count]) => `${count} ${name}`)
      .join(', '),
    Adopted: detail.adopted.length === 0 ? undefined : detail.adopted.join('\n'),
    Bucket: outputs.bucket?.bucket,
    Certificate: outputs.certificate?.certificateArn,
    Distribution: outputs.distribution?.distributionArn,
    Alias: outputs.alias && `${outputs.alias.recordName} → ${outputs.alias.domainName}`,
    Provider: outputs.provider?.providerArn,
    'Last event': time(detail.lastEventAt),
    Failed:
      lastError && `at ${lastError.step}, ${time(lastError.at)}\n${lastError.error}: ${lastError.message}`,
    Remedy: lastError?.remedy,
    Drift: detail.drifts.length === 0 ? undefined : driftsText(detail.drifts),
  })
}
