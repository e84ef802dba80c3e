/** `npm start`: the main job on this machine, from the event to credentials. */
import { understood } from './options.ts'
import { silentReporter, terminalReporter } from './reporter.ts'
import { EventRefused } from './start/announce.ts'
import { parseStartArguments, USAGE } from './start/arguments.ts'
import { provision } from './start/provision.ts'
import { isWhole, jsonReport, textReport } from './start/report.ts'

process.once('SIGINT', () => process.exit(130))
process.exitCode = await main(process.argv.slice(2))

/** 0: everything was made and proven. 1: something was not. 2: the command line was not understood. 130: it was interrupted. */
async function main(words: readonly string[]): Promise<number> {
  const given = understood(() => parseStartArguments(words), USAGE)
  if ('exitCode' in given) return given.exitCode
  try {
    const provisioned = await provision(given, given.json ? silentReporter : terminalReporter())
    console.log(given.json ? jsonReport(provisioned) : textReport(provisioned))
    return isWhole(provisioned) ? 0 : 1
  } catch (error) {
    complain(error, given.json)
    return 1
  }
}

function complain(error: unknown, asJson: boolean): void {
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) }
  const details = error instanceof EventRefused ? error.letter : { error: name, message }
  if (asJson) console.log(JSON.stringify({ failed: details }, undefined, 2))
  else console.error(`\n${name}: ${message}`)
}
