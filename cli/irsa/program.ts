/** `irsa`: all of its commands, and how it ends. */
import tab from '@bomb.sh/tab/commander'
import { Command, CommanderError } from 'commander'
import { clusterCommand, clustersCommand } from './clusters.ts'
import { withConnection } from './connection.ts'
import { deadLettersCommand } from './dead-letters.ts'
import { doctorCommand } from './doctor.ts'
import { executionCommand, executionsCommand } from './executions.ts'
import { explainCommand } from './explain.ts'
import { issuerCommand } from './issuer.ts'
import { complain, withExamples } from './output.ts'
import { replayCommand } from './replay.ts'
import { roleCommand, rolesCommand } from './roles.ts'
import { statusCommand } from './status.ts'
import { uninstallCommand } from './uninstall.ts'

/**
 * Sets the process's exit code, if it is not 0. 1: it failed, or something that was looked at is not as it should be. 2: the command line was not understood.
 * 130 and 143: it was interrupted. 141: nobody read on.
 */
export async function runIrsa(words: readonly string[]): Promise<void> {
  const program = irsa()
  try {
    await program.parseAsync(words, { from: 'user' })
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
