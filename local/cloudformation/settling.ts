/** Waits for what AWS does not show at once, in AWS time. */
import type { Clock } from '../clock.ts'
import { AwsError } from '../errors.ts'

const ASK_EVERY_MILLISECONDS = 1_000

/** Rejects after `seconds` with what was waited for. */
export async function until(
  clock: Clock,
  what: string,
  seconds: number,
  isSo: () => Promise<boolean>,
): Promise<void> {
  for (let asked = 0; asked <= seconds; asked += 1) {
    if (await isSo()) return
    await clock.wait(ASK_EVERY_MILLISECONDS)
  }
  throw new Error(`${what} was not ready within ${seconds} s`)
}

// A new role is known everywhere within seconds; this is what the guide's examples wait at most.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_general.html#troubleshoot_general_eventual-consistency
const ROLE_SECONDS = 30

/** Runs `give`, again while the service says that it cannot assume the role yet. */
export async function onceRoleIsAssumable<Output>(
  clock: Clock,
  give: () => Promise<Output>,
): Promise<Output> {
  for (let asked = 0; ; asked += 1) {
    try {
      return await give()
    } catch (error) {
      if (!isNotAssumable(error) || asked === ROLE_SECONDS) throw error
      await clock.wait(ASK_EVERY_MILLISECONDS)
    }
  }
}

// Neither service has a code of its own for it.
function isNotAssumable(error: unknown): boolean {
  if (!(error instanceof AwsError)) return false
  return /cannot be assumed by Lambda|authorized to assume the provided role/.test(error.message)
}
