/** `irsa replay` */
import { setTimeout as delay } from 'node:timers/promises'
import { Command } from 'commander'
import type { Auditing } from '../../lib/ops/auditing.ts'
import {
  plan,
  type Replayable,
  type Replaying,
  replay,
  replayableNamed,
  selectFailed,
} from '../../lib/ops/replay.ts'
import { readCluster } from '../../lib/registry/cluster-record.ts'
import type { Replay } from '../../lib/runs.ts'
import type { StepName } from '../../lib/steps.ts'
import type { DeployedStack } from '../deployed-stack.ts'
import { failureWords } from '../failure.ts'
import { parseCount, sinceOption, stepOption } from './arguments.ts'
import { auditingOf, type ConnectionOptions, connect } from './connection.ts'
import { withExamples } from './output.ts'

interface ReplayOptions extends ConnectionOptions {
  readonly failed?: true
  readonly since?: Date
  readonly step?: StepName
  readonly dryRun?: true
  readonly rate: number
}

export function replayCommand(): Command {
  const command = new Command('replay')
    .description(
      'go on with what failed: at the step that failed if Step Functions can, else with a new execution; says which, and why',
    )
    .argument('[cluster]', 'a cluster, or the name of a failed execution: golem, golem-1')
    .option('--failed', 'every cluster whose run failed, and every role whose execution did')
    .addOption(sinceOption('only what failed'))
    .addOption(stepOption())
    .option('--dry-run', 'say what would be done, and do nothing')
    .option('--rate <count>', 'at most so many a minute', parseCount, 60)
    .action(async (name: string | undefined, _, self: Command) => {
      const options = self.optsWithGlobals<ReplayOptions>()
      checkSelection(name, options, self)
      const deployed = await connect(options)
      const chosen =
        name === undefined ? await selectFailed(deployed, options) : [await named(deployed, name)]
      const auditing = options.dryRun ? undefined : await auditingOf(deployed)
      const outcomes = await replayAll(deployed, chosen, auditing, options)
      if (options.json) console.log(JSON.stringify(outcomes, undefined, 2))
      else if (outcomes.length === 0) console.log('Nothing has failed.')
      if (outcomes.some(({ error }) => error !== undefined)) process.exitCode = 1
    })
  return withExamples(
    command,
    'irsa replay golem',
    'irsa replay --failed --since 2h --step certificate --dry-run',
    'irsa replay --failed --rate 10',
  )
}

function checkSelection(
  name: string | undefined,
  { failed, since, step }: ReplayOptions,
  self: Command,
): void {
  if (name === undefined && failed === undefined) self.error('error: name a cluster, or select with --failed')
  if (name !== undefined && (failed ?? since ?? step) !== undefined)
    self.error('error: --failed, --since and --step select; they do not go with a name')
}

async function named(deployed: DeployedStack, name: string): Promise<Replayable> {
  if ((await readCluster(deployed.table, name)) !== undefined) return { kind: 'cluster', cluster: name }
  return replayableNamed(deployed, name)
}

type Outcome = Partial<Replay> & { readonly error?: string }

/** Without `auditing` nothing is done. One after the other, so that each is told as it happens. One that cannot be replayed does not keep the others waiting. */
async function replayAll(
  replaying: Replaying,
  chosen: readonly Replayable[],
  auditing: Auditing | undefined,
  options: ReplayOptions,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  for (const what of chosen) {
    if (outcomes.length > 0 && auditing !== undefined) await delay(60_000 / options.rate)
    const outcome = await replayOne(replaying, what, auditing)
    outcomes.push(outcome)
    if (options.json) continue
    if (outcome.error === undefined) console.log(outcomeText(outcome, options))
    else console.error(outcome.error)
  }
  return outcomes
}

async function replayOne(
  replaying: Replaying,
  what: Replayable,
  auditing: Auditing | undefined,
): Promise<Outcome> {
  try {
    return await (auditing === undefined ? plan(replaying, what) : replay(replaying, what, auditing))
  } catch (error) {
    const name = what.kind === 'cluster' ? what.cluster : what.name
    return { error: `${name}: ${failureWords(error)}` }
  }
}

const DONE: Readonly<Record<Replay['how'], string>> = {
  redrive: 'redriven',
  'new-run': 'begun anew',
  start: 'started',
  nothing: 'left alone',
}

const TO_DO: Readonly<Record<Replay['how'], string>> = {
  redrive: 'would be redriven',
  'new-run': 'would be begun anew',
  start: 'would be started',
  nothing: 'would be left alone',
}

function outcomeText(
  { cluster, execution, how = 'nothing', why }: Outcome,
  { dryRun }: ReplayOptions,
): string {
  const what = execution === undefined ? cluster : `${cluster} (${execution})`
  return `${what} ${dryRun ? TO_DO[how] : `is ${DONE[how]}`}: ${why}`
}
