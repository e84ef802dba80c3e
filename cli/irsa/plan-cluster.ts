/** `irsa cluster plan` and `irsa cluster audit` */
import { Command, Option } from 'commander'
import type { Drift, DriftedField } from '../../lib/drift.ts'
import { CLUSTER_CREATED } from '../../lib/events/cluster-created.ts'
import { CLUSTER_KEYS_CHANGED } from '../../lib/events/cluster-keys-changed.ts'
import { isRecord } from '../../lib/is-record.ts'
import { auditCluster } from '../../lib/ops/audit-cluster.ts'
import { type Intent, type Plan, type PlannedThing, planCluster } from '../../lib/ops/plan.ts'
import { readJsonFile } from '../json-file.ts'
import { fileNamed } from '../options.ts'
import { readEventDetail } from '../start/event-file.ts'
import { type ConnectionOptions, connect } from './connection.ts'
import { inspectingOf } from './inspecting.ts'
import { print, withExamples } from './output.ts'

interface PlanOptions extends ConnectionOptions {
  readonly delete?: true
  readonly event?: string
}

export function planCommand(): Command {
  const command = new Command('plan')
    .description('what a run would create, change and remove; looks, and changes nothing')
    .argument('<cluster>', 'its name')
    .addOption(new Option('--delete', 'if the cluster were deleted').conflicts('event'))
    .option('--event <file>', 'if this event came: detail of Cluster Created or Cluster Keys Changed')
    .action(async (cluster: string, _, self: Command) => {
      const options = self.optsWithGlobals<PlanOptions>()
      const intent = intentOf(options)
      const plan = await planCluster(inspectingOf(await connect(options)), cluster, intent)
      print(options, plan, () => planText(plan))
      if (plan.things.some(({ action }) => action === 'stop')) process.exitCode = 1
    })
  return withExamples(
    command,
    'irsa cluster plan golem',
    'irsa cluster plan golem --delete',
    'irsa cluster plan golem --event examples/put-events.json',
  )
}

export function auditCommand(): Command {
  const command = new Command('audit')
    .description('what of a cluster is not as it was made, field by field; exit code 1 when something is not')
    .argument('<cluster>', 'its name')
    .action(async (cluster: string, _, self: Command) => {
      const options = self.optsWithGlobals<ConnectionOptions>()
      const drifts = await auditCluster(inspectingOf(await connect(options)), cluster)
      print(options, drifts, () => driftsText(drifts))
      if (drifts.length > 0) process.exitCode = 1
    })
  return withExamples(command, 'irsa cluster audit golem', 'irsa cluster audit golem --json')
}

/** A key change says nothing of the issuer. */
function intentOf({ delete: isRemoval, event }: PlanOptions): Intent {
  if (isRemoval) return { kind: 'delete' }
  if (event === undefined) return { kind: 'none' }
  const file = fileNamed(event)
  const content = readJsonFile(file)
  const isKeyChange =
    isRecord(content) && !['baseDomain', 'hosting', 'Detail'].some((member) => member in content)
  return isKeyChange
    ? { kind: 'event', detailType: CLUSTER_KEYS_CHANGED, detail: content }
    : { kind: 'event', detailType: CLUSTER_CREATED, detail: readEventDetail(file) }
}

const SIGNS: Readonly<Record<PlannedThing['action'], string>> = {
  create: '+ create',
  change: '~ change',
  remove: '- remove',
  keep: '  keep',
  wait: '… wait',
  stop: '✖ stop',
}

function planText({ cluster, things, kids }: Plan): string {
  const done = things.every(({ action }) => action === 'keep')
  const keys = kids.length === 0 ? [] : ['', `Keys: ${kids.join(', ')}`]
  return [
    ...thingLines(things),
    ...keys,
    '',
    done ? `There is nothing to do for ${cluster}.` : 'Nothing was changed.',
  ].join('\n')
}

export function thingLines(things: readonly PlannedThing[]): string[] {
  return things.flatMap(({ resource, action, differences, reason }) => [
    `${SIGNS[action].padEnd(8)}  ${resource}${reason === undefined ? '' : `: ${reason}`}`,
    ...differences.map(fieldText),
  ])
}

export function driftsText(drifts: readonly Pick<Drift, 'resource' | 'differences'>[]): string {
  if (drifts.length === 0) return 'Everything is as it was made.'
  return drifts
    .flatMap(({ resource, differences }) => [`✖ ${resource}`, ...differences.map(fieldText)])
    .join('\n')
}

function fieldText({ field, desired, observed }: DriftedField): string {
  return `            ${field}: ${JSON.stringify(observed)} → ${JSON.stringify(desired)}`
}
