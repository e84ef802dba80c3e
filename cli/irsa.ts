#!/usr/bin/env node
/** `npx irsa`: for the person on call. See what is wrong, understand it, replay it. */
import tab from '@bomb.sh/tab/commander'
import { Command, CommanderError } from 'commander'
import { endOnSignals, endWhenUnread } from './endings.ts'
import { clusterCommand, clustersCommand } from './irsa/clusters.ts'
import { withConnection } from './irsa/connection.ts'
import { deadLettersCommand } from './irsa/dead-letters.ts'
import { doctorCommand } from './irsa/doctor.ts'
import { executionCommand, executionsCommand } from './irsa/executions.ts'
import { explainCommand } from './irsa/explain.ts'
import { issuerCommand } from './irsa/issuer.ts'
import { complain, withExamples } from './irsa/output.ts'
import { replayCommand } from './irsa/replay.ts'
import { roleCommand, rolesCommand } from './irsa/roles.ts'
import { statusCommand } from './irsa/status.ts'
import { uninstallCommand } from './irsa/uninstall.ts'

endOnSignals()
endWhenUnread()
await main()

/**
 * Exit codes. 0: done. 1: it failed, or something that was looked at is not as it should be. 2: the command line was not understood.
 * 130 and 143: it was interrupted. 141: nobody read on.
 */
async function main(): Promise<void> {
  const program = irsa()
  try {
    await program.parseAsync()
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : 2
      return
    }
    complain(error, program.opts())
    process.exitCode = 1
  }
}

function irsa(): Command {
  const program = withConnection(new Command('irsa'))
    .description('See what is wrong in a stack of irsa-provisioner, understand it, replay it.')
    .configureHelp({ sortSubcommands: false })
    .showHelpAfterError('(--help says more)')
    .exitOverride()
  for (const command of [
    statusCommand(),
    clustersCommand(),
    clusterCommand(),
    issuerCommand(),
    rolesCommand(),
    roleCommand(),
    executionsCommand(),
    executionCommand(),
    replayCommand(),
    deadLettersCommand(),
    doctorCommand(),
    explainCommand(),
    uninstallCommand(),
  ])
    program.addCommand(inheriting(command, program))
  tab(program)
  return withExamples(
    program,
    'irsa status --stage prod --region eu-west-1',
    'irsa status --endpoint-url http://127.0.0.1:4566',
    'irsa execution show golem-1',
    'irsa replay golem',
    'irsa doctor golem',
    'source <(irsa complete bash)      # completion; zsh too',
  ).addHelpText(
    'after',
    `\nExit codes: 0 done; 1 failed, or something is not as it should be; 2 not understood.`,
  )
}

/** Commander passes settings on to commands that it makes itself only. The connection's options may stand before a command or behind it. */
function inheriting(command: Command, parent: Command): Command {
  command.copyInheritedSettings(parent)
  for (const child of command.commands) inheriting(child, command)
  return command.commands.length === 0 ? withConnection(command) : command
}
