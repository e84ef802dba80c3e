/** `irsa cluster delete` */
import { Command } from 'commander'
import { readClusterDetail } from '../../lib/ops/clusters.ts'
import { askToDelete, checkDeletable, removalBegun, removalEnded } from '../../lib/ops/deletion.ts'
import type { Reason } from '../../lib/ops/speak.ts'
import type { DeployedStack } from '../deployed-stack.ts'
import { type ConfirmOptions, confirm } from './confirm.ts'
import { type ConnectionOptions, connect } from './connection.ts'
import { print, withExamples } from './output.ts'
import { sayingIn } from './saying.ts'
import { watch } from './watch.ts'

interface DeleteOptions extends ConnectionOptions, Pick<ConfirmOptions, 'yes'> {
  readonly force?: true
  readonly wait: boolean
}

export function deleteCommand(): Command {
  const command = new Command('delete')
    .description(
      'delete a cluster with all that was made for it, and follow that until it ends; exit code 1 when it stays',
    )
    .argument('<cluster>', 'its name')
    .option('--force', FORCE)
    .option('--yes', 'do not ask for the name')
    .option('--no-wait', 'only ask for it; irsa cluster watch follows')
    .action(async (cluster: string, _, self: Command) => {
      const options = self.optsWithGlobals<DeleteOptions>()
      const deployed = await connect(options)
      await checkDeletable(deployed.table, cluster, options.force === true)
      await confirm(`Cluster ${cluster} is deleted, its pods lose their roles`, cluster, options, self)
      const reason = await deleteAndFollow(deployed, cluster, options)
      const { state } = await readClusterDetail(deployed.table, cluster, deployed.now())
      print(options, { cluster, state, remains: reason }, () =>
        reason === undefined ? wordsFor(cluster, state, options) : remainsText(cluster, reason),
      )
      if (reason !== undefined) process.exitCode = 1
    })
  return withExamples(
    command,
    'irsa cluster delete golem',
    'irsa cluster delete golem --force --yes --no-wait',
  )
}

export const FORCE =
  'even if it is protected; take off what others attached to its roles; pass over what is not ours'

/** Undefined: it is gone, or, without waiting, asked to go. Rejects with RunFailed. */
async function deleteAndFollow(
  deployed: DeployedStack,
  cluster: string,
  options: DeleteOptions,
): Promise<Reason | undefined> {
  const saying = sayingIn(deployed)
  const asked = await askToDelete(saying, cluster, options.force === true)
  if (asked === undefined || !options.wait) return undefined
  const reason = await removalBegun(saying, asked)
  if (reason !== undefined) return reason
  await watch(deployed, await readClusterDetail(deployed.table, cluster, deployed.now()), options)
  return removalEnded(saying, asked)
}

function wordsFor(cluster: string, state: string, { wait }: DeleteOptions): string {
  if (state === 'deleted') return `${cluster} is deleted.`
  return wait ? `${cluster} is ${state}.` : `${cluster} is asked to go: irsa cluster watch ${cluster}`
}

export function remainsText(cluster: string, { error, message, remedy }: Reason): string {
  return `✖ ${cluster} remains: ${error}: ${message}\n    ${remedy}`
}
