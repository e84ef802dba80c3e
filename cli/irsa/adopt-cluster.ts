/** `irsa cluster adopt` */
import { Command } from 'commander'
import { type Adoption, adoptCluster } from '../../lib/ops/adopt.ts'
import { type AdoptionPlan, planAdoption } from '../../lib/ops/adoption/plan.ts'
import { fileNamed } from '../options.ts'
import { readEventDetail } from '../start/event-file.ts'
import { auditingOf, type ConnectionOptions, connect } from './connection.ts'
import { adoptingIn } from './inspecting.ts'
import { print, withExamples } from './output.ts'
import { thingLines } from './plan-cluster.ts'

interface AdoptOptions extends ConnectionOptions {
  readonly event?: string
  readonly confirm?: string
}

export function adoptCommand(): Command {
  const command = new Command('adopt')
    .description(
      'take over the bucket, certificate, distribution and provider that others made for the issuer; without --confirm it looks only, and exits with 1 if something is in the way',
    )
    .argument('<cluster>', 'its name')
    .option('--event <file>', 'detail of its Cluster Created event, if it is not announced yet')
    .option('--confirm <arns>', 'tag these, all that it lists, joined by commas; and start a run')
    .action(async (cluster: string, _, self: Command) => {
      const options = self.optsWithGlobals<AdoptOptions>()
      const { event, confirm } = options
      const detail = event === undefined ? undefined : readEventDetail(fileNamed(event))
      const deployed = await connect(options)
      const adopting = adoptingIn(deployed)
      if (confirm === undefined) {
        const plan = await planAdoption(adopting, cluster, detail)
        print(options, plan, () => planText(plan, event))
        if (plan.obstacles.length > 0) process.exitCode = 1
        return
      }
      const arns = confirm.split(',').map((arn) => arn.trim())
      const auditing = await auditingOf(deployed)
      const adoption = await adoptCluster({ ...adopting, ...auditing }, cluster, detail, arns)
      print(options, adoption, () => adoptedText(adoption))
    })
  return withExamples(
    command,
    'irsa cluster adopt golem --event event.json',
    'irsa cluster adopt golem --event event.json --confirm arn:aws:s3:::golem-oidc,arn:aws:iam::111122223333:oidc-provider/irsa.golem.example.com',
  )
}

function planText(plan: AdoptionPlan, event: string | undefined): string {
  return [...lookLines(plan), '', endOf(plan, event)].join('\n')
}

function endOf({ cluster, obstacles, things, changes }: AdoptionPlan, event: string | undefined): string {
  if (obstacles.length > 0) return 'Nothing was changed, and nothing can be taken over yet.'
  const isDone = things.every(({ isOurs }) => isOurs) && changes.every(({ action }) => action === 'keep')
  if (isDone && event === undefined) return 'All of it is ours, and as ours are.'
  const arns = things.map(({ arn }) => arn).join(',')
  const given = event === undefined ? '' : ` --event ${event}`
  return `Nothing was changed. If that is meant:\n\n  irsa cluster adopt ${cluster}${given} --confirm ${arns}\n\n${ITS_END}`
}

/** From then on they are as if the pipeline had made them. */
const ITS_END = 'From then on they are ours: Cluster Deleted deletes them with all that is in them.'

function lookLines(plan: AdoptionPlan): string[] {
  const tags = Object.entries(plan.tags).map(([key, value]) => `${key}=${value}`)
  return [
    `${plan.issuer}: these would get the tags ${tags.join(', ')}`,
    ...plan.things.flatMap(({ arn, resource, what, isOurs }) => [
      `  ${resource.padEnd(12)}  ${arn}`,
      `                ${what}${isOurs ? '; it has them already' : ''}`,
    ]),
    ...section(
      'This stays as it is',
      plan.left.map(({ what, why }) => `  ${what}: ${why}`),
    ),
    ...section(
      'Keys that it serves and no event lists: they stay, and retire as in a rotation',
      indented(plan.keptKids),
    ),
    ...section(
      'Client IDs that the provider has and no event lists: they stay',
      indented(plan.keptAudiences),
    ),
    ...section('What the run makes of it', thingLines(plan.changes)),
    ...section(
      'In the way',
      plan.obstacles.map((obstacle) => `✖ ${obstacle}`),
    ),
  ]
}

function section(heading: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', `${heading}:`, ...lines]
}

function indented(items: readonly string[]): string[] {
  return items.map((item) => `  ${item}`)
}

function adoptedText({ cluster, things, run }: Adoption): string {
  const arns = things.map(({ arn }) => `✔ ${arn}`)
  const next = run.how === 'nothing' ? run.why : 'A run begins, and another one after it.'
  return [...arns, '', ITS_END, `${next} irsa cluster watch ${cluster} follows.`].join('\n')
}
