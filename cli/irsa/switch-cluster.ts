/** `irsa cluster pause`, `resume`, `protect` and `unprotect` */
import { Command } from 'commander'
import { summaryOf } from '../../lib/ops/clusters.ts'
import {
  pauseCluster,
  protectCluster,
  resumeCluster,
  type Switching,
  unprotectCluster,
} from '../../lib/ops/switches.ts'
import type { ClusterRecord } from '../../lib/registry/cluster-record.ts'
import type { Runs } from '../../lib/runs.ts'
import { auditingOf, type ConnectionOptions, connect } from './connection.ts'
import { print, withExamples } from './output.ts'

export function switchCommands(): Command[] {
  return [
    switchCommand('pause', 'have nothing work on a cluster: what is asked for is recorded, and waits', {
      turn: pauseCluster,
      done: 'is paused: irsa cluster resume goes on',
    }),
    switchCommand('resume', 'have a run begin that goes through all that was asked for meanwhile', {
      turn: resumeCluster,
      done: 'goes on: irsa cluster watch follows',
    }),
    switchCommand('protect', 'have a cluster deleted by nothing but force', {
      turn: protectCluster,
      done: 'is protected from deletion',
    }),
    switchCommand('unprotect', 'take the protection off again', {
      turn: unprotectCluster,
      done: 'is not protected',
    }),
  ]
}

interface Turned {
  readonly turn: (switching: Switching & Runs, cluster: string) => Promise<ClusterRecord>
  /** What is told of the cluster afterwards. */
  readonly done: string
}

function switchCommand(name: string, description: string, { turn, done }: Turned): Command {
  const command = new Command(name)
    .description(description)
    .argument('<cluster>', 'its name')
    .action(async (cluster: string, _, self: Command) => {
      const options = self.optsWithGlobals<ConnectionOptions>()
      const deployed = await connect(options)
      const record = await turn({ ...deployed, ...(await auditingOf(deployed)) }, cluster)
      print(options, summaryOf(record), () => `${cluster} ${done}.`)
    })
  return withExamples(command, `irsa cluster ${name} golem`)
}
