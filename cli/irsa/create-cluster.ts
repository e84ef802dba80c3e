/** `irsa cluster create` */
import { Command } from 'commander'
import { announceCluster } from '../../lib/ops/announcement.ts'
import { readClusterDetail } from '../../lib/ops/clusters.ts'
import { fileNamed } from '../options.ts'
import { readEventDetail } from '../start/event-file.ts'
import { type ConnectionOptions, connect } from './connection.ts'
import { print, withExamples } from './output.ts'
import { sayingIn } from './saying.ts'
import { watch } from './watch.ts'

interface CreateOptions extends ConnectionOptions {
  readonly event: string
  readonly wait: boolean
}

export function createCommand(): Command {
  const command = new Command('create')
    .description(
      'announce a cluster as its lifecycle hook would, and follow that until it is ready; again, it makes what is missing',
    )
    .requiredOption('--event <file>', 'detail of its Cluster Created event')
    .option('--no-wait', 'only say it; irsa cluster watch follows')
    .action(async (_, self: Command) => {
      const options = self.optsWithGlobals<CreateOptions>()
      const detail = readEventDetail(fileNamed(options.event))
      const deployed = await connect(options)
      const { cluster, refused } = await announceCluster({ ...deployed, ...sayingIn(deployed) }, detail)
      if (refused !== undefined) {
        print(options, { cluster, refused }, () => {
          const { error, message, remedy } = refused
          return `✖ ${cluster} is not announced: ${error}: ${message}\n    ${remedy}`
        })
        process.exitCode = 1
        return
      }
      const look = () => readClusterDetail(deployed.table, cluster, deployed.now())
      if (options.wait) await watch(deployed, await look(), options)
      const { state, issuer } = await look()
      print(options, { cluster, state, issuer }, () => `${cluster} is ${state}; its issuer is ${issuer}.`)
    })
  return withExamples(
    command,
    'irsa cluster create --event examples/cluster-created.json',
    'irsa cluster create --event event.json --no-wait --json',
  )
}
