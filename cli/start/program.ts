/** What is asked of `npm start`, what it prints, and how it ends. */
import { failureWords, remedyOf } from '../failure.ts'
import { understood } from '../options.ts'
import { silentReporter, terminalReporter } from '../reporter.ts'
import { EventRefused } from './announce.ts'
import { parseStartArguments, USAGE } from './arguments.ts'
import { provision } from './provision.ts'
import { isWhole, jsonReport, textReport } from './report.ts'

/**
 * Resolves with the exit code. 0: everything was made and proven, or there is no key to prove it with. 1: something was not. 2: the command line was
 * not understood. 130 and 143: it was interrupted. 141: nobody read on. `make` makes it: in an embedded AWS of its own, if nothing else is said.
 */
export async function runStart(words: readonly string[], make = provision): Promise<number> {
  const given = understood(() => parseStartArguments(words), USAGE)
  if ('exitCode' in given) return given.exitCode
  try {
    const provisioned = await make(given, given.json ? silentReporter : terminalReporter())
    console.log(given.json ? jsonReport(provisioned) : textReport(provisioned))
    return isWhole(provisioned) ? 0 : 1
  } catch (error) {
    complain(error, given.json)
    return 1
  }
}

function complain(error: unknown, asJson: boolean): void {
  if (asJson) console.log(JSON.stringify({ failed: failureOf(error) }, undefined, 2))
  else console.error(`\n${failureWords(error)}`)
}

function failureOf(error: unknown): object {
  if (!(error instanceof Error)) return { error: 'Error', message: String(error) }
  if (error instanceof EventRefused) return error.letter
  return { error: error.name, message: error.message, remedy: remedyOf(error) }
}
