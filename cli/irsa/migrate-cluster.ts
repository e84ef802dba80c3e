/** `irsa cluster migrate` */
import { Command } from 'commander'
import { announceCluster } from '../../lib/ops/announcement.ts'
import { readClusterDetail } from '../../lib/ops/clusters.ts'
import {
  abortMigration,
  checkMigration,
  finishMigration,
  type Migrating,
  startMigration,
} from '../../lib/ops/migration.ts'
import type { Reason } from '../../lib/ops/speak.ts'
import type { DeployedStack } from '../deployed-stack.ts'
import { fileNamed } from '../options.ts'
import { readEventDetail } from '../start/event-file.ts'
import { parseTime } from './arguments.ts'
import { type ConfirmOptions, confirm } from './confirm.ts'
import { auditingOf, type ConnectionOptions, connect } from './connection.ts'
import { print, withExamples } from './output.ts'
import { sayingIn } from './saying.ts'
import { watch } from './watch.ts'

interface MigrateOptions extends ConnectionOptions, Pick<ConfirmOptions, 'yes'> {
  readonly event?: string
  readonly finish?: true
  readonly abort?: true
  readonly switchedAt?: Date
  readonly wait: boolean
}

export function migrateCommand(): Command {
  const command = new Command('migrate')
    .description(
      "have a cluster's issuer become another one, with both trusted until that is finished: docs/migration.md",
    )
    .argument('<cluster>', 'its name')
    .option(
      '--event <file>',
      'detail of a Cluster Created event, under another name, that has the new issuer',
    )
    .option('--finish', 'keep the new issuer alone')
    .option(
      '--switched-at <time>',
      'with --finish: since when every API server has signed with the new issuer',
      parseTime,
    )
    .option('--abort', 'keep the former issuer alone')
    .option('--yes', 'with --finish: do not ask for the name')
    .option('--no-wait', 'only say it; irsa cluster watch follows')
    .action(async (cluster: string, _, self: Command) => {
      const options = self.optsWithGlobals<MigrateOptions>()
      const act = actOf(options, self)
      const deployed = await connect(options)
      const refused = await act(deployed, cluster)
      const look = () => readClusterDetail(deployed.table, cluster, deployed.now())
      if (refused === undefined && options.wait) await watch(deployed, await look(), options)
      const { state, issuer, migration } = await look()
      print(options, { cluster, state, issuer, migration, refused }, () => {
        if (refused !== undefined)
          return `✖ ${cluster} does not migrate: ${refused.error}: ${refused.message}\n    ${refused.remedy}`
        const also =
          migration?.phase === 'TRUSTING' ? `; its roles trust that of ${migration.to} as well` : ''
        return `${cluster} is ${state}; its issuer is ${issuer}${also}.`
      })
      if (refused !== undefined) process.exitCode = 1
    })
  return withExamples(
    command,
    'irsa cluster migrate golem --event golem-2.json',
    'irsa cluster migrate golem --finish --switched-at 2026-01-31T12:00:00Z',
    'irsa cluster migrate golem --abort',
  )
}

type Act = (deployed: DeployedStack, cluster: string) => Promise<Reason | undefined>

/** Throws UnusableInput. */
function actOf(options: MigrateOptions, self: Command): Act {
  const { event, finish, abort, switchedAt } = options
  const chosen = [event, finish, abort].filter((one) => one !== undefined)
  if (chosen.length !== 1) self.error('error: say one of --event, --finish and --abort')
  if ((switchedAt !== undefined) !== (finish === true))
    self.error('error: --finish needs --switched-at, which belongs to nothing else')
  if (event !== undefined) return beginning(readEventDetail(fileNamed(event)), options)
  if (switchedAt === undefined)
    return async (deployed, cluster) => {
      await abortMigration(await migratingIn(deployed), cluster)
      return undefined
    }
  return async (deployed, cluster) => {
    await confirm(`The former issuer of ${cluster} will be trusted no longer`, cluster, options, self)
    await finishMigration(await migratingIn(deployed), cluster, switchedAt.toISOString())
    return undefined
  }
}

/** The other cluster first: roles trust what is there. */
function beginning(detail: object, options: MigrateOptions): Act {
  return async (deployed, cluster) => {
    await checkMigration(deployed, cluster, detail)
    const announced = await announceCluster({ ...deployed, ...sayingIn(deployed) }, detail)
    if (announced.refused !== undefined) return announced.refused
    const companion = await readClusterDetail(deployed.table, announced.cluster, deployed.now())
    await watch(deployed, companion, options)
    await startMigration(await migratingIn(deployed), cluster, announced.cluster)
    return undefined
  }
}

async function migratingIn(deployed: DeployedStack): Promise<Migrating> {
  return { ...deployed, ...(await auditingOf(deployed)) }
}
