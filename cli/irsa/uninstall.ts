/** `irsa uninstall` */
import { setTimeout as delay } from 'node:timers/promises'
import { Command } from 'commander'
import { readClusters } from '../../lib/ops/clusters.ts'
import { type LeftBehind, leftBehind } from '../../lib/ops/left-behind.ts'
import { clustersLeft, type Deletion, deleteClusters, turns } from '../../lib/ops/uninstall.ts'
import type { DeployedStack } from '../deployed-stack.ts'
import { parseCount } from './arguments.ts'
import { type ConfirmOptions, confirm } from './confirm.ts'
import { type ConnectionOptions, connect } from './connection.ts'
import { FORCE, remainsText } from './delete-cluster.ts'
import { print, withExamples } from './output.ts'
import { sayingIn } from './saying.ts'

interface UninstallOptions extends ConnectionOptions, Pick<ConfirmOptions, 'yes'> {
  readonly force?: true
  readonly rate: number
}

export function uninstallCommand(): Command {
  const command = new Command('uninstall')
    .description(
      'delete every cluster of the stack, and say what is left and how to remove it; never deletes the stack; exit code 1 when a cluster remains',
    )
    .option('--force', FORCE)
    .option('--yes', "do not ask for the stack's name")
    .option('--rate <count>', 'begin with at most so many a minute', parseCount, 10)
    .action(async (_, self: Command) => {
      const options = self.optsWithGlobals<UninstallOptions>()
      const deployed = await connect(options)
      const { name } = deployed.stack
      const clusters = await clustersLeft(deployed)
      const names = clusters.map(({ cluster }) => cluster).join(', ')
      if (clusters.length > 0)
        await confirm(
          `${clusters.length} of ${name} will be deleted, their pods lose their roles: ${names}`,
          name,
          options,
          self,
        )
      const deletions = await deleteClusters(uninstallingIn(deployed, options), clusters)
      const isClear = deletions.every(({ remains }) => remains === undefined)
      const left = isClear ? await whatIsLeft(deployed) : []
      print(options, { clusters: deletions, left }, () => (isClear ? leftText(name, left) : NOT_CLEAR))
      if (!isClear) process.exitCode = 1
    })
  return withExamples(
    command,
    'irsa uninstall --stage prod --region eu-west-1',
    "irsa uninstall --yes --json | jq -r '.left[].commands[]'",
  )
}

function uninstallingIn(deployed: DeployedStack, { force, rate, json }: UninstallOptions) {
  return {
    ...sayingIn(deployed),
    force: force === true,
    turn: turns(rate, () => Date.now(), delay),
    tell: (deletion: Deletion) => (json ? undefined : console.log(deletionText(deletion))),
  }
}

async function whatIsLeft({ table, stack, keeping }: DeployedStack): Promise<LeftBehind[]> {
  return leftBehind(stack, keeping, await readClusters(table))
}

function deletionText({ cluster, remains }: Deletion): string {
  return remains === undefined ? `✔ ${cluster} is deleted.` : remainsText(cluster, remains)
}

const NOT_CLEAR = `
The stack must stay until every cluster is gone: nothing else could take the rest away. Mend what is said above, and uninstall again.`

function leftText(name: string, left: readonly LeftBehind[]): string {
  return [
    `No cluster of ${name} is there any more. What is left, and how to remove it, in this order:`,
    ...left.map(({ what, words, commands }) =>
      [`${what}. ${words}`, ...commands.map((command) => `    ${command}`)].join('\n'),
    ),
  ].join('\n\n')
}
